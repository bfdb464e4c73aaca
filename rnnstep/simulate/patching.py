"""Applying patches while the equations run, and while a segment of the run is computed again.

What a patch does at a step depends on the step alone, never on how one arrived there: noise comes
from a counter-based generator (Philox) whose key is (seed, step) and whose counter is the signal's
name, so each unit has the same noise whichever units are patched; what is held is read once, when
the run passes the step before.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .lane import Lane
from .patch import LaneShape, Patch, check_patch

if TYPE_CHECKING:
    from .trace import Trace

Array = np.ndarray
_Bound = tuple[Patch, "Trace | None"]
"""A patch, and the trace that it takes values from."""


class Patching:
    """The patches of one run.

    Where a ``swap`` takes its values from is settled once: a fork takes over what its parent's
    patches are bound to, so that it follows the same traces whatever their names mean by now.

    Parameters
    ----------
    lane : Lane
        With its patches.
    traces : mapping of str to Trace
        Where ``swap`` takes its values from.
    begin : int
        The step after which the run begins: what comes before is known already.
    known : callable, optional
        ``known(signal, t)`` is the value of a step that is known already, t <= begin.
    older : Patching, optional
        That of the run that this one is forked from: the lane's first patches are its patches.

    Raises
    ------
    PatchError
        If a patch does not fit.
    """

    def __init__(
        self,
        lane: Lane,
        traces: Mapping[str, Trace],
        begin: int = 0,
        known: Callable[[str, int], Array] | None = None,
        older: Patching | None = None,
    ) -> None:
        inherited = older.sources if older else ()
        others = {name: _shape(trace.lane) for name, trace in traces.items()}
        for patch in lane.patches[len(inherited) :]:
            check_patch(patch, _shape(lane), others)
        new = (traces.get(patch.lane) for patch in lane.patches[len(inherited) :])
        self.sources: tuple[Trace | None, ...] = (*inherited, *new)
        self.inputs = lane.cell.inputs
        self.by_signal: dict[str, tuple[_Bound, ...]] = {}
        for bound in zip(lane.patches, self.sources, strict=True):
            signal = bound[0].signal
            self.by_signal[signal] = (*self.by_signal.get(signal, ()), bound)
        self.held: dict[Patch, Array] = {}
        if known is not None:
            for patch in lane.patches:
                if patch.operation == "hold" and patch.first - 1 <= begin:
                    self.held[patch] = known(patch.signal, patch.first - 1)

    @property
    def signals(self) -> frozenset[str]:
        """Signals that are patched, without the inputs."""
        return frozenset(self.by_signal) - set(self.inputs)

    def apply(self, signal: str, row: Array, t: int) -> None:
        """Change a value of step t in place, ``(n,)``."""
        for _ in self.each(signal, row, t):
            pass
        for patch, _ in self.by_signal[signal]:
            if patch.operation == "hold" and patch.first == t + 1:
                self.held[patch] = row.copy()

    def each(self, signal: str, row: Array, t: int) -> Iterator[tuple[Patch, Array]]:
        """Change a value as :meth:`apply` does, patch by patch: each that fires, and the value."""
        for patch, source in self.by_signal.get(signal, ()):
            if patch.covers(t):
                self._change(patch, source, row, t)
                yield patch, row

    def slopes(self, signal: str, rows: Array, first: int) -> Array:
        """The derivative of what :meth:`apply` does, by the value that stood there before.

        Values that a patch puts there (``set``, ``hold``, ``swap``, ``symbol``) are constants.

        Parameters
        ----------
        signal : str
        rows : (steps, n) ndarray
            The values before the patches, of the steps from ``first`` on.
        first : int

        Returns
        -------
        (steps, n) ndarray
            Derivatives, unit by unit; 1 where no patch fires.
        """
        found = np.ones(rows.shape)
        for number in range(len(rows)):
            row = rows[number].copy()
            for patch, source in self.by_signal.get(signal, ()):
                if not patch.covers(first + number):
                    continue
                units = slice(None) if patch.units is None else list(patch.units)
                if patch.operation == "scale":
                    found[number, units] *= patch.values
                elif patch.operation == "clamp":
                    low, high = patch.values
                    found[number, units] *= (low <= row[units]) & (row[units] <= high)
                elif patch.operation not in ("add", "noise"):
                    found[number, units] = 0
                self._change(patch, source, row, first + number)
        return found

    def _change(self, patch: Patch, trace: Trace | None, row: Array, t: int) -> None:
        units = slice(None) if patch.units is None else list(patch.units)
        values = np.asarray(patch.values, row.dtype)
        if patch.operation in ("set", "symbol"):
            row[units] = values
        elif patch.operation == "add":
            row[units] += values
        elif patch.operation == "scale":
            row[units] *= values
        elif patch.operation == "clamp":
            row[units] = np.clip(row[units], values[0], values[1])
        elif patch.operation == "hold":
            row[units] = self.held[patch][units]
        elif patch.operation == "noise":
            row[units] += (values[0] * noise(patch.seed, patch.signal, t, len(row)))[units]
        else:
            assert trace is not None
            source = patch.source or patch.signal
            step = t if patch.step is None else patch.step
            row[units] = trace.value(source, step)[units]

    def change_inputs(self, x: Array, begin: int) -> None:
        """Change the inputs of the steps after ``begin`` in place; row 0 is that of step 1."""
        patches = self.by_signal.get("x", ())
        if not patches:
            return
        # Before its first step a patch only looks at the value that it may have to hold.
        first = max(min(patch.first for patch, _ in patches) - 1, begin + 1)
        last = max(len(x) if patch.last is None else patch.last for patch, _ in patches)
        for t in range(first, last + 1):
            self.change_input(x[t - 1], t)

    def change_input(self, row: Array, t: int) -> None:
        """Change what is read at step t, in place."""
        if "x" in self.by_signal:
            self.apply("x", row, t)

    def hooks(self, before: int) -> PatchHooks:
        """What a segment calls whose arrays have their time 0 at step ``before``."""
        return PatchHooks(self, before)


class PatchHooks:
    """The patches as a segment of compiled code calls them; times are those of its arrays."""

    def __init__(self, patching: Patching, before: int) -> None:
        self.patching = patching
        self.before = before

    def row(self, signal: str, row: Array, t: int) -> None:
        self.patching.apply(signal, row, self.before + t)

    def rows(self, signal: str, rows: Array, lo: int) -> None:
        for number, row in enumerate(rows):
            self.patching.apply(signal, row, self.before + lo + number + 1)


def _shape(lane: Lane) -> LaneShape:
    return LaneShape(lane.name, lane.cell, lane.sizes, len(lane.x))


def noise(seed: int, signal: str, t: int, units: int) -> Array:
    """Standard normal numbers that depend on (seed, signal, t) alone, ``(units,)``."""
    counter = [0, 0, 0, zlib.crc32(signal.encode())]
    generator = np.random.Generator(np.random.Philox(key=[seed, t], counter=counter))
    return generator.standard_normal(units)
