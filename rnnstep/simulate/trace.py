"""The recorded frames of a run, and how they are kept.

Index convention (the one place that states it): **time 0 is the initial state; frame t, 1 ≤ t ≤ T,
is after x_t was read.** So ``trace["h"]`` has T+1 rows, row t is h_t, and row 0 of a signal that is
no state is NaN. ``x`` has T+1 rows too, and row 0 of it is NaN.

A frame is a function of the states before it, x_t and the params. Short runs keep everything. Past
a memory budget a trace keeps the states only, and past that the states at every ``SEGMENT``-th
step, and computes frames again when they are asked for, a segment at a time, in the shapes of the
first run; so all three answer the same numbers, bit for bit. Seeking costs one segment at most,
however long the run is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ..equations.compiled import SEGMENT, Workspace
from ..equations.history import history_name
from ..errors import SignalError, StepError, listed, suggest
from .advance import Machine
from .interrupt import look
from .lane import Array

BUDGET = 256 * 2**20
"""Bytes that a run may record by default."""

CACHED_SEGMENTS = 8


@dataclass(frozen=True)
class Nonfinite:
    """Where NaN or infinity first appeared.

    Attributes
    ----------
    step : int
    signal : str
        The first signal of that step, in the order of the equations.
    unit : int
    value : float
    """

    step: int
    signal: str
    unit: int
    value: float

    def __str__(self) -> str:
        return f"{self.signal}[{self.unit}] became {self.value} at step {self.step}"


@dataclass(frozen=True, eq=False)
class Shared:
    """The past that a fork has in common with its parent.

    Attributes
    ----------
    parent : Trace
    first : int
        The first patched step: rows before it are the parent's.
    begin : int
        The step after which the fork was computed: where the segment of ``first`` begins.
    """

    parent: Trace
    first: int
    begin: int


class Trace:
    """All signals of a lane at every step; made by ``simulate`` and ``fork``.

    Attributes
    ----------
    lane : Lane
    length : int
        Steps T.
    signals : tuple of str
        Inputs first, then the signals in the order of the equations. The inputs are what the lane
        really read: its own answers where it runs free, not ``lane.x``.
    kept : {"everything", "states", "checkpoints"}
        What is in memory; the rest is computed again when asked for.
    first_nonfinite : Nonfinite or None
        Where NaN or infinity first appeared.
    shared : Shared or None
        The past that a fork shares with its parent.
    machine : Machine
        What frames are computed from.
    derived : dict
        What other parts have worked out of this trace and keep with it, by a name of theirs.
    """

    def __init__(
        self,
        machine: Machine,
        kept: str,
        arrays: Mapping[str, Array],
        first_nonfinite: Nonfinite | None,
        shared: Shared | None = None,
    ) -> None:
        lane = machine.lane
        self.lane = lane
        self.length = len(lane.x)
        self.signals = (*lane.cell.inputs, *lane.cell.graph.signals)
        self.kept = kept
        self.first_nonfinite = first_nonfinite
        self.shared = shared
        self.machine = machine
        if shared:
            earlier = shared.parent.first_nonfinite
            if earlier and earlier.step < shared.first:
                self.first_nonfinite = earlier
            if shared.parent.kept != "everything" and kept == "everything":
                self.kept = "states"
        self._begin = shared.begin if shared else 0
        self._own = kept  # of the steps after ``_begin``
        self.derived: dict[str, object] = {}
        self._arrays = arrays  # everything: the plan's arrays; else states by signal
        self._cache: OrderedDict[int, Mapping[str, Array]] = OrderedDict()
        self._lock = Lock()

    def __getitem__(self, name: str) -> Array:
        """All values of a signal, ``(T+1, n)``, read-only; computed again if they are not kept."""
        return self.rows(name, 0, self.length + 1)

    def rows(self, name: str, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop - 1`` of a signal.

        Parameters
        ----------
        name : str
            A signal or an input.
        start, stop : int
            Steps, ``0 <= start <= stop <= T + 1``.

        Returns
        -------
        (stop - start, n) ndarray
            Read-only.

        Raises
        ------
        SignalError
            If there is no such signal.
        StepError
            If the range leaves the trace.
        """
        self._check(name)
        if not 0 <= start <= stop <= self.length + 1:
            raise StepError(
                f"rows {start} to {stop} leave the trace, which has steps 0 to {self.length}"
            )
        if self.shared and start < self.shared.first:
            first = self.shared.first
            past = self.shared.parent.rows(name, start, min(stop, first))
            if stop <= first:
                return past
            return _readonly(np.concatenate([past, self.rows(name, first, stop)]))
        if name in self.lane.cell.inputs:
            return self._input_rows(start, stop)
        if self._own == "everything":
            own = self._signal(self._arrays, name, self.length - self._begin)
            return _readonly(own[start - self._begin : stop - self._begin])
        if self._own == "states" and name in self._arrays:
            shift = self.lane.cell.graph.lags[name] - 1 - self._begin
            return _readonly(self._arrays[name][start + shift : stop + shift])
        out = np.empty((stop - start, self.lane.sizes.signals[name]), self.lane.dtype)
        at = start
        while at < stop:
            index = max(at - 1, 0) // SEGMENT
            first = index * SEGMENT
            end = min(stop, min(first + SEGMENT, self.length) + 1)
            rows = self._signal(self._segment(index), name, min(SEGMENT, self.length - first))
            out[at - start : end - start] = rows[at - first : end - first]
            at = end
        return _readonly(out)

    def value(self, name: str, t: int) -> Array:
        """A signal at one step, ``(n,)``."""
        self.check_step(t)
        return self.rows(name, t, t + 1)[0]

    def frame(self, t: int) -> dict[str, Array]:
        """All signals of one step, by name, in the order of ``signals``."""
        self.check_step(t)
        return {name: self.value(name, t) for name in self.signals}

    def past(self, t: int) -> Callable[[str, int], Array]:
        """Return ``past(name, k)``, what the equations of step t read as ``name[t-k]``."""

        def read(name: str, k: int) -> Array:
            if t - k >= (1 if name in self.lane.cell.inputs else 0):
                return self.value(name, t - k)
            lag = self.lane.cell.graph.lags[name]
            given = self.lane.initial.get(name)
            at = t - k
            if given is None or (given.ndim == 1 and at < 0):
                return np.zeros(self.lane.sizes.signals[name], self.lane.dtype)
            return given if given.ndim == 1 else given[lag - 1 + at]

        return read

    def inputs(self, t: int) -> dict[str, Array]:
        """What the equations of step t ≥ 1 read from outside: inputs and whole histories."""
        found = {name: self.value(name, t) for name in self.lane.cell.inputs}
        for name in map(history_name, self.lane.cell.graph.histories):
            after = (self.length - t) * self.lane.sizes.signals["x"]
            found[name] = _readonly(self.machine.inputs[name][..., after:])
        return found

    def check_step(self, t: int) -> None:
        """Raise StepError unless 0 <= t <= T."""
        if not 0 <= t <= self.length:
            raise StepError(f"there is no step {t}; the trace has steps 0 to {self.length}")

    def _check(self, name: str) -> None:
        if name not in self.signals:
            raise SignalError(
                f"{self.lane.name} has no signal {name!r}{suggest(name, self.signals)};"
                f" it has {listed(self.signals)}"
            )

    def _input_rows(self, start: int, stop: int) -> Array:
        x = self.machine.inputs["x"][self.lane.cell.graph.lags.get("x", 0) :]
        if start >= 1:
            return _readonly(x[start - 1 : stop - 1])
        out = np.full((stop - start, x.shape[1]), np.nan, self.lane.dtype)
        out[1:] = x[: max(stop - 1, 0)]
        return _readonly(out)

    def _signal(self, arrays: Mapping[str, Array], name: str, length: int) -> Array:
        store = self.machine.compiled.plan.signal_store(name)
        return arrays[store.array][store.base : store.base + length + 1, store.start : store.stop]

    def _segment(self, index: int) -> Mapping[str, Array]:
        """Recording arrays of one segment, computed again from the states before it.

        A trace may be read from several threads; one at a time computes.
        """
        with self._lock:
            if index not in self._cache:
                look()
                self._cache[index] = self._computed(index)
                while len(self._cache) > CACHED_SEGMENTS:
                    self._cache.popitem(last=False)
            self._cache.move_to_end(index)
            return self._cache[index]

    def _computed(self, index: int) -> Mapping[str, Array]:
        lo = index * SEGMENT
        hi = min(lo + SEGMENT, self.length)
        row, number = lo - self._begin, index - self._begin // SEGMENT
        initial = {
            name: self._arrays[name][row : row + lag]
            if self._own == "states"
            else self._arrays[name][number]
            for name, lag in self.lane.cell.graph.lags.items()
            if name in self._arrays
        }
        arrays = self.machine.compiled.allocate(hi - lo)
        work = Workspace((), self.lane.dtype)
        self.machine.fill(initial, lo, hi, arrays, work)
        return arrays


def _readonly(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
