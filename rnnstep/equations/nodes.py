"""A cell's equations as one graph of operations, where equal subexpressions are one node.

Both the forward plan and the derivative work on these nodes; a node's number is also an order in
which everything can be computed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from . import syntax as s
from .functions import FUNCTIONS
from .graph import Graph
from .history import history_name, history_of
from .parse import parse_expression
from .sizes import Sizes


class Stage(IntEnum):
    """When a node can be computed."""

    CONST = 0  # from parameters alone, once a run
    BEFORE = 1  # from inputs, for all steps of a segment at once, before the loop
    LOOP = 2  # step by step, because a later step needs it
    AFTER = 3  # for all steps at once, after the loop: nothing recurrent needs it


@dataclass(frozen=True)
class Node:
    """One operation.

    Attributes
    ----------
    op : str
        ``const``, ``param``, ``input``, ``past``, ``history``, ``matvec``, ``neg``,
        ``+ - * / **``, or a function's name.
    args : tuple of int
        Numbers of the nodes that it reads.
    name : str
        The parameter (of ``matvec`` the matrix), input or signal that it stands for; for a
        signal's own node, the signal.
    lag : int
        For ``past`` and ``input``, how many steps ago.
    value : float
        For ``const``; for ``**`` the exponent.
    """

    op: str
    args: tuple[int, ...] = ()
    name: str = ""
    lag: int = 0
    value: float = 0.0


@dataclass
class Dag:
    """All nodes of a cell.

    Attributes
    ----------
    nodes : list of Node
    sizes : list of int
        Units of each node.
    signals : dict of str to int
        The node of each signal; no two signals share one.
    shared : set of str
        Signals whose node is also what another equation computes without naming them.
    """

    nodes: list[Node] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    signals: dict[str, int] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    _known: dict[Node, int] = field(default_factory=dict)
    _signal_names: frozenset[str] = frozenset()

    def add(self, node: Node, size: int) -> int:
        """Return the number of an equal node, making it if there is none."""
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
            self.sizes.append(size)
        return self._known[node]

    def const(self, value: float) -> int:
        return self.add(Node("const", value=value), 1)

    def binary(self, op: str, a: int, b: int) -> int:
        """Add ``a op b``; a product with 1 is the other factor.

        One with 0 is not 0: what is NaN stays NaN, and a state that is read is read.
        """
        for x, y in ((a, b), (b, a)):
            if op == "*" and self.nodes[x] == Node("const", value=1.0):
                return y
        return self.add(Node(op, (a, b)), max(self.sizes[a], self.sizes[b]))

    def call(self, function: str, args: Sequence[int]) -> int:
        kind = FUNCTIONS[function].kind
        sizes = [self.sizes[a] for a in args]
        joined = {"reduce": 1, "concat": sum(sizes), "outer": math.prod(sizes)}
        size = joined.get(kind, max(sizes))
        return self.add(Node(function, tuple(args)), size)

    def consumers(self) -> list[list[int]]:
        """For every node, the nodes that read it."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for arg in dict.fromkeys(node.args):
                found[arg].append(index)
        return found

    def lower(
        self, expression: s.Expression, names: Mapping[str, int], sizes: Sizes | None = None
    ) -> int:
        """Add an expression; ``names`` are the nodes of the names in it."""
        signal_of = {node: name for name, node in self.signals.items()}

        def walk(node: s.Expression) -> int:
            index = walked(node)
            if index in signal_of and not isinstance(node, s.Name):
                self.shared.add(signal_of[index])
            return index

        def walked(node: s.Expression) -> int:
            if isinstance(node, s.Number):
                return self.const(node.value)
            if isinstance(node, s.Name):
                return names[node.id]
            if isinstance(node, s.Lagged):
                assert sizes is not None
                op = (
                    "past"
                    if node.id in sizes.signals and node.id in self._signal_names
                    else "input"
                )
                return self.add(Node(op, name=node.id, lag=node.lag), sizes.signals[node.id])
            if isinstance(node, s.Unary):
                operand = walk(node.operand)
                return self.add(Node("neg", (operand,)), self.sizes[operand])
            history = history_of(node)
            if history is not None:
                assert sizes is not None
                size = sizes.signals[history_name(history)]
                return self.add(Node("history", name=history), size)
            if isinstance(node, s.Call):
                return self.call(node.function, [walk(a) for a in node.arguments])
            assert isinstance(node, s.Binary)
            if node.op == "@":
                assert isinstance(node.left, s.Name) and sizes is not None
                vector = walk(node.right)
                rows = sizes.params[node.left.id][0]
                return self.add(Node("matvec", (vector,), name=node.left.id), rows)
            if node.op == "**":
                assert isinstance(node.right, s.Number)
                base = walk(node.left)
                return self.add(Node("**", (base,), value=node.right.value), self.sizes[base])
            return self.binary(node.op, walk(node.left), walk(node.right))

        return walk(expression)


