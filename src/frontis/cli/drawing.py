"""frontis render: one card into a file."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frontis.errors import BadInput, FetchFailed, nearest
from frontis.model.card import Card
from frontis.model.output import Format
from frontis.model.picture import Picture
from frontis.model.template import Kind, Template
from frontis.pipeline import render
from frontis.templates import catalogue


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    template: str
    values: Mapping[str, str]
    output: Path
    width: int | None
    height: int | None
    quality: int | None
    max_kb: int | None
    watermark: str


def draw_to_file(wish: Wish) -> Picture:
    """Draw the card and write it. Raises FrontisError for what cannot be drawn, OSError for what cannot be written."""
    template = catalogue().look(wish.template).template
    _check_names(wish.values, template)
    values = dict(wish.values)
    pictures: dict[str, bytes] = {}
    for name, variable in template.variables.items():
        if variable.kind is Kind.IMAGE and values.get(name) and "://" not in values[name]:
            address = f"https://file.invalid/{name}"
            pictures[address] = Path(values[name]).read_bytes()
            values[name] = address
    size = (wish.width or template.sizes[0].width, wish.height or template.sizes[0].height)
    card = Card(
        wish.template, dict(values), size, _format_of(wish.output), wish.quality, wish.max_kb, watermark=wish.watermark
    )
    card = catalogue().resolve(card)
    addresses = {str(card.values[name]) for name, each in template.variables.items() if each.kind is Kind.IMAGE}
    pictures |= asyncio.run(_fetched([address for address in addresses if address and address not in pictures]))
    picture = render(card, pictures)
    write(wish.output, picture.data)
    return picture


def write(path: Path, data: bytes) -> None:
    """Write a picture. The OSError of one that cannot be written names it, also where the disk is full."""
    try:
        path.write_bytes(data)
    except OSError as error:
        error.filename = str(path)
        raise


def _check_names(values: Mapping[str, str], template: Template) -> None:
    """Refuse a name that the template has no variable for: whoever typed it waits for it to show."""
    for name in values:
        if name not in template.variables:
            there_are = f"it has {', '.join(template.variables)}" if template.variables else "it has none"
            raise BadInput(
                name[:64],
                f"is no variable of the template {template.id!r}; {there_are}",
                suggestion=nearest(name[:64], template.variables),
            )


def _format_of(path: Path) -> str:
    ending = path.suffix.lower().lstrip(".")
    try:
        return Format.named(ending)
    except BadInput as error:
        raise BadInput("output", f"must end in .png, .jpg, .webp, .avif or .svg, not {path.suffix!r}") from error


async def _fetched(addresses: list[str]) -> dict[str, bytes]:
    """The pictures that could be fetched, through the same guarded door as the service's, by the same settings."""
    if not addresses:
        return {}
    from frontis.edge.opening import policy_of  # noqa: PLC0415  (most cards need no network)
    from frontis.fetch import Door  # noqa: PLC0415
    from frontis.settings import Settings  # noqa: PLC0415

    door = Door(policy_of(Settings()))
    try:
        found = await asyncio.gather(*(door.fetch(address) for address in addresses), return_exceptions=True)
    finally:
        await door.close()
    pictures = {}
    for address, result in zip(addresses, found, strict=True):
        if isinstance(result, BaseException):
            if not isinstance(result, FetchFailed):
                raise result
        else:
            pictures[address] = result.data
    return pictures
