"""All hits of the breakpoints and of the find, as they stand on the timeline.

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


@dataclass
class Marking:
    """What is marked on the timeline, and the search for it.

    Attributes
    ----------
    jobs : Analysis
    hits : Hits
        Of the latest picture.
    """

    jobs: Analysis = field(default_factory=lambda: Analysis(_KEPT))
    hits: Hits = field(default_factory=lambda: Hits(None, ()))


def hits_of(session: Session) -> Hits:
    """Ask where a breakpoint or the find holds: all steps, or those found so far.

    A condition that sleeps holds nowhere; `c` says why.
    """
    travel, marking, run = session.travel, session.travel.marking, session.run
    texts = (*travel.breakpoints, *((travel.find,) if travel.find else ()))
    if (marking.hits.run, marking.hits.texts) != (run, texts):
        marking.hits = Hits(run, texts)
    hits = marking.hits
    with marking.jobs.round():
        if texts and hits.share < 1.0:
            answer = marking.jobs.ask((run, texts), partial(_search, hits, run, marking))
            marking.hits = answer or hits
    return marking.hits


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
