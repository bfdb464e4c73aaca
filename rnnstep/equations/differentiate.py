"""Reverse-mode derivative of a cell, as data: which adjoint goes where, with which factor.

Within a step every function is a chain of elementwise factors, products with matrices, sums and
slices. The factors (``f * (1 - f)``, ``1 - tanh(c)²``) do not depend on any adjoint, so they are
nodes of the same graph as the forward pass and are computed for all steps at once; what remains
for the loop is a handful of multiplications and one stacked product with the group's matrix.

Source of the method: backpropagation through time, Werbos 1990; the derivative of each function
stands in the table of ``functions.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .functions import FUNCTIONS
from .nodes import Dag, Node, Stage, derivative_texts
from .plan import Plan

_LEAVES = ("param", "input", "past", "history", "matvec", "softmax", "concat", "outer")


@dataclass(frozen=True)
class Term:
    """One contribution to an adjoint.

    Attributes
    ----------
    source : int
        The node whose adjoint it comes from.
    factor : int or None
        A node to multiply with; None for 1.
    kind : {"times", "matrix", "sum", "slice", "softmax", "left", "right"}
        ``matrix``: times the transposed matrix of ``source``, a matvec. ``sum``: summed over the
        units after multiplying. ``slice``: columns ``start:stop``. ``softmax``: through a softmax
        whose value is ``source``. ``left`` and ``right``: to that argument of an outer product;
        ``factor`` is the other one.
    """

    source: int
    factor: int | None = None
    kind: str = "times"
    start: int = 0
    stop: int = 0


@dataclass
class Adjoints:
    """All adjoints of a cell that are worth an array of their own.

    Attributes
    ----------
    terms : dict of int to tuple of Term
        By node: its adjoint is the sum of these (and, for a signal, of what comes from outside and
        from later steps). Sources are nodes of this dict.
    order : list of int
        The nodes in an order in which they can be computed (consumers first).
    early, looping, late : tuple of int
        ``order``, cut into what is known for all steps before the loop, what must go step by step
        backwards in time, and what follows for all steps after it.
    """

    terms: dict[int, tuple[Term, ...]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    early: tuple[int, ...] = ()
    looping: tuple[int, ...] = ()
    late: tuple[int, ...] = ()


def differentiate(plan: Plan, outside: frozenset[str] = frozenset()) -> Adjoints:
    """Derive the adjoints of a plan's cell.

    The factors are added to ``plan.dag`` (and their stages to ``plan.stage``) as further nodes.

    Parameters
    ----------
    plan : Plan
        Made for this purpose: it is changed.
    outside : frozenset of str
        Signals whose adjoints are given from outside, such as ``{"logits"}`` from a loss.
    """
    dag = plan.dag
    count = len(dag.nodes)
    consumers = dag.consumers()
    result = Adjoints()
    through: dict[int, tuple[Term, ...]] = {}
    own = {dag.signals[n] for n in dag.signals if n in outside or n in plan.graph.lags}
    roots = {block.root for group in plan.groups for block in group.blocks}
    useful = _useful(dag)
    for index in range(count - 1, -1, -1):
        if index not in useful:
            continue
        terms: list[Term] = []
        for reader in consumers[index]:
            if reader not in result.terms and reader not in through:
                continue  # nothing that is asked for depends on it
            for term in _through(dag, reader, index):
                terms += _compose(dag, through.get(term.source), term)
        node = dag.nodes[index]
        # What is read by one elementwise chain only needs no adjoint of its own.
        leaf = index in own or index in roots or node.op in _LEAVES
        simple = len(terms) == 1 and terms[0].kind == "times"
        if simple and not leaf and dag.sizes[index] == dag.sizes[terms[0].source]:
            through[index] = tuple(terms)
            continue
        if not terms and index not in own:
            continue
        result.terms[index] = tuple(terms)
        result.order.append(index)
    _cut(plan, result)
    _extend_stages(plan, count)
    return result


def _useful(dag: Dag) -> set[int]:
    """Nodes through which an adjoint can reach a parameter, an input or an earlier step."""
    found: set[int] = set()
    for index, node in enumerate(dag.nodes):
        leaf = node.op in ("param", "input", "past", "history", "matvec")
        if leaf or any(a in found for a in node.args):
            found.add(index)
    return found


def _compose(dag: Dag, chain: tuple[Term, ...] | None, term: Term) -> list[Term]:
    """Replace a source that has no adjoint of its own by what its adjoint is made of."""
    if chain is None:
        return [term]
    first = chain[0]
    if term.kind == "times":
        return [Term(first.source, _times(dag, first.factor, term.factor))]
    if term.kind == "sum":
        return [Term(first.source, _times(dag, first.factor, term.factor), "sum")]
    raise AssertionError("slices and products keep an adjoint of their own")


def _times(dag: Dag, a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    return dag.binary("*", a, b)


def _through(dag: Dag, reader: int, index: int) -> list[Term]:
    """Contributions of one reader's adjoint to that of its argument."""
    node: Node = dag.nodes[reader]
    if node.op == "matvec":
        return [Term(reader, None, "matrix")]
    if node.op == "softmax":
        return [Term(reader, None, "softmax")]
    if node.op == "concat":
        found, at = [], 0
        for arg in node.args:
            if arg == index:
                found.append(Term(reader, None, "slice", at, at + dag.sizes[arg]))
            at += dag.sizes[arg]
        return found
    if node.op == "outer":
        sides = zip(("left", "right"), node.args, node.args[::-1], strict=True)
        return [Term(reader, other, side) for side, arg, other in sides if arg == index]
    found = []
    for place, arg in enumerate(node.args):
        if arg != index:
            continue
        factor = elementwise_derivative(dag, reader, place)
        if factor is not None and dag.nodes[factor].op == "const" and dag.nodes[factor].value == 0:
            continue
        if factor is not None and dag.nodes[factor] == Node("const", value=1.0):
            factor = None
        # A single number that met many units collects from all of them.
        kind = "sum" if dag.sizes[arg] == 1 and dag.sizes[reader] > 1 else "times"
        found.append(Term(reader, factor, kind))
    return found


