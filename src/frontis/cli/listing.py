"""A template's variables as rows of a table."""

from collections.abc import Iterator

from frontis.model.template import Kind, Template, Variable


def variable_rows(template: Template) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, kind, default, what it may be, and help of each variable."""
    for variable in template.variables.values():
        default = "required" if variable.required else str(variable.default or "")
        yield variable.name, variable.kind.value, default, _may_be(variable), variable.help


def _may_be(variable: Variable) -> str:
    match variable.kind:
        case Kind.CHOICE:
            return ", ".join(variable.choices)
        case Kind.NUMBER:
            return f"{variable.least:g} to {variable.greatest:g}"
        case Kind.LIST:
            return f"up to {variable.most} lines of {variable.longest} characters"
        case Kind.TEXT | Kind.LONG_TEXT | Kind.CODE:
            return f"up to {variable.longest} characters"
        case Kind.FLAG:
            return "true or false"
        case Kind.COLOR:
            return "a CSS colour"
        case Kind.ICON:
            return "the name of a Lucide icon"
        case Kind.LANGUAGE:
            return "the name of a programming language"
        case Kind.IMAGE:
            return "an https:// address"
