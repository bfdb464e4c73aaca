"""Derivatives of every node by the values that a step reads, in forward mode.

For each leaf (``h[t-1]``, ``c[t-1]``, ``x``, ``x[t-1]``) a node has a :class:`Linear`; operators
and functions carry them on by the rules below, and the derivative of each elementwise function is
the one line of the table in ``functions.py``. No cell has a rule of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..equations.differentiate import elementwise_derivative
from ..equations.functions import FUNCTIONS
from ..equations.history import history_name
from .linear import Linear, identity, stacked
from .values import NodeValues


class Leaf(NamedTuple):
    """What a step reads: a signal or an input, ``lag`` steps ago.

    What it reads of an input's history is named ``history(x)``; it is not there at the steps
    before ``lag + 1``, whose history does not go back so far.
    """

    name: str
    lag: int


Array = np.ndarray
Tangents = dict[Leaf, Linear]


class ForwardMode:
    """Derivatives of nodes over a stretch of a run.

    Parameters
    ----------
    values : NodeValues
        Of the stretch; factors of derivatives are added to its graph as nodes.
    """

    def __init__(self, values: NodeValues) -> None:
        self.values = values
        self.dag = values.dag
        self._known: dict[int, Tangents] = {}

    def of(self, index: int) -> Tangents:
        """Derivatives of a node by all leaves; a leaf that is not there has none."""
        if index not in self._known:
            with np.errstate(all="ignore"):
                found = self._derive(index)
                slope = self.values.slope(index)
                if slope is not None:
                    found = {leaf: part.times(slope) for leaf, part in found.items()}
            self._known[index] = found
        return self._known[index]

    def _derive(self, index: int) -> Tangents:
        node = self.dag.nodes[index]
        if node.op in ("past", "input"):
            return {Leaf(node.name, node.lag): identity(self.dag.sizes[index])}
        if node.op in ("const", "param"):
            return {}
        if node.op == "matvec":
            matrix = self.values.matrix(node.name)
            if self.dag.nodes[node.args[0]].op == "history":
                return self._history(self.dag.nodes[node.args[0]].name, matrix, index)
            inner = self.of(node.args[0])
            return {leaf: part.through(matrix, index) for leaf, part in inner.items()}
        kind = FUNCTIONS[node.op].kind if node.op in FUNCTIONS else "elementwise"
        if kind == "concat":
            return self._concat(node.args)
        if kind == "outer":
            return self._outer(*node.args)
        if kind == "softmax":
            return self._softmax(index)
        if kind == "reduce":
            return {leaf: part.summed() for leaf, part in self.of(node.args[0]).items()}
        return self._elementwise(index)

    def _elementwise(self, index: int) -> Tangents:
        found: Tangents = {}
        for place, arg in enumerate(self.dag.nodes[index].args):
            inner = self.of(arg)
            if not inner:
                continue
            factor = elementwise_derivative(self.dag, index, place)
            if factor is not None:
                node = self.dag.nodes[factor]
                if node.op == "const" and node.value == 0:
                    continue
                inner = {leaf: part.times(self.values[factor]) for leaf, part in inner.items()}
            for leaf, part in inner.items():
                found[leaf] = found[leaf].plus(part) if leaf in found else part
        size = self.dag.sizes[index]
        return {leaf: part.widened(size) for leaf, part in found.items()}

    def _softmax(self, index: int) -> Tangents:
        y = self.values[index]
        found: Tangents = {}
        for leaf, part in self.of(self.dag.nodes[index].args[0]).items():
            own = part.times(y)
            found[leaf] = own.plus(own.summed().times(-y))
        return found

    def _concat(self, args: tuple[int, ...]) -> Tangents:
        parts = [(self.dag.sizes[arg], self.of(arg)) for arg in args]
        leaves = {leaf: part.columns for _, inner in parts for leaf, part in inner.items()}
        return {
            leaf: stacked([(rows, inner.get(leaf)) for rows, inner in parts], columns)
            for leaf, columns in leaves.items()
        }

    def _outer(self, a: int, b: int) -> Tangents:
        first, second = self.values[a], self.values[b]
        count, other = self.dag.sizes[a], self.dag.sizes[b]
        found: Tangents = {}
        # Unit i·|b| + j is a_i b_j.
        for leaf, part in self.of(a).items():
            found[leaf] = part.spread(count, other, 1).times(np.tile(second, (1, count)))
        for leaf, part in self.of(b).items():
            own = part.spread(other, 1, count).times(np.repeat(first, other, axis=1))
            found[leaf] = found[leaf].plus(own) if leaf in found else own
        return found

    def _history(self, name: str, matrix: Array, index: int) -> Tangents:
        """Each lag of a history has the matrix's own block of columns."""
        size = self.values.trace.lane.sizes.signals[name]
        ones = np.ones((1, len(matrix)))
        return {
            Leaf(history_name(name), lag): Linear(
                len(matrix),
                size,
                scaled={index: (ones, matrix[:, lag * size : (lag + 1) * size])},
            )
            for lag in range(self.values.last)
        }
