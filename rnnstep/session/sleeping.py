"""The lanes that conditions name: where one is gone for now, the condition sleeps until it is back.

Nothing is remembered of it: whether a condition sleeps follows from the lanes that there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..errors import EquationError, listed, them
from ..scenario.run import Run
from ..scenario.space import RunSpace, check_expectation

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Sleep:
    """Why a condition cannot be asked now.

    Attributes
    ----------
    lanes : tuple of str
        Those that are gone and can be had again.
    key : str
        That does it: ``u`` or ``ctrl+r``.
    presses : int
        How often.
    wrong : str
        What is wrong with the condition, where no key mends it.
    """

    lanes: tuple[str, ...] = ()
    key: str = ""
    presses: int = 1
    wrong: str = ""

    def __str__(self) -> str:
        if self.wrong:
            return self.wrong
        gone = f"{listed(self.lanes)} {'was' if len(self.lanes) == 1 else 'were'}"
        times = f"{self.key} ({self.presses} times)" if self.presses > 1 else self.key
        if self.key == "u":
            return f"{gone} dropped; {times} brings {them(self.lanes)} back"
        return f"{gone} taken back; {times} makes {them(self.lanes)} again"


def problem(run: Run, text: str, step: int = 1) -> EquationError | None:
    """What is wrong with a condition over the lanes of a run; nothing is computed for it."""
    try:
        check_expectation(RunSpace(run.scenario), text, step)
    except EquationError as error:
        return error
    return None


def way_back(session: Session, text: str) -> Sleep | None:
    """The lanes that a condition names and undo or redo would bring; None if that is not so."""
    try:
        named = dict.fromkeys(node.id for node in _named(text) if node.id not in session.lanes)
    except EquationError:
        return None
    for key, runs in (("u", session.travel.done), ("ctrl+r", session.travel.undone)):
        for presses, run in enumerate(reversed(runs), 1):
            lanes = tuple(name for name in named if name in run.traces)
            if lanes and problem(run, text) is None:
                return Sleep(lanes, key, presses)
    return None


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A condition, in one line, with lanes called by other names."""
    for node in sorted(_named(text), key=lambda node: node.column, reverse=True):
        before, behind = text[: node.column - 1], text[node.column - 1 + len(node.id) :]
        text = f"{before}{names.get(node.id, node.id)}{behind}"
    return text


def names_in(text: str) -> set[str]:
    """The names in a condition, those of lanes among them; none if it cannot be read."""
    try:
        return {node.id for node in _named(text)}
    except EquationError:
        return set()


def _named(text: str) -> list[s.Name]:
    return [node for node in parse_condition(text).walk() if isinstance(node, s.Name)]


def asleep(session: Session, texts: Iterable[str]) -> dict[str, Sleep]:
    """Those of some conditions that cannot be asked of the lanes there are now, and why."""
    found = {}
    for text in texts:
        error = problem(session.run, text)
        if error is not None:
            wrong = Sleep(wrong=error.message.partition(";")[0])
            found[text] = way_back(session, text) or wrong
    return found


def told(sleepers: Mapping[str, Sleep]) -> str:
    """Which conditions sleep and why, in one line; of several, how many."""
    if not sleepers:
        return ""
    lanes: dict[Sleep, list[str]] = {}
    for sleep in sleepers.values():
        lanes.setdefault(replace(sleep, lanes=()), []).extend(sleep.lanes)
    why = "; ".join(
        str(replace(sleep, lanes=tuple(dict.fromkeys(names)))) for sleep, names in lanes.items()
    )
    if len(sleepers) == 1:
        return f"`{next(iter(sleepers))}` sleeps: {why}"
    return f"{len(sleepers)} conditions sleep: {why}"
