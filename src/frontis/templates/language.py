"""The language of card.html: Jinja, cut down until nothing in it can reach out or run away.

A template sees the values of its card and the filters of `frontis.templates.filters`, and nothing else: no attribute
but those of a picture and of `loop`, no call but of its own macros, no file, no arithmetic on anything but numbers.
What it may cost is counted, not timed, so that it is the same on every machine: each turn of a loop and each call of
a macro costs as much as the template is long, each value written costs its length, and the sum is bounded.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from frontis.errors import BadTemplate, FrontisError, TemplateTooCostly
from frontis.model.photo import Photo
from frontis.templates.filters import FILTERS

LONGEST_SOURCE = 64_000
_BUDGET = 4_000_000
_LARGEST_NUMBER = 1e12
_TESTS = (
    "defined",
    "undefined",
    "none",
    "number",
    "string",
    "odd",
    "even",
    "divisibleby",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
)
_LOOP_ATTRIBUTES = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
_PHOTO_ATTRIBUTES = frozenset({"width", "height", "brightness", "opaque"})
_FORBIDDEN_NODES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)

_spent = threading.local()


class Program:
    """A compiled card.html: the layer behind the words, and the words."""

    def __init__(self, source: str, file: str) -> None:
        """Compile it. Raises BadTemplate with the line for what is no template of ours."""
        self._file = file
        self._names: dict[str, int] = {}
        self._environment = _Language()
        try:
            tree = self._parse(source)
            backdrop = next(
                (node for node in tree.body if isinstance(node, nodes.Block) and node.name == "backdrop"), None
            )
            shared = [node for node in tree.body if isinstance(node, nodes.Assign | nodes.AssignBlock | nodes.Macro)]
            content = [node for node in tree.body if node is not backdrop]
            self._content = self._compiled(content)
            self._backdrop = self._compiled([*shared, *backdrop.body]) if backdrop else None
        except TemplateSyntaxError as error:
            raise BadTemplate(file, error.lineno, str(error.message), _syntax_hint(str(error.message))) from None
        except (RecursionError, MemoryError, SyntaxError):
            raise BadTemplate(file, None, "is nested too deeply", "draw it with fewer levels") from None

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
        tree = self._environment.parse(source)
        for forbidden in tree.find_all(_FORBIDDEN_NODES):
            raise BadTemplate(self._file, forbidden.lineno, "a template cannot reach other files", "write it out here")
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise BadTemplate(self._file, loop.lineno, "a loop cannot be recursive")
        for reach in tree.find_all(nodes.Getattr):
            if reach.attr not in _LOOP_ATTRIBUTES | _PHOTO_ATTRIBUTES:
                raise BadTemplate(
                    self._file, reach.lineno, f"there is no .{reach.attr}", f"there are {_known_attributes()}"
                )
        macros = {"caller"} | {macro.name for macro in tree.find_all(nodes.Macro)}
        for call in tree.find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name not in macros:
                raise BadTemplate(self._file, call.lineno, "a template can call its own macros only", "use a filter")
        _Metered(len(source)).visit(tree)
        self._environment.cost_of_a_turn = len(source)
        return tree

    def _compiled(self, body: list[nodes.Node]) -> Callable[[Mapping[str, object]], Iterator[str]]:
        tree = nodes.Template(body, lineno=1)
        tree.set_environment(self._environment)
        self._names |= _free_names(tree)
        code = self._environment.compile(tree, "card.html", self._file)
        template = self._environment.template_class.from_code(self._environment, code, {})
        return lambda context: template.root_render_func(template.new_context(dict(context)))

    def _written(self, render: Callable[[Mapping[str, object]], Iterator[str]], context: Mapping[str, object]) -> str:
        _spent.cost = 0
        try:
            return "".join(render(context))
        except TemplateTooCostly as error:
            raise TemplateTooCostly(self._file, None, error.problem, error.hint) from None
        except FrontisError:
            raise
        except (SecurityError, UndefinedError, TemplateError) as error:
            raise BadTemplate(self._file, None, str(error)) from None
        except RecursionError:
            raise TemplateTooCostly(self._file, None, "calls itself without end") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise BadTemplate(self._file, None, f"fails while it is drawn: {error}") from None


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
        self.filters = {**FILTERS, "_turns": _turns, "_written": _count_written, "_joined": _count_written}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401, ARG002  (Jinja's signature)
        if isinstance(obj, LoopContext):
            return attr in _LOOP_ATTRIBUTES
        return isinstance(obj, Photo) and attr in _PHOTO_ATTRIBUTES

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401  (Jinja's signature)
        return isinstance(obj, Macro)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (Jinja's signature)
        _spend(self.cost_of_a_turn)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  (Jinja's signature)
        if (
            not all(isinstance(each, int | float) and abs(each) < _LARGEST_NUMBER for each in (left, right))
            or operator == "**"
        ):
            raise SecurityError(f"{operator} is for numbers only; texts are joined with ~")
        return super().call_binop(context, operator, left, right)


class _Metered(NodeTransformer):
    """Puts a meter on each loop, each value written and each join of texts."""

    def __init__(self, cost_of_a_turn: int) -> None:
        self._cost = nodes.Const(cost_of_a_turn)

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_turns", [self._cost], [], None, None, lineno=node.lineno)
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        self.generic_visit(node)
        node.nodes = [
            each
            if isinstance(each, nodes.TemplateData)
            else nodes.Filter(each, "_written", [], [], None, None, lineno=node.lineno)
            for each in node.nodes
        ]
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return nodes.Filter(node, "_joined", [], [], None, None, lineno=node.lineno)


def _spend(cost: int) -> None:
    _spent.cost = getattr(_spent, "cost", 0) + cost
    if _spent.cost > _BUDGET:
        raise TemplateTooCostly("card.html", None, "asks for more work than a card may cost", "fewer or shorter loops")


def _turns(items: Iterable[Any], cost: int) -> Iterator[Any]:
    for item in items:
        _spend(cost)
        yield item


def _count_written(value: object) -> object:
    if isinstance(value, str):
        _spend(len(value))
    return value


def _free_names(tree: nodes.Template) -> dict[str, int]:
    from jinja2.meta import find_undeclared_variables  # noqa: PLC0415  (only when a template is compiled)

    # A name that is set within an `if` counts as undeclared there, since it may not be set.
    free = find_undeclared_variables(tree) - {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    lines: dict[str, int] = {}
    for name in tree.find_all(nodes.Name):
        if name.name in free:
            lines.setdefault(name.name, name.lineno)
    return lines


def _known_attributes() -> str:
    return ", ".join(f".{name}" for name in sorted(_LOOP_ATTRIBUTES | _PHOTO_ATTRIBUTES))


def _syntax_hint(message: str) -> str:
    if "No filter named" in message:
        return f"there are {', '.join(sorted(FILTERS))}"
    return ""
