"""What one step of a model costs, read off its equations.

Counted is what a step multiplies: every ``W @ v`` as rows × columns, and every ``*``, ``/`` and
``**`` as one for each unit of its result, all as they are written (a readout's equations too), and
``outer`` likewise.
Sums, differences and functions are not counted: a product's sum belongs to its multiply-add, and
tanh or exp has no count that would hold on another machine. Parameters are those that the
multiplications and sums of the step read.

A cell's cost is the same at every step, except for products with ``history(x)``: at step t they use
the first t·D columns of their matrix, as many as there are numbers so far.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..equations import syntax as s
from ..equations.functions import FUNCTIONS
from ..equations.history import history_of
from ..equations.sizes import Sizes
from ..errors import StepError
from .cell import Cell

Array = np.ndarray


@dataclass(frozen=True)
class Cost:
    """What one step costs.

    Attributes
    ----------
    parameters : int
        How many parameters it reads.
    multiply_adds : int
        How many multiplications it makes, most of them with an addition.
    """

    parameters: int
    multiply_adds: int


def cost(cell: Cell, sizes: Sizes, t: int) -> Cost:
    """What step t of a model costs.

    Parameters
    ----------
    cell : Cell
        With its readout.
    sizes : Sizes
    t : int
        The step, at least 1.

    Raises
    ------
    StepError
        If nothing is computed at t.
    """
    if t < 1:
        raise StepError(f"step {t} has no cost: the first step that is computed is 1")
    parameters, products = costs(cell, sizes, np.array([t]))
    return Cost(int(parameters[0]), int(products[0]))


def costs(cell: Cell, sizes: Sizes, steps: Array) -> tuple[Array, Array]:
    """What many steps cost: parameters read and multiply-adds, each ``(n,)`` for ``(n,)`` steps."""
    count = _Count(sizes, np.asarray(steps))
    for equation in cell.graph.equations:
        count.size(equation.expression)
    parameters = sum(count.read.values(), np.zeros(len(count.steps), np.int64))
    return parameters, count.products


class _Count:
    """Walks expressions, adding up what they multiply and read."""

    def __init__(self, sizes: Sizes, steps: Array) -> None:
        self.sizes = sizes
        self.steps = steps
        self.products = np.zeros(len(steps), np.int64)
        self.read: dict[str, Array] = {}

    def size(self, node: s.Expression) -> int:
        """Count a node and all below it; return its units."""
        if isinstance(node, s.Name) and node.id in self.sizes.params:
            return self.parameter(node.id, self.sizes.params[node.id][-1])
        if isinstance(node, s.Name | s.Lagged):
            return self.sizes.signals[node.id]
        if isinstance(node, s.Binary) and node.op == "@":
            return self.product(node)
        sizes = [self.size(child) for child in node.children()]
        if isinstance(node, s.Call):
            return self.call(node, sizes)
        width = max(sizes, default=1)
        if isinstance(node, s.Binary) and node.op in ("*", "/", "**"):
            self.products += width
        return width

    def parameter(self, name: str, columns: int | Array) -> int:
        """Note that the first columns of a parameter are read; return its units."""
        *rows, width = self.sizes.params[name]
        used = np.broadcast_to(np.asarray(columns) * int(np.prod(rows)), self.steps.shape)
        self.read[name] = np.maximum(self.read.get(name, 0), used)
        return width

    def product(self, node: s.Binary) -> int:
        assert isinstance(node.left, s.Name)
        rows, whole = self.sizes.params[node.left.id]
        history = history_of(node.right)
        columns: int | Array = whole
        if history is None:
            self.size(node.right)
        else:
            columns = np.minimum(self.steps * self.sizes.signals[history], whole)
        self.parameter(node.left.id, columns)
        self.products += rows * columns
        return rows

    def call(self, node: s.Call, sizes: list[int]) -> int:
        kind = FUNCTIONS[node.function].kind
        if kind == "outer":
            self.products += math.prod(sizes)
            return math.prod(sizes)
        return {"reduce": 1, "concat": sum(sizes)}.get(kind, max(sizes))