def elementwise_derivative(dag: Dag, reader: int, place: int) -> int | None:
    """Add the derivative of an elementwise node by one of its arguments; None is 1.

    Parameters
    ----------
    dag : Dag
        Nodes are added to it.
    reader : int
        An operator or an elementwise function (or ``sum``, whose derivative is 1 for each unit).
    place : int
        Which of its arguments.

    Returns
    -------
    int or None
        The node that holds the factor.
    """
    node = dag.nodes[reader]
    args = node.args
    if node.op == "+" or (node.op == "-" and place == 0):
        return None
    if node.op in ("-", "neg"):
        return dag.const(-1.0)
    if node.op == "*":
        return args[1 - place]
    if node.op == "/":
        if place == 0:
            return dag.binary("/", dag.const(1.0), args[1])
        return dag.add(Node("neg", (dag.binary("/", reader, args[1]),)), dag.sizes[reader])
    if node.op == "**":
        if node.value == 0:
            return dag.const(0.0)
        lower = dag.add(Node("**", args, value=node.value - 1.0), dag.sizes[args[0]])
        return dag.binary("*", dag.const(node.value), args[0] if node.value == 2 else lower)
    if FUNCTIONS[node.op].kind == "reduce":
        return None
    names = {"y": reader, **dict(zip("abc", args, strict=False))}
    return dag.lower(derivative_texts(node.op)[place], names)


def _cut(plan: Plan, adjoints: Adjoints) -> None:
    """Cut the order in three: before, in and after the loop backwards in time."""
    dag = plan.dag
    needed: set[int] = set()  # by an earlier step
    for index in reversed(adjoints.order):
        node = dag.nodes[index]
        if (node.op == "past" and node.name in dag.signals) or index in needed:
            needed.add(index)
            needed.update(term.source for term in adjoints.terms[index])
    fed: set[int] = set()  # by a later step
    for index in adjoints.order:
        name = next((n for n, i in dag.signals.items() if i == index), "")
        if name in plan.graph.lags or any(t.source in fed for t in adjoints.terms[index]):
            fed.add(index)
    adjoints.early = tuple(i for i in adjoints.order if i not in fed)
    adjoints.looping = tuple(i for i in adjoints.order if i in fed and i in needed)
    adjoints.late = tuple(i for i in adjoints.order if i in fed and i not in needed)


def _extend_stages(plan: Plan, count: int) -> None:
    """Factors are computed for all steps at once, when every signal is known."""
    for index in range(count, len(plan.dag.nodes)):
        node = plan.dag.nodes[index]
        args = [plan.stage[a] for a in node.args]
        const = all(stage == Stage.CONST for stage in args)
        plan.stage.append(Stage.CONST if const else Stage.AFTER)
