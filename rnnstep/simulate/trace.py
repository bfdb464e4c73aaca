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

import numpy as np

from ..equations.compiled import SEGMENT, CompiledCell, Workspace, compile_cell
from ..equations.history import history_name
from ..errors import SignalError, StepError, listed, suggest
from .lane import Array, Lane

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


class Trace:
    """All signals of a lane at every step; made by :func:`simulate`.

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
    """

    def __init__(
        self,
        lane: Lane,
        compiled: CompiledCell,
        kept: str,
        arrays: Mapping[str, Array],
        inputs: Mapping[str, Array],
        prepared: dict[str, Array],
        first_nonfinite: Nonfinite | None,
    ) -> None:
        self.lane = lane
        self.length = len(lane.x)
        self.signals = (*lane.cell.inputs, *lane.cell.graph.signals)
        self.kept = kept
        self.first_nonfinite = first_nonfinite
        self._compiled = compiled
        self._arrays = arrays  # everything: the plan's arrays; else states by signal
        self._inputs = inputs
        self._prepared = prepared
        self._cache: OrderedDict[int, Mapping[str, Array]] = OrderedDict()

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
        if name in self.lane.cell.inputs:
            return self._input_rows(start, stop)
        if self.kept == "everything":
            return _readonly(self._signal(self._arrays, name, self.length)[start:stop])
        if self.kept == "states" and name in self._arrays:
            lag = self.lane.cell.graph.lags[name]
            return _readonly(self._arrays[name][start + lag - 1 : stop + lag - 1])
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
            found[name] = _readonly(self._inputs[name][..., after:])
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
        x = self._inputs["x"][self.lane.cell.graph.lags.get("x", 0) :]
        if start >= 1:
            return _readonly(x[start - 1 : stop - 1])
        out = np.full((stop - start, x.shape[1]), np.nan, self.lane.dtype)
        out[1:] = x[: max(stop - 1, 0)]
        return _readonly(out)

    def _signal(self, arrays: Mapping[str, Array], name: str, length: int) -> Array:
        store = self._compiled.plan.signal_store(name)
        return arrays[store.array][store.base : store.base + length + 1, store.start : store.stop]

    def _segment(self, index: int) -> Mapping[str, Array]:
        """Recording arrays of one segment, computed again from the states before it."""
        if index in self._cache:
            self._cache.move_to_end(index)
            return self._cache[index]
        lo = index * SEGMENT
        hi = min(lo + SEGMENT, self.length)
        initial = {
            name: self._arrays[name][lo : lo + lag]
            if self.kept == "states"
            else self._arrays[name][index]
            for name, lag in self.lane.cell.graph.lags.items()
            if name in self._arrays
        }
        arrays = self._compiled.allocate(hi - lo)
        work = Workspace((), self._compiled.dtype)
        _fill_segment(
            self.lane, self._compiled, self._prepared, self._inputs, initial, lo, hi, arrays, work
        )
        self._cache[index] = arrays
        while len(self._cache) > CACHED_SEGMENTS:
            self._cache.popitem(last=False)
        return arrays


