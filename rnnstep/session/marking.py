"""All hits of the breakpoints, and all of the find, as they stand on the timeline.

They are searched for beside the keys, stretch by stretch, and what has been found so far is shown;
another set of conditions or of lanes gives the search up and begins a new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EquationError
from ..scenario.run import Run
from ..simulate.breakpoint import hit_stretches
from .analysis import Analysis
from .pending import TOLD
from .sleeping import problem

if TYPE_CHECKING:
    from .session import Session

Array = np.ndarray

_KEPT = 8
"""Sets of conditions whose hits are kept; those of a long run may be millions."""


@dataclass(eq=False)
class Hits:
    """The hits of some conditions over a run; a search in another thread adds to them.

    Attributes
    ----------
    run : Run or None
    texts : tuple of str
    steps : (hits,) ndarray of int
        In order.
    share : float
        How much of the run has been looked at.
    """

    run: Run | None
    texts: tuple[str, ...]
    steps: Array = field(default_factory=lambda: np.empty(0, int))
    share: float = 0.0


@dataclass(frozen=True)
class Marked:
    """The hits of the breakpoints, and those of the find."""

    breakpoints: Hits = field(default_factory=lambda: Hits(None, ()))
    find: Hits = field(default_factory=lambda: Hits(None, ()))

    @property
    def share(self) -> float:
        """How much of the run has been looked at for all of them."""
        return min([hits.share for hits in (self.breakpoints, self.find) if hits.texts], default=1)


@dataclass
class Marking:
    """What is marked on the timeline, and the search for it.

    Attributes
    ----------
    jobs : Analysis
    hits : Marked
        Of the latest picture.
    """

    jobs: Analysis = field(default_factory=lambda: Analysis(_KEPT))
    hits: Marked = field(default_factory=Marked)


def hits_of(session: Session) -> Marked:
    """Ask where a breakpoint holds, and where the find: all steps, or those found so far.

    A condition that sleeps holds nowhere; `c` says why.
    """
    travel, marking, run = session.travel, session.travel.marking, session.run
    before, found = marking.hits, (travel.find,) if travel.find else ()
    with marking.jobs.round():
        marking.hits = Marked(
            _asked(marking, run, before.breakpoints, tuple(travel.breakpoints)),
            _asked(marking, run, before.find, found),
        )
    return marking.hits


def _asked(marking: Marking, run: Run, hits: Hits, texts: tuple[str, ...]) -> Hits:
    """The hits of some conditions, those of the picture before if these are the same."""
    if (hits.run, hits.texts) != (run, texts):
        hits = Hits(run, texts)
    if texts and hits.share < 1.0:
        return marking.jobs.ask((run, texts), partial(_search, hits, run, marking)) or hits
    return hits


def _search(hits: Hits, run: Run, marking: Marking, check: Callable[[], None]) -> Hits:
    texts = [text for text in hits.texts if problem(run, text) is None]
    found: list[Array] = []
    told = time.monotonic()
    with suppress(EquationError):
        for last, steps in hit_stretches(run.space(), texts) if texts else ():
            check()
            found.append(steps)
            now = time.monotonic()
            if now - told > TOLD:
                told, hits.steps = now, np.concatenate(found)
                found, hits.share = [hits.steps], last / (run.length + 1)
                marking.jobs.tell()
    hits.steps, hits.share = np.concatenate([hits.steps[:0], *found]), 1.0
    return hits
