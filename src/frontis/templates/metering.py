"""Counts what a template costs while it is drawn, and stops it at a bound that is the same on every machine.

Each turn of a loop and each call of a macro costs as much as the template is long; each text that is written, joined,
compared, cut or filtered costs its length; each filter has its price. 2,000,000 of that are about half a second.
"""

import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

from jinja2 import Undefined, nodes, pass_context
from jinja2.visitor import NodeTransformer

from frontis.errors import TemplateTooCostly
from frontis.model.color import Color
from frontis.model.photo import Photo

_BUDGET: Final = 2_000_000
_PRICE: Final = 8
# What takes longer than a few microseconds, in quarters of one.
_PRICES: Final = {
    "color": 4_000, "highlight": 80_000, "icon": 200, "mix": 50, "pattern": 250, "readable_on": 300, "veil": 150,
}  # fmt: skip

_spent = threading.local()


def start() -> None:
    """Begin a drawing on this thread: nothing is spent yet."""
    _spent.cost = 0


def spend(cost: int) -> None:
    """Raise TemplateTooCostly when the template has spent all that it may."""
    _spent.cost = getattr(_spent, "cost", 0) + cost
    if _spent.cost > _BUDGET:
        raise TemplateTooCostly("card.html", None, "asks for more work than a card may cost", "fewer or shorter loops")


class Metered(NodeTransformer):
    """Puts a meter on everything in a syntax tree whose cost is not that of its own length."""

    def __init__(self, cost_of_a_turn: int) -> None:
        self._cost = cost_of_a_turn

    def generic_visit(self, node: nodes.Node, *_: Any, **__: Any) -> nodes.Node:  # noqa: ANN401  (Jinja's signature)
        """The node with a meter on itself and on everything below it."""
        super().generic_visit(node)
        match node:
            case nodes.For():
                node.iter = _filtered("_turns", node.iter, nodes.Const(self._cost))
            case nodes.Output():
                node.nodes = [
                    each if isinstance(each, nodes.TemplateData) else _filtered("_written", each) for each in node.nodes
                ]
            case nodes.Concat():
                node.nodes = [_filtered("_written", each) for each in node.nodes]
            case nodes.List() | nodes.Tuple(ctx="load"):
                node.items = [_leaf(each) for each in node.items]
            case nodes.Pair():
                node.key, node.value = _leaf(node.key), _leaf(node.value)
            case nodes.Filter() | nodes.Test() | nodes.Compare() | nodes.Getitem():
                _weigh_operands(node)
        return node


def _weigh_operands(node: nodes.Filter | nodes.Test | nodes.Compare | nodes.Getitem) -> None:
    match node:
        case nodes.Filter(node=nodes.Expr() as value):
            node.node = _filtered("_weighed", value, nodes.Const(_PRICES.get(node.name, _PRICE)))
            node.args = [_weighing(each) for each in node.args]
        case nodes.Test():
            node.node = _weighing(node.node)
            node.args = [_weighing(each) for each in node.args]
        case nodes.Compare():
            node.expr = _weighing(node.expr)
            for operand in node.ops:
                operand.expr = _weighing(operand.expr)
        case nodes.Getitem(arg=nodes.Slice()):
            node.node = _weighing(node.node)


def _filtered(name: str, node: nodes.Node, *arguments: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


def _weighing(node: nodes.Expr) -> nodes.Expr:
    # What is written out in the template costs no more than its own length, which each turn of a loop pays for.
    return node if isinstance(node, nodes.Const) else _filtered("_weighed", node)


def _leaf(node: nodes.Expr) -> nodes.Expr:
    if isinstance(node, nodes.Const | nodes.List | nodes.Tuple | nodes.Dict):
        return node
    return _filtered("_single", node)


def _turns(items: Iterable[Any], cost: int) -> Iterator[Any]:
    for item in items:
        spend(cost)
        yield item


# The context is not used: but where a filter takes it, Jinja does not try to work it out when a template is compiled.
@pass_context
def _written(_context: object, value: object) -> object:
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list cannot be written as it is; join its items, or loop over them")
    # What is undefined says so itself. Anything else would be written with its place in memory, another one each time.
    if not isinstance(value, str | int | float | Color | Photo | Undefined):
        raise TypeError(f"a {type(value).__name__} is nothing that can be written")
    return _weighed(value)


def _weighed(value: object, price: int = 1) -> object:
    spend(price + _weight(value))
    return value


def _weight(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return _weight((*value, *value.values()))
    return sum(map(_weight, value), len(value)) if isinstance(value, list | tuple) else 0


def _single(value: object) -> object:
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list cannot be put into another list")
    return value


METERS: Final = {"_turns": _turns, "_written": _written, "_weighed": _weighed, "_single": _single}
"""The filters that `Metered` puts in. No template can name them."""
