"""What conditions can name over traces alone, without a scenario around them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..errors import StepError
from .condition import Call
from .trace import Trace

Array = np.ndarray


class TraceSpace:
    """The signals of some traces of one length, each lane under a name.

    Parameters
    ----------
    traces : mapping of str to Trace

    Raises
    ------
    StepError
        If the traces differ in length.
    """

    names: tuple[str, ...] = ()
    index: tuple[str, ...] = ()

    def __init__(self, traces: Mapping[str, Trace]) -> None:
        lengths = {trace.length for trace in traces.values()}
        if len(lengths) != 1:
            raise StepError(f"the traces have {sorted(lengths)} steps; they must be as long")
        self.traces = traces
        self.last = lengths.pop()
        self.recorded = all(trace.kept == "everything" for trace in traces.values())
        self.lanes = {name: trace.signals for name, trace in traces.items()}
        self.functions: dict[str, Call] = {}

    def value(self, name: str, start: int, stop: int) -> Array:
        """There are no names without a lane."""
        raise KeyError(name)

    def signal(self, lane: str, name: str, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop - 1`` of a lane's signal."""
        return self.traces[lane].rows(name, start, stop)

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        """Units have no names here."""
        return ()
