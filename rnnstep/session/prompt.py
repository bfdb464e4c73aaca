"""What can be typed behind ``:`` with something after it; what is wrong stays, to be mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import EquationError, RnnstepError
from ..simulate.patch import OPERATIONS
from ..simulate.table import TABLE
from . import beside, lanes, naming, notebook, pending, saving, selection, travel
from .selection import signal_order
from .trail import TravelError

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Problem:
    """What is wrong with what was typed.

    Attributes
    ----------
    at : int or None
        How many characters stand before the mistake, if that is known.
    message : str
    """

    at: int | None
    message: str


def words(session: Session, verb: str, before: str) -> list[str]:
    """What the next word behind a verb can be, given all that stands before it."""
    space, scenario = session.run.space(), session.run.scenario
    named = [f"{lane}.{name}" for lane, names in space.lanes.items() for name in names]
    signals = {lane: (*model.cell.inputs, *model.cell.graph.signals)
               for lane, model in scenario.models.items()}  # fmt: skip
    values = [f"{lane}.{name}" for lane, names in signals.items() for name in names]
    if verb == "select":
        return [f"{lane}.{name}" for lane, model in scenario.models.items()
                for name in signal_order(model.cell)]  # fmt: skip
    if verb == "patch":
        last = before.split()[-1]
        if last == "patch":
            return [*values, *signals[session.active]]
        if last == "at" or before.endswith(".."):
            return list(scenario.marks)
        return values if last == "swap" else [*OPERATIONS, "at", "from", "seed", *scenario.marks]
    if verb == "align":
        return list(scenario.marks)
    if verb in ("against", "hide"):
        return list(session.lanes)
    if verb in ("threshold", "save", "name"):
        return []
    return [*named, *space.names, "t", *space.lanes, *TABLE, *space.functions]


VERBS: dict[str, tuple[Callable[[Session, str], None], str]] = {
    "find": (travel.find, "find CONDITION, as in find lstm.f[3] < 0.1"),
    "break": (travel.set_breakpoint, "break CONDITION: c and C stop there; alone, which there are"),
    "patch": (travel.patch, "patch lstm.f[3] set 0 at 10..20: a fork"),
    "name": (naming.name_fork, "name no_forget: what the active fork is called from now on"),
    "select": (selection.select, "select lstm.f[3]: what w, W, e, y and expect are about"),
    "hide": (lanes.hide, "hide lstm_2: a lane goes off the screen, or comes back"),
    "note": (notebook.add_note, "note TEXT: a remark at this step"),
    "expect": (notebook.add_claim, "expect CONDITION, that holds here; alone, what is shown"),
    "save": (saving.save, "save FILE.yaml: the session as a scenario"),
    "align": (beside.set_align, "align cue:query: step cue beside step query; alone, by step"),
    "against": (beside.set_against, "against lstm: what d compares with; alone, with parents"),
    "threshold": (travel.set_threshold, "threshold 0.1: what w and W call a change"),
}
"""What can be typed behind ``:`` with something after it: what it does, and its form."""


def say(session: Session, text: str) -> bool:
    """Carry out a text that begins with a verb; say whether it does."""
    verb, _, rest = text.partition(" ")
    if verb not in VERBS:
        return False
    action, form = VERBS[verb]
    rest = rest.strip()
    if not rest and verb not in ("find", "break", "expect", "save", "align", "against"):
        raise TravelError(f"it has the form: {form}")
    try:
        action(session, rest)
    except RnnstepError as error:
        session.message = pending.brief(error)
        # It stays to be mended, with the place of the mistake.
        session.prompt = text
        before = len(text) - len(rest)
        place = before + error.column - 1 if isinstance(error, EquationError) else None
        session.problem = Problem(place, error.message)
    return True
