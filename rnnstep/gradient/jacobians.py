"""The Jacobian of each step, ∂s_t/∂s_{t-1} for the whole state vector s, in the form that it has.

Computed for a stretch of steps at once, kept as long as there is room, and applied from the left:
``rows @ J`` costs one small matrix product for each dense block and a multiplication for each
diagonal one. A state that is copied on (an older value of the vector) costs a copy.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..equations.compiled import SEGMENT
from ..equations.nodes import Dag
from ..simulate import Trace
from .linear import Linear
from .state import Block, Layout
from .tangents import ForwardMode, Leaf
from .values import NodeValues

Array = np.ndarray

_STRETCH_BYTES = 4 * 2**20
_KEPT_BYTES = 96 * 2**20


@dataclass
class _Column:
    """What flows back into one block of the state before the step."""

    at: slice
    dense: list[tuple[slice, Array]] = field(default_factory=list)  # rows, (steps, rows, columns)
    diagonal: list[tuple[slice, Array]] = field(default_factory=list)  # rows, (steps, n)
    copied: list[slice] = field(default_factory=list)


class Stretch:
    """The Jacobians of steps ``first`` to ``last``.

    Attributes
    ----------
    first, last : int
    values : NodeValues
    tangents : ForwardMode
    """

    def __init__(self, dag: Dag, trace: Trace, layout: Layout, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.layout = layout
        self.values = NodeValues(dag, trace, first, last)
        self.tangents = ForwardMode(self.values)

    @cached_property
    def _columns(self) -> list[_Column]:
        return [self._column(block) for block in self.layout.blocks]

    @property
    def nbytes(self) -> int:
        """Roughly what it takes to keep this."""
        steps, size = self.last - self.first + 1, max(self.layout.size, 1)
        return steps * size * (size + 40) * 8

    def pull(self, rows: Array, step: int) -> Array:
        """Row vectors (m, S) times the Jacobian of a step: from ∂·/∂s_t to ∂·/∂s_{t-1}."""
        out = np.empty_like(rows)
        j = step - self.first
        for column in self._columns:
            target = out[:, column.at]
            filled = False
            for at, dense in column.dense:
                matrix = dense[j if len(dense) > 1 else 0]
                if filled:
                    target += rows[:, at] @ matrix
                else:
                    np.matmul(rows[:, at], matrix, out=target)
                filled = True
            for at, factor in column.diagonal:
                part = rows[:, at] * factor[j if len(factor) > 1 else 0]
                target[...] = target + part if filled else part
                filled = True
            for at in column.copied:
                target[...] = target + rows[:, at] if filled else rows[:, at]
                filled = True
            if not filled:
                target[...] = 0
        return out

    def matrices(self, first: int, last: int) -> Array:
        """The Jacobians of some steps of the stretch in full, (steps, S, S)."""
        size = self.layout.size
        steps = slice(first - self.first, last - self.first + 1)
        out = np.zeros((last - first + 1, size, size))
        for column in self._columns:
            for at, dense in column.dense:
                out[:, at, column.at] += dense[steps] if len(dense) > 1 else dense
            for at, factor in column.diagonal:
                view = out[:, at, column.at]
                units = np.arange(view.shape[1])
                view[:, units, units] += factor[steps] if len(factor) > 1 else factor
            for at in column.copied:
                view = out[:, at, column.at]
                units = np.arange(view.shape[1])
                view[:, units, units] += 1
        return out

    def _column(self, source: Block) -> _Column:
        column = _Column(source.at)
        found: list[tuple[slice, Linear]] = []
        for block in self.layout.blocks:
            if block.age == 0:
                index = self.values.dag.signals[block.name]
                part = self.tangents.of(index).get(Leaf(source.name, source.age + 1))
                if part is not None:
                    found.append((block.at, part))
            elif block.name == source.name and block.age == source.age + 1:
                column.copied.append(block.at)
        column.diagonal = [(at, p.diagonal) for at, p in found if p.diagonal is not None]
        column.dense = _joined([(at, p) for at, p in found if p.scaled or p.dense is not None])
        return column


def _joined(found: list[tuple[slice, Linear]]) -> list[tuple[slice, Array]]:
    """Dense parts above each other, where they are neighbours in one array: fewer products."""
    groups: list[list[tuple[slice, Linear]]] = []
    for at, part in found:
        if groups and groups[-1][-1][0].stop == at.start:
            groups[-1].append((at, part))
        else:
            groups.append([(at, part)])
    joined = []
    for group in groups:
        start, stop = group[0][0].start, group[-1][0].stop
        parts = [(slice(at.start - start, at.stop - start), part) for at, part in group]
        joined.append((slice(start, stop), _filled(parts, stop - start)))
    return joined


def _filled(parts: Sequence[tuple[slice, Linear]], rows: int) -> Array:
    steps = max(
        len(array)
        for _, part in parts
        for array in (
            *(factor for factor, _ in part.scaled.values()),
            *([] if part.dense is None else [part.dense]),
        )
    )
    out = np.empty((steps, rows, parts[0][1].columns))
    with np.errstate(all="ignore"):
        for at, part in parts:
            target = out[:, at]
            filled = False
            for factor, matrix in part.scaled.values():
                if filled:
                    target += factor[:, :, None] * matrix
                else:
                    np.multiply(factor[:, :, None], matrix, out=target)
                filled = True
            if part.dense is not None:
                target[...] = target + part.dense if filled else part.dense
    return out


class Jacobians:
    """The Jacobians of a whole run, stretch by stretch.

    Attributes
    ----------
    trace : Trace
    dag : Dag
    layout : Layout
    """

    def __init__(self, trace: Trace, dag: Dag, layout: Layout) -> None:
        self.trace = trace
        self.dag = dag
        self.layout = layout
        size = max(layout.size, 1)
        count = SEGMENT
        while count > 4 and count * size * size * 8 > _STRETCH_BYTES:
            count //= 2
        self.count = count
        self._kept: OrderedDict[int, Stretch] = OrderedDict()

    def stretch(self, step: int) -> Stretch:
        """The stretch that a step lies in."""
        number = (step - 1) // self.count
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        first = number * self.count + 1
        last = min(first + self.count - 1, self.trace.length)
        made = Stretch(self.dag, self.trace, self.layout, first, last)
        self._kept[number] = made
        total = sum(stretch.nbytes for stretch in self._kept.values())
        while total > _KEPT_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            total -= dropped.nbytes
        return made
