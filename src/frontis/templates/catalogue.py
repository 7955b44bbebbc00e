"""The templates that can be drawn here: ours, and those of the operator."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from frontis.errors import BadInput, BadSetting, BadTemplate, UnknownTemplate, nearest
from frontis.model.card import Card, Value
from frontis.model.template import Kind, Template, Variable
from frontis.templates.declaration import NAMED, Declaration
from frontis.templates.inspection import inspect
from frontis.templates.language import Program

OURS = Path(__file__).parent


@dataclass(frozen=True)
class Look:
    """A template and its compiled card.html."""

    template: Template

    @cached_property
    def program(self) -> Program:
        """Compiled when it is first asked for: to compile all of ours would take longer than the rest of a start."""
        return Program(self.template.html, f"{self.template.path}/card.html")


def load(folder: Path) -> Look:
    """The template in a folder, checked. Raises BadTemplate with file, line and a hint."""
    look = Look(Declaration(folder).template())
    inspect(look.template, look.program)
    return look


class Catalogue:
    """Templates by id. Those of the operator's folder replace ours of the same id.

    faults: what is wrong with templates of the operator's folder, which were left out. Ours are checked by our tests.
    Raises BadSetting when the folder cannot be read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._looks = {path.name: Look(Declaration(path).template()) for path in _folders_in(OURS)}
        self.faults: list[BadTemplate] = []
        if folder is not None:
            try:
                found = _folders_in(folder)
            except OSError as error:
                raise BadSetting(f"FRONTIS_TEMPLATES_DIR: {folder} is no folder that can be read.") from error
            for path in found:
                self.add(path)

    def add(self, path: Path) -> None:
        """Load one more template; what is wrong with it goes to `faults`."""
        try:
            self._looks[path.name] = load(path)
        except BadTemplate as fault:
            self.faults.append(fault)

    def look(self, identity: str) -> Look:
        """The template of that id. Raises UnknownTemplate with the nearest name."""
        try:
            return self._looks[identity]
        except KeyError:
            raise UnknownTemplate(identity[:64], self._looks) from None

    def ids(self) -> tuple[str, ...]:
        """All ids, sorted."""
        return tuple(sorted(self._looks))

    def drop(self, fault: BadTemplate, identity: str) -> None:
        """Leave out a template that turned out wrong when it was tried."""
        self._looks.pop(identity, None)
        self.faults.append(fault)

    def resolve(self, card: Card) -> Card:
        """The card with each variable of its template given once, typed and canonical, and nothing else.

        Two cards that look the same resolve to equal cards, so the fingerprint of a resolved card is a cache key.
        Raises UnknownTemplate, and BadInput for a value that its variable does not take.
        """
        template = self.look(card.template).template
        return card.with_values({name: _value(template, name, card.values) for name in template.variables})


@cache
def catalogue() -> Catalogue:
    """The catalogue of this process, with the operator's templates from FRONTIS_TEMPLATES_DIR."""
    folder = os.environ.get("FRONTIS_TEMPLATES_DIR", "")
    return Catalogue(Path(folder) if folder else None)


def _value(template: Template, name: str, given: Mapping[str, Value]) -> Value:
    variable = template.variables[name]
    if name not in given:
        value: Value = variable.default
    else:
        value = variable.accept(given[name])
        if value == "" and variable.kind in (Kind.CHOICE, Kind.COLOR):
            value = variable.default
    if variable.kind in NAMED and value:
        value = _known(variable, str(value))
    if variable.required and value in ("", ()):
        unknown = [each for each in given if each not in template.variables]
        raise BadInput(name, "is required", suggestion=nearest(name, unknown) if unknown else "")
    return value


def _known(variable: Variable, value: str) -> str:
    try:
        return NAMED[variable.kind](value)
    except BadInput as error:
        raise BadInput(variable.name, error.problem, suggestion=error.suggestion) from None


def _folders_in(folder: Path) -> list[Path]:
    # Whatever is called template.toml is looked at, so that what is wrong with it is said.
    return sorted(path for path in folder.iterdir() if os.path.lexists(path / "template.toml"))
