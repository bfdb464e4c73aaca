"""Recording runs: of a lane from its beginning, and of a fork from where it parts.

A fork is computed from the beginning of the segment that holds its first patched step, from the
states that its parent had there, in the shapes of its parent's run. So what a patch does not change
has the parent's bits, and a patch that changes nothing leaves the parent's run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..equations.compiled import SEGMENT, CompiledCell, Workspace, compile_cell
from ..equations.interpret import initial_rows
from .advance import Machine
from .lane import Array, Lane
from .patch import Patch, PatchError
from .patching import Patching
from .trace import BUDGET, Nonfinite, Shared, Trace

Progress = Callable[[int], object]


def simulate(
    lane: Lane,
    budget: int = BUDGET,
    progress: Progress | None = None,
    traces: Mapping[str, Trace] | None = None,
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
    traces : mapping of str to Trace
        Where the lane's patches take values of other lanes from.

    Returns
    -------
    Trace

    Raises
    ------
    PatchError
        If a patch of the lane does not fit.
    """
    patching = None
    if lane.patches:
        patching = Patching(lane, traces or {}, 0, lambda name, _: _initial(lane, name)[-1])
    machine = _machine(lane, patching, lane.x)
    return _record(machine, 0, lane.initial, budget, progress, None)


def fork(
    parent: Trace,
    name: str,
    patches: Sequence[Patch],
    traces: Mapping[str, Trace] | None = None,
    budget: int = BUDGET,
    progress: Progress | None = None,
) -> Trace:
    """Run a lane again with patches: a trace that shares its parent's past.

    Parameters
    ----------
    parent : Trace
    name : str
        Of the new lane.
    patches : sequence of Patch
        They come after the parent's own, if it is a fork itself.
    traces : mapping of str to Trace
        Where the new patches take values of other lanes from; the parent's own go on taking them
        from the traces that they did.
    budget, progress
        As in `simulate`.

    Returns
    -------
    Trace
        Its rows before the first patched step are its parent's, in the parent's memory.

    Raises
    ------
    PatchError
        If there is no patch, or one does not fit and would never fire.
    """
    if not patches:
        raise PatchError(f"{name}: without a patch no fork arises")
    lane = replace(parent.lane, name=name, patches=(*parent.lane.patches, *patches))
    first = min(patch.first for patch in patches)
    begin = (first - 1) // SEGMENT * SEGMENT
    patching = Patching(lane, traces or {}, begin, parent.value, parent.machine.patching)
    x = lane.x.copy()
    x[:begin] = parent.rows("x", 1, begin + 1)
    feedback = lane.feedback
    if feedback and feedback.start <= begin:
        x[begin] = feedback.next_input(parent.value(lane.cell.answer, begin), begin)
    past = parent.past(begin + 1)
    states = {
        state: np.stack([past(state, k) for k in range(lane.cell.graph.lags[state], 0, -1)])
        for state in lane.cell.graph.states
    }
    machine = _machine(lane, patching, x, begin)
    return _record(machine, begin, states, budget, progress, Shared(parent, first, begin))


def _machine(lane: Lane, patching: Patching | None, x: Array, begin: int = 0) -> Machine:
    """What a run from step ``begin`` on is computed with; ``x`` is unpatched after it."""
    if patching or lane.feedback:
        x = x.copy()
    if patching:
        patching.change_inputs(x, begin)
    signals = patching.signals if patching else frozenset[str]()
    compiled = compile_cell(lane.cell.graph, lane.sizes, lane.dtype, signals)
    inputs = compiled.inputs.pad(x, lane.initial)
    return Machine(lane, compiled, compiled.prepare(lane.params), inputs, patching)


def _initial(lane: Lane, name: str) -> Array:
    """The rows of a state before step 1, oldest first."""
    shape = (lane.sizes.signals[name],)
    return initial_rows(lane.initial.get(name), lane.cell.graph.lags[name], shape, lane.dtype)


def _record(
    machine: Machine,
    begin: int,
    initial: Mapping[str, Array],
    budget: int,
    progress: Progress | None,
    shared: Shared | None,
) -> Trace:
    """Run from step ``begin`` on, a multiple of ``SEGMENT``, and keep what the budget allows."""
    lane, compiled = machine.lane, machine.compiled
    length = len(lane.x)
    own, item = length - begin, lane.dtype.itemsize
    widths = {name: lane.sizes.signals[name] for name in lane.cell.graph.states}
    everything = sum(spec.width for spec in compiled.plan.arrays.values()) * item * own
    states = sum(widths.values()) * item * own
    kept = "everything" if everything <= budget else "states" if states <= budget else "checkpoints"
    work = Workspace((), lane.dtype)
    lags = {n: lag for n, lag in lane.cell.graph.lags.items() if n in widths}
    watch = _Watch(compiled)
    if kept == "everything":
        arrays = compiled.allocate(own)
        compiled.start(arrays, initial)
        for lo in range(begin, length, SEGMENT):
            hi = min(lo + SEGMENT, length)
            machine.advance(arrays, lo - begin, hi - begin, begin, work)
            watch.look(arrays, lo - begin, hi - begin, lo)
            if progress:
                progress(hi)
        return Trace(machine, kept, arrays, watch.found, shared)
    rows = own + 1 if kept == "states" else -(-own // SEGMENT)
    record: dict[str, Array] = {}
    current: dict[str, Array] = {}
    scratch = compiled.allocate(min(SEGMENT, own))
    compiled.start(scratch, initial)
    for name, lag in lags.items():
        store = compiled.plan.signal_store(name)
        first = scratch[store.array][store.base + 1 - lag : store.base + 1]
        current[name] = first[:, store.start : store.stop].copy()
        shape = (rows + lag - 1,) if kept == "states" else (rows, lag)
        record[name] = np.empty((*shape, widths[name]), lane.dtype)
        if kept == "states":
            record[name][:lag] = current[name]
    for index, lo in enumerate(range(begin, length, SEGMENT)):
        hi = min(lo + SEGMENT, length)
        if kept == "checkpoints":
            for name in lags:
                record[name][index] = current[name]
        machine.fill(current, lo, hi, scratch, work)
        watch.look(scratch, 0, hi - lo, lo)
        for name, lag in lags.items():
            store = compiled.plan.signal_store(name)
            values = scratch[store.array][:, store.start : store.stop]
            if kept == "states":
                fresh = values[store.base + 1 : store.base + 1 + hi - lo]
                record[name][lo - begin + lag : hi - begin + lag] = fresh
            last = store.base + 1 + hi - lo
            current[name] = values[last - lag : last].copy()
        if progress:
            progress(hi)
    return Trace(machine, kept, record, watch.found, shared)


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