def build_dag(
    graph: Graph, sizes: Sizes, patched: frozenset[str] = frozenset(), unpatched: bool = False
) -> Dag:
    """Turn a cell's equations into nodes.

    A signal that will be ``patched`` and whose node another equation computes as well becomes a
    copy of it: then a patch reaches those alone that read the signal by its name. With
    ``unpatched`` all of them do, so that what stood there before the patch is a node as well.
    """
    dag = _lowered(graph, sizes, frozenset())
    apart = patched if unpatched else patched & dag.shared
    return _lowered(graph, sizes, apart) if apart else dag


def _lowered(graph: Graph, sizes: Sizes, apart: frozenset[str]) -> Dag:
    dag = Dag()
    dag._signal_names = frozenset(graph.signals)
    names = {n: dag.add(Node("input", name=n), sizes.signals[n]) for n in graph.inputs}
    for name, param in graph.params.items():
        if param.kind == "vector":
            names[name] = dag.add(Node("param", name=name), sizes.params[name][0])
    for equation in graph.equations:
        before = len(dag.nodes)
        index = dag.lower(equation.expression, names, sizes)
        # Each signal is recorded in a place of its own, so a mere alias becomes a copy.
        taken = index in dag.signals.values()
        computed = dag.nodes[index].op not in ("const", "param", "input", "past")
        if index < before and computed and not taken:
            dag.shared.add(equation.name)
        if taken or not computed or equation.name in apart:
            index = dag.add(
                Node("identity", (index,), name=equation.name), sizes.signals[equation.name]
            )
        dag.signals[equation.name] = index
        names[equation.name] = index
    return dag


def stages(dag: Dag, graph: Graph) -> list[Stage]:
    """Find the stage of every node."""
    found: list[Stage] = []
    for node in dag.nodes:
        if node.op in ("const", "param"):
            stage = Stage.CONST
        elif node.op in ("input", "history"):
            stage = Stage.BEFORE
        elif node.op == "past":
            stage = Stage.AFTER
        else:
            stage = max(found[a] for a in node.args)
        found.append(stage)
    needed = {dag.signals[name] for name in graph.states}
    for index in range(len(dag.nodes) - 1, -1, -1):
        if index in needed:
            needed.update(dag.nodes[index].args)
            if found[index] == Stage.AFTER:
                found[index] = Stage.LOOP
    for index, node in enumerate(dag.nodes):
        # What is recorded must be an array over steps, even if parameters alone decide it.
        if index in dag.signals.values() and found[index] == Stage.CONST:
            found[index] = Stage.BEFORE
        elif node.args and found[index] == Stage.CONST:
            found[index] = max(found[a] for a in node.args)
    return found


@cache
def derivative_texts(function: str) -> tuple[s.Expression, ...]:
    """The derivative of an elementwise function for each of its arguments, parsed."""
    return tuple(parse_expression(text) for text in FUNCTIONS[function].derivative)
