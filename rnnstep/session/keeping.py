"""Keeping a session that is not saved, so that a crash costs nothing: one small file a scenario.

It is written beside the keys, at most every few seconds, while there is something that would be
lost; it is offered when the scenario is opened again, and goes when the session was saved.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import write_atomically
from .snapshot import Snapshot, from_json, take, to_json

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Kept:
    """An unsaved session of another time.

    Attributes
    ----------
    snapshot : Snapshot
    when : str
        The day and time when it was kept last.
    same_file : bool
        Whether the scenario's file is as it was.
    """

    snapshot: Snapshot
    when: str
    same_file: bool


def kept_path(scenario: Path) -> Path:
    """Where the unsaved session of a scenario is kept on this system."""
    from platformdirs import user_state_path

    key = hashlib.sha256(str(scenario.resolve()).encode()).hexdigest()[:16]
    return user_state_path("rnnstep", appauthor=False) / "sessions" / f"{key}.json"


def unsaved(session: Session) -> Snapshot | None:
    """The session, if something in it would be lost; None if all of it is saved."""
    if not _ours(session):
        return None
    now = take(session)
    saved = session.notebook.saved
    return None if saved is not None and now.findings == saved.findings else now


def _ours(session: Session) -> bool:
    """Whether a session is looked after: no lesson, and not while another one waits for an answer.
    """
    return session.notebook.offered is None and session.sitting is None


def keep(session: Session, snapshot: Snapshot) -> bool:
    """Write a session down, and say whether it could be: it is only a precaution."""
    scenario = session.base
    data = {
        "scenario": str(scenario.path.resolve()),
        "text": hashlib.sha256(scenario.text.encode()).hexdigest(),
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "session": to_json(snapshot),
    }
    path = kept_path(scenario.path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n")
    except OSError:
        return False
    return True


def settle(session: Session) -> bool:
    """When a session ends: keep what is not saved, and say whether anything was kept."""
    snapshot = unsaved(session)
    if snapshot is not None:
        return keep(session, snapshot)
    if _ours(session):
        forget(session.base.path)
    return False


def forget(scenario: Path) -> None:
    """Take away what is kept of a scenario."""
    try:
        kept_path(scenario).unlink(missing_ok=True)
    except OSError:
        return


def find_kept(scenario: Path, text: str) -> Kept | None:
    """The unsaved session of a scenario, if there is one that can be read.

    Parameters
    ----------
    scenario : Path
    text : str
        Of its file, as it is now.
    """
    try:
        data = json.loads(kept_path(scenario).read_bytes())
        snapshot = from_json(data["session"])
        same = data["text"] == hashlib.sha256(text.encode()).hexdigest()
        when = str(data["when"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return Kept(snapshot, when, same) if snapshot is not None else None


def offer(session: Session, kept: Kept | None) -> None:
    """Ask whether an unsaved session is to be taken up; see `COMMANDS` for the answers."""
    if kept is None:
        return
    session.notebook.offered = kept.snapshot
    changed = "" if kept.same_file else "; the file has changed since"
    session.message = (
        f"r takes it up, esc forgets it: an unsaved session of {kept.when}"
        f" ({_contents(kept.snapshot)}{changed})"
    )


def _contents(snapshot: Snapshot) -> str:
    counts = (
        (len(snapshot.forks), "fork"), (len(snapshot.notes), "note"),
        (len(snapshot.claims), "expectation"), (len(snapshot.view.marks), "mark"),
        (len(snapshot.breakpoints), "breakpoint"),
    )  # fmt: skip
    found = [f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count]
    return ", ".join(found) or "a dropped fork"
