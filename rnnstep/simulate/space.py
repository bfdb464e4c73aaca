"""What conditions can name: what every space offers, and one over traces without a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..errors import StepError
from .trace import Trace

if TYPE_CHECKING:
    from .condition import Call

Array = np.ndarray


class Space(Protocol):
    """What the names of a condition mean."""

    @property
    def last(self) -> int:
        """The last step."""
        ...

    @property
    def index(self) -> tuple[str, ...]:
        """Names of the steps from 1 on, such as years, if they have any; a condition says numbers
        and marks."""
        ...

    @property
    def recorded(self) -> bool:
        """Whether every value is in memory, so that none has to be computed again."""
        ...

    @property
    def lanes(self) -> Mapping[str, tuple[str, ...]]:
        """For each lane, what can follow its name after a dot."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names that stand by themselves."""
        ...

    @property
    def functions(self) -> Mapping[str, Call]:
        """Functions that only this space has."""
        ...

    def value(self, name: str, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop - 1`` of a name, ``(stop - start, n)`` or ``(1, n)``."""
        ...

    def signal(self, lane: str, name: str, start: int, stop: int) -> Array:
        """Rows ``start`` to ``stop - 1`` of a lane's signal."""
        ...

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        """Names of a signal's units, if they have any."""
        ...


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
