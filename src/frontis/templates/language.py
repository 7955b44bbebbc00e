"""The language of card.html: Jinja, cut down until nothing in it can reach out or run away.

A template sees the values of its card and the filters of `frontis.templates.filters`, and nothing else: no attribute
but those of a picture, of the card's size and of `loop`, no call but of its own macros, no file, no arithmetic on
anything but numbers. What it may cost is counted by `frontis.templates.metering`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

import jinja2
from jinja2 import Environment, StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment

from frontis.errors import BadTemplate, FrontisError, TemplateTooCostly
from frontis.model.output import Size
from frontis.model.photo import Photo
from frontis.templates import metering
from frontis.templates.filters import FILTERS

LONGEST_SOURCE = 32_000
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no text of a template may hold: controls, and the noncharacters that our own slots are made of."""

_LARGEST_NUMBER = 1e12
_TESTS = frozenset({"defined", "undefined", "none", "number", "string", "odd", "even", "divisibleby"}) | frozenset({
    "eq", "ne", "lt", "le", "gt", "ge", "in",
})  # fmt: skip
_LOOP_ATTRIBUTES = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_PHOTO_ATTRIBUTES = frozenset({"width", "height", "brightness", "opaque"})
_SIZE_ATTRIBUTES = frozenset({"width", "height", "scale"})
_ATTRIBUTES = _LOOP_ATTRIBUTES | _PHOTO_ATTRIBUTES | _SIZE_ATTRIBUTES
_FORBIDDEN_NAMES = frozenset({"self", "super", "varargs", "kwargs"})
_FORBIDDEN_NODES: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Include: ("a template cannot reach other files", "write it out here"),
    nodes.Import: ("a template cannot reach other files", "write it out here"),
    nodes.FromImport: ("a template cannot reach other files", "write it out here"),
    nodes.Extends: ("a template cannot reach other files", "write it out here"),
    nodes.EvalContextModifier: ("values are always escaped", "leave {% autoescape %} out"),
    nodes.NSRef: ("nothing has attributes that can be set", "set a plain name"),
}