def simulate(
    lane: Lane, budget: int = BUDGET, progress: Callable[[int], object] | None = None
) -> Trace:
    """Run a lane and record it.

    NaN and infinity do not stop a run; ``trace.first_nonfinite`` says where they began.

    Parameters
    ----------
    lane : Lane
    budget : int
        Bytes that may be recorded. What does not fit is computed again when asked for.
    progress : callable, optional
        Called with the number of steps done; what it raises ends the run.

    Returns
    -------
    Trace
    """
    compiled = compile_cell(lane.cell.graph, lane.sizes, lane.dtype)
    item = lane.dtype.itemsize
    length = len(lane.x)
    widths = {name: lane.sizes.signals[name] for name in lane.cell.graph.states}
    everything = sum(spec.width for spec in compiled.plan.arrays.values()) * item * length
    states = sum(widths.values()) * item * length
    kept = "everything" if everything <= budget else "states" if states <= budget else "checkpoints"
    prepared = compiled.prepare(lane.params)
    inputs = compiled.pad_inputs(lane.x, lane.initial)
    if lane.feedback and inputs["x"] is lane.x:
        inputs["x"] = lane.x.copy()
    work = Workspace((), lane.dtype)
    lags = {n: lag for n, lag in lane.cell.graph.lags.items() if n in widths}
    watch = _Watch(compiled)
    if kept == "everything":
        arrays = compiled.allocate(length)
        compiled.start(arrays, lane.initial)
        for lo in range(0, length, SEGMENT):
            hi = min(lo + SEGMENT, length)
            _advance(lane, compiled, prepared, inputs, arrays, lo, hi, 0, work)
            watch.look(arrays, lo, hi, lo)
            if progress:
                progress(hi)
        return Trace(lane, compiled, kept, arrays, inputs, prepared, watch.found)
    rows = length + 1 if kept == "states" else -(-length // SEGMENT)
    record: dict[str, Array] = {}
    current: dict[str, Array] = {}
    scratch = compiled.allocate(min(SEGMENT, length))
    compiled.start(scratch, lane.initial)
    for name, lag in lags.items():
        store = compiled.plan.signal_store(name)
        first = scratch[store.array][store.base + 1 - lag : store.base + 1]
        current[name] = first[:, store.start : store.stop].copy()
        shape = (rows + lag - 1,) if kept == "states" else (rows, lag)
        record[name] = np.empty((*shape, widths[name]), lane.dtype)
        if kept == "states":
            record[name][:lag] = current[name]
    for index, lo in enumerate(range(0, length, SEGMENT)):
        hi = min(lo + SEGMENT, length)
        if kept == "checkpoints":
            for name in lags:
                record[name][index] = current[name]
        _fill_segment(lane, compiled, prepared, inputs, current, lo, hi, scratch, work)
        watch.look(scratch, 0, hi - lo, lo)
        for name, lag in lags.items():
            store = compiled.plan.signal_store(name)
            values = scratch[store.array][:, store.start : store.stop]
            if kept == "states":
                fresh = values[store.base + 1 : store.base + 1 + hi - lo]
                record[name][lo + lag : hi + lag] = fresh
            last = store.base + 1 + hi - lo
            current[name] = values[last - lag : last].copy()
        if progress:
            progress(hi)
    return Trace(lane, compiled, kept, record, inputs, prepared, watch.found)


def _fill_segment(
    lane: Lane,
    compiled: CompiledCell,
    prepared: dict[str, Array],
    inputs: Mapping[str, Array],
    initial: Mapping[str, Array],
    lo: int,
    hi: int,
    arrays: Mapping[str, Array],
    work: Workspace,
) -> None:
    """Compute frames lo+1..hi into arrays whose time 0 is step lo of the run."""
    compiled.start(
        arrays,
        {n: v if compiled.graph.lags[n] > 1 else v[-1] for n, v in initial.items()},
    )
    _advance(lane, compiled, prepared, inputs, arrays, 0, hi - lo, lo, work)


def _advance(
    lane: Lane,
    compiled: CompiledCell,
    prepared: dict[str, Array],
    inputs: Mapping[str, Array],
    arrays: Mapping[str, Array],
    lo: int,
    hi: int,
    before: int,
    work: Workspace,
) -> None:
    """Compute frames lo+1..hi of arrays whose time 0 is step ``before`` of the run.

    A lane that reads its own answers goes step by step once it does, and writes what it reads into
    ``inputs``; the rest goes in one call. The shapes of the calls depend on the steps alone, so a
    segment that is computed again has the same bits.
    """
    part = compiled.part_of(inputs, before, before + hi)
    feedback = lane.feedback
    if feedback is None:
        compiled.segment(prepared, part, arrays, lo, hi, work)
        return
    store = compiled.plan.signal_store(lane.cell.answer)
    row = lo
    while row < hi:
        done = max(row + 1, min(hi, feedback.start - before))
        compiled.segment(prepared, part, arrays, row, done, work)
        row = done
        t = before + row
        if feedback.start <= t < len(lane.x):
            answer = arrays[store.array][store.base + row, store.start : store.stop]
            compiled.put_input(inputs, t + 1, feedback.next_input(answer, t))


class _Watch:
    """Finds the first value that is not finite, segment by segment."""

    def __init__(self, compiled: CompiledCell) -> None:
        self.compiled = compiled
        self.found: Nonfinite | None = None

    def look(self, arrays: Mapping[str, Array], lo: int, hi: int, first_step: int) -> None:
        """Look at rows of steps lo+1..hi, which are steps first_step+1… of the run."""
        if self.found:
            return
        with np.errstate(all="ignore"):
            # A sum is finite if all its parts are (unless it overflows: then the search decides).
            if all(
                np.isfinite(self._rows(arrays, name, lo, hi).sum())
                for name in self.compiled.graph.signals
            ):
                return
        best: tuple[int, int, int] | None = None
        names = list(self.compiled.graph.signals)
        for order, name in enumerate(names):
            bad = np.argwhere(~np.isfinite(self._rows(arrays, name, lo, hi)))
            if len(bad):
                place = (int(bad[0][0]), order, int(bad[0][1]))
                best = place if best is None else min(best, place)
        if best:
            row, order, unit = best
            value = float(self._rows(arrays, names[order], lo, hi)[row, unit])
            self.found = Nonfinite(first_step + row + 1, names[order], unit, value)

    def _rows(self, arrays: Mapping[str, Array], name: str, lo: int, hi: int) -> Array:
        store = self.compiled.plan.signal_store(name)
        rows = arrays[store.array][lo + store.base + 1 : hi + store.base + 1]
        return rows[:, store.start : store.stop]


def _readonly(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
