"""Computing the frames of a run, segment by segment, the first time and every time again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..equations.compiled import CompiledCell, Workspace
from .lane import Array, Lane
from .patching import Patching


@dataclass(frozen=True, eq=False)
class Machine:
    """All that the frames of a lane are computed from.

    Attributes
    ----------
    lane : Lane
    compiled : CompiledCell
    prepared : dict of str to ndarray
        The stacked parameters.
    inputs : mapping of str to ndarray
        The padded inputs, as they are read: patched, and the lane's own answers where it runs free.
    patching : Patching or None
        The lane's patches, if it has any.
    """

    lane: Lane
    compiled: CompiledCell
    prepared: dict[str, Array]
    inputs: Mapping[str, Array]
    patching: Patching | None = None

    def fill(
        self,
        initial: Mapping[str, Array],
        lo: int,
        hi: int,
        arrays: Mapping[str, Array],
        work: Workspace,
    ) -> None:
        """Compute frames lo+1..hi into arrays whose time 0 is step lo of the run."""
        lags = self.compiled.graph.lags
        self.compiled.start(arrays, {n: v if lags[n] > 1 else v[-1] for n, v in initial.items()})
        self.advance(arrays, 0, hi - lo, lo, work)

    def advance(
        self, arrays: Mapping[str, Array], lo: int, hi: int, before: int, work: Workspace
    ) -> None:
        """Compute frames lo+1..hi of arrays whose time 0 is step ``before`` of the run.

        A lane that reads its own answers goes step by step once it does, and writes what it reads
        into ``inputs``; the rest goes in one call. The shapes of the calls depend on the steps
        alone, so a segment that is computed again has the same bits.
        """
        part = self.compiled.inputs.part(self.inputs, before, before + hi)
        hooks = self.patching.hooks(before) if self.compiled.patched and self.patching else None
        feedback = self.lane.feedback
        if feedback is None:
            self.compiled.segment(self.prepared, part, arrays, lo, hi, work, hooks)
            return
        store = self.compiled.plan.signal_store(self.lane.cell.answer)
        row = lo
        while row < hi:
            done = max(row + 1, min(hi, feedback.start - before))
            self.compiled.segment(self.prepared, part, arrays, row, done, work, hooks)
            row = done
            t = before + row
            if feedback.start <= t < len(self.lane.x):
                answer = arrays[store.array][store.base + row, store.start : store.stop]
                value = feedback.next_input(answer, t).copy()
                if self.patching:
                    self.patching.change_input(value, t + 1)
                self.compiled.inputs.put(self.inputs, t + 1, value)