class Program:
    """A compiled card.html: the layer behind the words, and the words."""

    def __init__(self, source: str, file: str) -> None:
        """Compile it. Raises BadTemplate with the line for what is no template of ours."""
        self._file = file
        self._names: dict[str, int] = {}
        self._environment = _Language()
        try:
            tree = self._parse(source)
            blocks = [node for node in tree.body if isinstance(node, nodes.Block) and node.name == "backdrop"]
            shared = [node for node in tree.body if isinstance(node, nodes.Assign | nodes.AssignBlock | nodes.Macro)]
            self._content = self._compiled([node for node in tree.body if node not in blocks])
            self._backdrop = self._compiled([*shared, *blocks[0].body]) if blocks else None
        except TemplateSyntaxError as error:
            raise BadTemplate(file, error.lineno, str(error.message)) from None
        except (RecursionError, MemoryError, SyntaxError):
            raise BadTemplate(file, None, "is nested too deeply", "draw it with fewer levels") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, AssertionError) as error:
            raise BadTemplate(file, None, f"cannot be read: {error}") from None

    def backdrop(self, context: Mapping[str, object]) -> str:
        """HTML of `{% block backdrop %}`, "" where there is none. Raises BadTemplate."""
        return self._written(self._backdrop, context) if self._backdrop else ""

    def content(self, context: Mapping[str, object]) -> str:
        """HTML of all the rest. Raises BadTemplate."""
        return self._written(self._content, context)

    def names(self) -> Mapping[str, int]:
        """The names that the template reads and does not set, each with the first line that has it."""
        return self._names

    def _parse(self, source: str) -> nodes.Template:
        if len(source) > LONGEST_SOURCE:
            raise BadTemplate(self._file, None, f"is longer than {LONGEST_SOURCE:,} characters")
        if found := UNPRINTABLE.search(source):
            self._refuse(
                source.count("\n", 0, found.start()) + 1, f"holds {found[0]!a}, which cannot be drawn", "leave it out"
            )
        tree = self._environment.parse(source)
        macros = {"caller"} | {macro.name for macro in tree.find_all(nodes.Macro)}
        for node in tree.find_all(nodes.Node):
            self._check(node, macros)
        self._environment.cost_of_a_turn = len(source)
        metering.Metered(len(source)).visit(tree)
        return tree

    def _check(self, node: nodes.Node, macros: set[str]) -> None:
        match node:
            case nodes.Getattr() if node.attr not in _ATTRIBUTES:
                self._refuse(node.lineno, f"there is no .{node.attr}", _there_are(f".{name}" for name in _ATTRIBUTES))
            case nodes.Call() if not isinstance(node.node, nodes.Name) or node.node.name not in macros:
                self._refuse(node.lineno, "a template can call its own macros only", "use a filter")
            case nodes.For() if node.recursive:
                self._refuse(node.lineno, "a loop cannot be recursive", "write the levels out")
            case nodes.Filter() if node.name not in FILTERS:
                self._refuse(node.lineno, f"there is no filter {node.name!r}", _there_are(FILTERS))
            case nodes.Test() if node.name not in _TESTS:
                self._refuse(node.lineno, f"there is no test {node.name!r}", _there_are(_TESTS))
            case nodes.Name() if node.name in _FORBIDDEN_NAMES:
                self._refuse(
                    node.lineno, f"{node.name!r} is nothing that a template may use", "use variables and macros"
                )
            case nodes.Const():
                self._check_constant(node)
        for kind, (problem, hint) in _FORBIDDEN_NODES.items():
            if isinstance(node, kind):
                self._refuse(node.lineno, problem, hint)

    def _check_constant(self, node: nodes.Const) -> None:
        if isinstance(node.value, int | float) and not abs(node.value) < _LARGEST_NUMBER:
            self._refuse(node.lineno, "a number is too large", f"numbers end at {_LARGEST_NUMBER:g}")
        if isinstance(node.value, str) and UNPRINTABLE.search(node.value):
            self._refuse(node.lineno, "a text holds what cannot be drawn", "leave the escape out")

    def _refuse(self, line: int, problem: str, hint: str) -> NoReturn:
        raise BadTemplate(self._file, line, problem, hint)

    def _compiled(self, body: list[nodes.Node]) -> jinja2.Template:
        tree = nodes.Template(body, lineno=1)
        tree.set_environment(self._environment)
        self._names |= _free_names(tree)
        code = self._environment.compile(tree, "card.html", self._file)
        return self._environment.template_class.from_code(self._environment, code, {})

    def _written(self, template: jinja2.Template, context: Mapping[str, object]) -> str:
        metering.start()
        try:
            return "".join(_pieces(template, context))
        except TemplateTooCostly as error:
            raise TemplateTooCostly(self._file, self._line(template, error), error.problem, error.hint) from None
        except (FrontisError, TemplateError) as error:
            raise BadTemplate(self._file, self._line(template, error), str(error)) from None
        except (RecursionError, MemoryError) as error:
            problem = "calls itself without end" if isinstance(error, RecursionError) else "asks for too much memory"
            raise TemplateTooCostly(self._file, self._line(template, error), problem) from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError) as error:
            raise BadTemplate(self._file, self._line(template, error), f"fails while it is drawn: {error}") from None

    def _line(self, template: jinja2.Template, error: BaseException) -> int | None:
        """The line of card.html at which an error came up."""
        line = None
        trace = error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == self._file:
                line = template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return line


class _Language(SandboxedEnvironment):
    """Jinja with an allow list for everything."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            cache_size=0,
        )
        plain = Environment(autoescape=True)
        self.cost_of_a_turn = 0
        self.globals = {}
        self.tests = {name: plain.tests[name] for name in _TESTS}
        self.filters = FILTERS | metering.METERS

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  (Jinja's signature)
        if isinstance(obj, str) and attribute in _PHOTO_ATTRIBUTES:
            return self.undefined(f"there is no picture to have a .{attribute}; ask {{% if … %}} first", obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401, ARG002  (Jinja's signature)
        if isinstance(obj, LoopContext):
            return attr in _LOOP_ATTRIBUTES
        if isinstance(obj, Size):
            return attr in _SIZE_ATTRIBUTES
        return isinstance(obj, Photo) and attr in _PHOTO_ATTRIBUTES

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401  (Jinja's signature)
        return isinstance(obj, Macro)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (Jinja's signature)
        metering.spend(self.cost_of_a_turn)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  (Jinja's signature)
        numbers = all(isinstance(each, int | float) and abs(each) < _LARGEST_NUMBER for each in (left, right))
        if operator == "**":
            raise SecurityError("there is no **; write the product out")
        if not numbers:
            raise SecurityError(f"{operator} is for numbers below {_LARGEST_NUMBER:g}; texts are joined with ~")
        return super().call_binop(context, operator, left, right)


def _pieces(template: jinja2.Template, context: Mapping[str, object]) -> Iterator[str]:
    return template.root_render_func(template.new_context(dict(context)))


def _free_names(tree: nodes.Template) -> dict[str, int]:
    # A name that is set within an `if` counts as undeclared there, since it may not be set.
    free = find_undeclared_variables(tree) - {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    lines: dict[str, int] = {}
    for name in tree.find_all(nodes.Name):
        if name.name in free:
            lines.setdefault(name.name, name.lineno)
    return lines


def _there_are(names: Iterable[str]) -> str:
    return f"there are {', '.join(sorted(names))}"
