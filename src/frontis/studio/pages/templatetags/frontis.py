"""Tags and filters of our templates."""

from collections.abc import Mapping
from importlib.metadata import version as version_of

from django import template

register = template.Library()


@register.simple_tag
def version() -> str:
    """Ours."""
    return version_of("frontis")


@register.filter
def named(name: str, names: Mapping[str, str]) -> str:
    """What a table of names has for this one, or itself."""
    return names.get(name, name)
