"""All hits of the breakpoints, and all of the find, as they stand on the timeline.

They are searched for beside the keys, stretch by stretch, and what has been found so far is shown;
another set of conditions or of lanes gives the search up and begins a new one. How many hits a new
breakpoint has is said as soon as it is known, if its message still stands then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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
from .words import why_covered

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
    broken : bool
        Whether the search ended where a condition could not be asked.
    """

    run: Run | None
    texts: tuple[str, ...]
    steps: Array = field(default_factory=lambda: np.empty(0, int))
    share: float = 0.0
    broken: bool = False


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
    counted : str
        The breakpoint of which it is to be told how many hits it has; empty if there is none.
    standing : str
        The message that stands until then.
    """

    jobs: Analysis = field(default_factory=lambda: Analysis(_KEPT))
    hits: Marked = field(default_factory=Marked)
    counted: str = ""
    standing: str = ""


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
        _count(session)
    return marking.hits


def tell_hits(session: Session, text: str) -> None:
    """Say that there is a breakpoint, and with one of the next pictures how many hits it has.

    In a lesson that would tell what lies ahead.
    """
    marking = session.travel.marking
    session.message = f"breakpoint: {text}; c and C go there"
    marking.counted, marking.standing = "" if why_covered(session) else text, session.message


def _count(session: Session) -> None:
    """Look whether the hits of the new breakpoint are known; another message ends that."""
    marking = session.travel.marking
    text = marking.counted
    if not text:
        return
    if session.message != marking.standing:
        marking.counted = ""
        return
    hits = _asked(marking, session.run, Hits(None, ()), (text,))
    if hits.share < 1.0:
        return
    marking.counted = ""
    count = len(hits.steps)
    if hits.broken:
        return
    if count:
        number = f"{count:,} hit{'s' * (count > 1)}"
        session.message = f"breakpoint: {text}; {number}, c and C go there"
    else:
        session.message = f"breakpoint: {text}; no hit at any step"


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
    try:
        for last, steps in hit_stretches(run.space(), texts) if texts else ():
            check()
            found.append(steps)
            now = time.monotonic()
            if now - told > TOLD:
                told, hits.steps = now, np.concatenate(found)
                found, hits.share = [hits.steps], last / (run.length + 1)
                marking.jobs.tell()
    except EquationError:
        hits.broken = True
    hits.steps, hits.share = np.concatenate([hits.steps[:0], *found]), 1.0
    return hits
