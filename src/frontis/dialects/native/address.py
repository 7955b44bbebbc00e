"""A card's values -> its address: the way back from `parse`, for previews and examples."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from frontis.model.card import Value
from frontis.model.output import Size
from frontis.model.template import Kind, Template

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.CODE)


def address_of(template: Template, values: Mapping[str, Value], size: Size | None = None) -> str:
    """Path and query of the PNG, as they stand in a URL. size: None for the template's own.

    A text that is required and not among the values says the template's name.
    """
    needed = {each.name: template.name for each in template.variables.values() if each.required and each.kind in _TEXTS}
    parameters = {name: _written(value) for name, value in {**needed, **values}.items()}
    if size is not None and size != template.sizes[0]:
        parameters |= {"width": str(size.width), "height": str(size.height)}
    query = urlencode(parameters, quote_via=quote)
    return f"/card/{template.id}.png" + (f"?{query}" if query else "")


def _written(value: Value) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
