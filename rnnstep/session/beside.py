"""What each lane is compared with while differences are shown, and how the two are aligned.

Unless a lane is chosen, a fork is compared with its parent, and every other lane with the one that
the active lane descends from; so two lanes never show the same difference from both sides. Lanes
are aligned by step, or so that one step stands beside another: then a lane can also be compared
with itself, later or earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SignalError, listed, suggest
from ..simulate import Trace
from ..simulate.compare import alike
from .trail import TravelError
from .words import why_covered

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Beside:
    """What lanes are compared with.

    Attributes
    ----------
    against : str
        The lane that was chosen; empty for the rule above.
    align : str
        How they are aligned, ``cue:query``; empty for step by step.
    shift : int
        Step t of a lane stands beside step t + shift of the other.
    """

    against: str = ""
    align: str = ""
    shift: int = 0

    @property
    def words(self) -> str:
        """Which step of the other lane, in words; empty for the same one."""
        return f" at t{self.shift:+d}" if self.shift else ""


def reference(session: Session, lane: str) -> str:
    """The lane that a lane is compared with; empty if it is what others are compared with."""
    models, beside = session.run.scenario.models, session.beside
    other = beside.against if beside.against in models else models[lane].fork_of
    if not other:
        other = session.active
        while models[other].fork_of:
            other = models[other].fork_of
    return "" if other == lane and not beside.shift else other


def compared(session: Session, lane: str) -> Trace | None:
    """The trace whose difference a lane's maps show; None where they show values."""
    other = reference(session, lane) if session.diff else ""
    models = session.run.scenario.models
    return session.run[other] if other and alike(models[lane], models[other]) else None


def step_beside(session: Session) -> int | None:
    """The step beside the one where we stand; None beyond the ends of the run."""
    shift = session.beside.shift
    step = session.t + shift
    return step if not shift or (session.t and 1 <= step <= session.run.length) else None


def facts(session: Session, lane: str) -> list[tuple[str, ...]]:
    """What a lane is compared with, each in forms from long to short; nothing among values."""
    if not session.diff:
        return []
    models, beside = session.run.scenario.models, session.beside
    other, at = reference(session, lane), beside.words
    found: list[tuple[str, ...]] = []
    if other:
        how = f" ({beside.align})" if beside.align else ""
        gap = f": nothing beside step {session.t}" if step_beside(session) is None else ""
        if alike(models[lane], models[other]):
            found.append(
                (f"Δ: difference from {other}{at}{gap or how}", f"Δ {other}{at}{gap}",
                 f"Δ {other}{at}")
            )  # fmt: skip
        else:
            what = f"unlike {other}{at}"
            found.append((f"{what}: values{gap or _beside(session, lane, other)}", what))
    forks = [name for name in session.lanes if name != lane and reference(session, name) == lane
             and alike(models[name], models[lane])]  # fmt: skip
    if forks and (not other or not alike(models[lane], models[other])):
        found.append((f"values: {', '.join(forks)} compared with it", "the reference"))
    elif not other:
        found.append(("values: the others are beside it", "the reference"))
    return found


def _beside(session: Session, lane: str, other: str) -> str:
    """What two lanes of other equations or sizes have in common at a step: answers and norms."""
    step = step_beside(session)
    if step is None or not session.t:
        return ""
    run, models = session.run, session.run.scenario.models
    said = ""
    if all(session.known(name, session.cell(name).answer) >= session.t for name in (lane, other)):
        one, two = run.answer(lane, session.t), run.answer(other, step)
        if one is not None and two is not None:
            said = ", same answer" if one.text == two.text else f", {other} says {two.text}"
    if any(session.known(name, models[name].cell.output) < session.t for name in (lane, other)):
        return said
    outputs = [(run[name], models[name].cell.output, t)
               for name, t in ((lane, session.t), (other, step))]  # fmt: skip
    norms = [float(np.linalg.norm(trace.value(name, t))) for trace, name, t in outputs]
    return f"{said}, ‖{outputs[0][1]}‖ {norms[0]:.3g} beside {norms[1]:.3g}"


def set_against(session: Session, text: str) -> None:
    """Compare all lanes with one; an empty text goes back to parents."""
    if text and text not in session.lanes:
        raise SignalError(
            f"there is no lane {text!r}{suggest(text, session.lanes)};"
            f" there are {listed(session.lanes)}"
        )
    session.beside = replace(session.beside, against=text)
    session.diff = True
    what = f"the others are compared with {text}" if text else "forks are compared with parents"
    session.message = f"{what}; d shows values again"


def set_align(session: Session, text: str) -> None:
    """Lay a step beside another one, ``cue:query``; ``query`` alone beside where one stands.

    An empty text goes back to step by step.
    """
    if text and ":" not in text:
        text = f"{session.t}:{text}"
    shift = session.run.scenario.find_shift(text) if text else 0
    if shift > 0 and why_covered(session):
        raise TravelError(why_covered(session))
    from .panels import aspect, keep_panel

    about = aspect(session)
    session.beside = replace(session.beside, align=text, shift=shift)
    session.diff = True
    keep_panel(session, about)
    what = f"step t stands beside t{shift:+d}" if shift else "lanes stand beside each other by step"
    session.message = f"{what}; d shows values again"
