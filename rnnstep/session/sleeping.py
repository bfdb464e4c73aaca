"""Conditions that sleep: a lane that they name is gone for now, and undo or redo brings it back.

Nothing is remembered of it: whether a condition sleeps follows from the lanes that there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..errors import EquationError, listed, them
from ..scenario.run import Run
from ..scenario.space import RunSpace, check_expectation

if TYPE_CHECKING:
    from .session import Session


def problem(run: Run, text: str, step: int = 1) -> EquationError | None:
    """What is wrong with a condition over the lanes of a run; nothing is computed for it."""
    try:
        check_expectation(RunSpace(run.scenario), text, step)
    except EquationError as error:
        return error
    return None


def why_asleep(session: Session, text: str) -> str:
    """Why a condition cannot be asked of the lanes there are now; empty if it can."""
    error = problem(session.run, text)
    return "" if error is None else way_back(session, text) or error.message.partition(";")[0]


def way_back(session: Session, text: str) -> str:
    """How to have the lanes again that a condition names; empty if they never come back."""
    ways = (
        ("u", session.travel.done, "dropped", "brings {} back"),
        ("ctrl+r", session.travel.undone, "taken back", "makes {} again"),
    )
    try:
        nodes = [node for node in parse_condition(text).walk() if isinstance(node, s.Name)]
    except EquationError:
        return ""
    named = dict.fromkeys(node.id for node in nodes if node.id not in session.lanes)
    for key, runs, gone, back in ways:
        for presses, run in enumerate(reversed(runs), 1):
            missing = [name for name in named if name in run.traces]
            if missing and problem(run, text) is None:
                lanes = f"{listed(missing)} {'was' if len(missing) == 1 else 'were'} {gone}"
                times = f" ({presses} times)" if presses > 1 else ""
                return f"{lanes}; {key}{times} {back.format(them(missing))}"
    return ""


def asleep(session: Session, texts: Iterable[str]) -> dict[str, str]:
    """Those of some conditions that cannot be asked now, and why."""
    found = {text: why_asleep(session, text) for text in texts}
    return {text: why for text, why in found.items() if why}


def told(sleepers: Mapping[str, str]) -> str:
    """Which conditions sleep and why, in one line; those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for text, why in sleepers.items():
        by_reason.setdefault(why, []).append(f"`{text}`")
    return "; ".join(
        f"{', '.join(texts)} sleep{'s' * (len(texts) == 1)}: {why}"
        for why, texts in by_reason.items()
    )
