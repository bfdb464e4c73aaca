"""What a reader finds and wants to keep: notes, expectations, and whether all of it is saved."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..scenario.space import RunSpace, check_expectation
from .pending import Progress, ask
from .selection import selected
from .trail import TravelError

if TYPE_CHECKING:
    from pathlib import Path

    from .keeping import Kept
    from .kept_files import KeptFile
    from .session import Session
    from .snapshot import Snapshot


@dataclass(frozen=True)
class Claim:
    """An expectation that was made from what is on the screen: its condition, and its step."""

    that: str
    at: int


@dataclass
class Notebook:
    """What was found in a session.

    Attributes
    ----------
    kept : KeptFile
        Where all of it is kept until it is saved.
    notes : list of (int, str)
        Remarks by step.
    claims : list of Claim
    saved : Snapshot or None
        What the file holds that was saved last; None before.
    disk : str
        The text that was written over the scenario's own file; empty if none was.
    path : Path or None
        The file that was saved to last; None before.
    asked : Path or None
        A file that exists, while the reader is asked whether to replace it.
    offered : Kept or None
        An unsaved session of another time, while the reader is asked whether to take it up.
    aside : Kept or None
        The one that the reader left for later, or forgot; it can still be taken up.
    forgotten : list of Path
        Files of sessions that were forgotten; they go when this one ends.
    superseded : list of Path
        Files of sessions that were taken up as a whole; they go once this one is kept or saved.
    left : tuple of str
        What was left out of a session that was taken up or saved, and why, while it is listed.
    """

    kept: KeptFile
    notes: list[tuple[int, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    saved: Snapshot | None = None
    disk: str = ""
    path: Path | None = None
    asked: Path | None = None
    offered: Kept | None = None
    aside: Kept | None = None
    forgotten: list[Path] = field(default_factory=list)
    superseded: list[Path] = field(default_factory=list)
    left: tuple[str, ...] = ()


def add_note(session: Session, text: str) -> None:
    """Write a note at the step where one stands."""
    # As every text of a file is read: a letter and its accent are one letter.
    session.notebook.notes.append((session.t, unicodedata.normalize("NFC", text)))
    session.message = f"noted at step {session.t}; ctrl+s saves"


def expectation_text(session: Session) -> str:
    """What is on the screen as a condition: the selected unit of the main signal, at this step."""
    what = selected(session)
    value = float(session.run[what.lane].value(what.signal, session.t)[what.unit])
    tolerance = 10.0 ** _exponent(value)
    return f"abs(at({what}, {session.t}) - {value:.6g}) < {tolerance:g}"


def _exponent(value: float) -> int:
    """A tolerance of about a ten-thousandth of a value, as a power of ten; of 1 for small ones."""
    power = 0
    while float(f"1e{power + 1}") <= abs(value) < float("inf"):
        power += 1
    return power - 4


def add_claim(session: Session, text: str) -> None:
    """Keep a condition that holds here as an expectation; without one, offer what is shown."""
    if not text:
        session.prompt = f"expect {expectation_text(session)}"
        return
    # First whether it can be asked at all; then whether it is so.
    t, run = session.t, session.run
    check_expectation(RunSpace(run.scenario), text, t)

    def arrive(holds: bool) -> None:
        if not holds:
            raise TravelError(f"it does not hold at step {t}; nothing was added")
        session.notebook.claims.append(Claim(text, t))
        session.message = f"expected at step {t}; ctrl+s saves"

    def compute(progress: Progress) -> bool:
        return check_expectation(run.space(), text, t)

    ask(session, ("expect", run, text, t), f"checking {text}", compute, arrive)
