"""Values of all nodes of a cell's graph over a stretch of a run, computed when asked for.

What the trace records is taken from there; what lies between two signals (a product inside a
function, the factor of a derivative) is computed from it for all steps of the stretch at once.
Everything is float64, also where the lane runs in float32.
"""

from __future__ import annotations

import numpy as np

from ..equations.functions import FUNCTIONS
from ..equations.history import history_name, history_product
from ..equations.interpret import OPERATORS
from ..equations.nodes import Dag
from ..simulate import Trace

Array = np.ndarray


class NodeValues:
    """Values of nodes at steps ``first`` to ``last``.

    ``values[index]`` is an array (steps, n), or (1, n) for what is the same at every step; n may be
    1 where one number goes with every unit.

    Attributes
    ----------
    first, last : int
        Steps, ``1 <= first <= last <= T``.
    """

    def __init__(self, dag: Dag, trace: Trace, first: int, last: int) -> None:
        self.dag = dag
        self.trace = trace
        self.first = first
        self.last = last
        self._names = {index: name for name, index in dag.signals.items()}
        self._known: dict[int, Array] = {}

    def __getitem__(self, index: int) -> Array:
        if index not in self._known:
            with np.errstate(all="ignore"):
                self._known[index] = self._compute(index)
        return self._known[index]

    def slope(self, index: int) -> Array | None:
        """What patches make of a signal's derivative, (steps, n); None without a patch."""
        patching = self.trace.machine.patching
        name = self._names.get(index)
        if patching is None or name not in patching.signals:
            return None
        before = self[self.dag.nodes[index].args[0]]
        shape = (self.last - self.first + 1, self.dag.sizes[index])
        return patching.slopes(name, np.broadcast_to(before, shape), self.first)

    def matrix(self, name: str) -> Array:
        """A parameter, as float64."""
        return np.asarray(self.trace.lane.params[name], float)

    def _compute(self, index: int) -> Array:
        node = self.dag.nodes[index]
        if index in self._names:
            return self._rows(self._names[index], 0)
        if node.op in ("past", "input"):
            return self._rows(node.name, node.lag)
        if node.op == "const":
            return np.full((1, 1), node.value)
        if node.op == "param":
            return self.matrix(node.name)[None]
        if node.op == "matvec" and self.dag.nodes[node.args[0]].op == "history":
            return self._history_product(self.dag.nodes[node.args[0]].name, node.name)
        args = [self[arg] for arg in node.args]
        if node.op == "matvec":
            return np.matmul(args[0], self.matrix(node.name).T)
        if node.op == "neg":
            return np.negative(args[0])
        if node.op == "**":
            return np.power(args[0], node.value)
        if node.op in OPERATORS:
            return OPERATORS[node.op](*args)
        return FUNCTIONS[node.op].forward(*args)

    def _history_product(self, name: str, matrix: str) -> Array:
        known = np.asarray(self.trace.inputs(self.last)[history_name(name)], float)
        count = self.last - self.first + 1
        size = self.trace.lane.sizes.signals[name]
        return history_product(known, self.matrix(matrix).T, size, count, count)

    def _rows(self, name: str, lag: int) -> Array:
        """What steps ``first`` to ``last`` read as ``name[t-lag]``."""
        trace = self.trace
        earliest = 1 if name in trace.lane.cell.inputs else 0
        start = max(self.first - lag, earliest)
        stop = max(self.last - lag + 1, start)
        rows = np.asarray(trace.rows(name, start, stop), float)
        before = range(self.first, min(earliest + lag - 1, self.last) + 1)
        if not len(before):
            return rows
        given = [np.asarray(trace.past(t)(name, lag), float) for t in before]
        return np.concatenate([np.stack(given), rows])
