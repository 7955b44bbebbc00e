"""Looks at what draws: templates, fonts, and each format that is written."""

import logging
from collections.abc import Iterator

from frontis.cli.doctor.finding import Finding, fault, good, note
from frontis.cli.samples import SAMPLES
from frontis.cli.trial import check
from frontis.encode import loops
from frontis.errors import BadSetting, FrontisError
from frontis.fonts.library import FontLibrary
from frontis.fonts.shipped import SHIPPED, shipped_files
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.pipeline import render
from frontis.settings import Settings
from frontis.templates import catalogue

_REINSTALL = "Install Frontis anew: `make clean run`, or its package with all that it requires."


def examine_drawing() -> Iterator[Finding]:
    """A real card in every format and every script."""
    for form in Format:
        try:
            render(Card("article", {"title": "Hello"}, format=form.value))
        except (FrontisError, OSError, ImportError) as error:
            yield fault("drawing", f"no {form.value} can be written ({error})", _REINSTALL)
            return
    for sample in SAMPLES:
        try:
            render(Card("article", {"title": sample.headline or "Hello"}))
        except FrontisError as error:
            yield fault("drawing", f"the sample {sample.name!r} cannot be drawn ({error})", _REINSTALL)
            return
    if not loops.ARE_COMPILED:
        words = "the loops over pixels are not compiled, so that cards take about a tenth longer"
        yield note("drawing", words, "Install a C compiler, and Frontis anew.")
    yield good("drawing", f"{', '.join(form.value for form in Format)}; {len(SAMPLES)} kinds of text")


def examine_fonts(settings: Settings) -> Iterator[Finding]:
    """The fonts that we bring, and the operator's."""
    missing = sorted(name for name in SHIPPED if not shipped_files(name))
    if missing:
        yield fault("fonts", f"the files of {', '.join(missing)} are not there", _REINSTALL)
    else:
        yield good("fonts", f"{len(SHIPPED)} families that Frontis brings")
    if not settings.fonts_dir:
        return
    complaints = _Complaints()
    logger = logging.getLogger("frontis.fonts")
    logger.addHandler(complaints)
    try:
        own = sorted({family.name for family in FontLibrary(settings.fonts_dir).own()})
    except BadSetting as error:
        yield fault("FRONTIS_FONTS_DIR", str(error), "Name a folder that the user who runs Frontis may read.")
        return
    finally:
        logger.removeHandler(complaints)
    for words in complaints.said:
        yield note("FRONTIS_FONTS_DIR", words, "Replace the file: as it is, cards are drawn without it.")
    if own:
        yield good("FRONTIS_FONTS_DIR", ", ".join(own))
    else:
        yield note(
            "FRONTIS_FONTS_DIR", f"{settings.fonts_dir} holds no font", "Put TTF, OTF, TTC, WOFF or WOFF2 files there."
        )


def examine_templates(settings: Settings) -> Iterator[Finding]:
    """Those that Frontis brings and those of the operator, which are drawn with all kinds of content."""
    looks = catalogue()
    yield good("templates", f"{len(looks.ids())} that can be drawn")
    if not settings.templates_dir:
        return
    for path, wrong in check(settings.templates_dir):
        if wrong is not None:
            yield fault("FRONTIS_TEMPLATES_DIR", str(wrong), "`frontis templates check` says when it is mended.")
        else:
            yield good("FRONTIS_TEMPLATES_DIR", f"{path.name} is fit to be served")


class _Complaints(logging.Handler):
    """What a logger warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage().removeprefix("FRONTIS_FONTS_DIR: "))
