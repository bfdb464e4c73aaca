"""Keeping a session that is not saved, so that neither a crash nor quitting costs anything.

It is written beside the keys, at most every few seconds, while there is something that would be
lost, to a file of its own; it is offered when the scenario is opened again. A file goes when what
it holds is saved, or kept elsewhere as a whole, or was forgotten on purpose.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import WriteError
from . import kept_files
from .opening import run_command
from .snapshot import Snapshot, beyond, from_json, take, to_json

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario
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
    path : Path
        The file that it lies in.
    others : int
        How many older ones there are.
    """

    snapshot: Snapshot
    when: str
    same_file: bool
    path: Path
    others: int = 0


def unsaved(session: Session) -> Snapshot | None:
    """The session, if something in it would be lost; None if all of it is saved."""
    now = take(session)
    saved = session.notebook.saved
    return None if saved is not None and now.findings == saved.findings else now


def keep(session: Session, snapshot: Snapshot, superseded: Collection[Path] = ()) -> str:
    """Write a session down; return why it could not be, or nothing.

    Parameters
    ----------
    session : Session
    snapshot : Snapshot
    superseded : collection of Path
        Files that hold nothing that this snapshot does not; they go once it is written.
    """
    try:
        _write(session, snapshot)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return str(error) if isinstance(error, WriteError) else f"{name}{error.strerror}".lower()
    for path in superseded:
        kept_files.remove(path)
    return ""


def ready_to_leave(session: Session) -> str:
    """Keep what is not saved, as before leaving; return why it could not be, or nothing."""
    snapshot = unsaved(session)
    return "" if snapshot is None else keep(session, snapshot)


def settle(session: Session) -> str:
    """When a session ends: keep what is not saved; return what is to be said of that, if anything.
    """
    book, said = session.notebook, ""
    snapshot = unsaved(session)
    old = {*book.forgotten, *book.superseded}
    if snapshot is None:
        book.kept.remove()
    else:
        why = keep(session, snapshot)
        command = run_command(session.base.path, "run" if session.sitting is None else "learn")
        said = f"what was found is kept, and offered by `{command}`"
        if why:
            old, said = set(), f"what was found last is lost: it could not be kept ({why})"
    for path in old:
        kept_files.remove(path)
    book.kept.end()
    return said


def forget(session: Session) -> None:
    """Take away what is kept of a session, and what it took up as a whole: it is saved."""
    session.notebook.kept.remove()
    for path in session.notebook.superseded:
        kept_files.remove(path)
    session.notebook.superseded.clear()


def find_kept(scenario: Path, text: str, without: Collection[Path] = ()) -> Kept | None:
    """The newest unsaved session of a scenario that can be read and that no living app writes.

    Parameters
    ----------
    scenario : Path
    text : str
        Of its file, as it is now.
    without : collection of Path
        Files to pass over.
    """
    paths = (path for path in kept_files.kept_files(scenario) if path not in without)
    found = [kept for path in paths if (kept := _read(path, text)) is not None]
    if not found:
        return None
    newest = found[0]
    return Kept(newest.snapshot, newest.when, newest.same_file, newest.path, len(found) - 1)


def offer_kept(session: Session, without: Collection[Path] = ()) -> None:
    """Offer the newest unsaved session of a session's file, if there is one; see `find_kept`."""
    offer(session, find_kept(session.base.path, session.base.text, without))


def offer(session: Session, kept: Kept | None) -> None:
    """Ask whether an unsaved session is to be taken up; see `COMMANDS` for the answers."""
    if kept is None:
        return
    session.notebook.offered = kept
    session.message = (
        "r takes up, esc forgets, other keys leave the unsaved session of"
        f" {kept.when} ({_contents(kept, session.base)})"
    )


def leave(session: Session) -> None:
    """Go on without the session that is offered; it stays, and is offered again another time."""
    book = session.notebook
    book.aside, book.offered = book.offered, None


def pass_by(session: Session) -> None:
    """Leave what is offered for later, as something else is done; not while it is taken up."""
    if session.notebook.offered is not None and session.travel.pending is None:
        leave(session)


def _write(session: Session, snapshot: Snapshot) -> None:
    scenario = session.base
    data = {
        "scenario": str(scenario.path.resolve()),
        "text": _digest(scenario.text),
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "session": to_json(snapshot),
    }
    session.notebook.kept.write(json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n")


def _read(path: Path, text: str) -> Kept | None:
    try:
        data = json.loads(path.read_bytes())
        snapshot = from_json(data["session"])
        same = data["text"] == _digest(text)
        when = str(data["when"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return Kept(snapshot, when, same, path) if snapshot is not None else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _contents(kept: Kept, base: Scenario) -> str:
    """What of it the file does not have."""
    snapshot = beyond(kept.snapshot, base)
    counts = (
        (len(snapshot.forks), "fork"), (len(snapshot.notes), "note"),
        (len(snapshot.claims), "expectation"), (len(snapshot.view.marks), "mark"),
        (len(snapshot.breakpoints), "breakpoint"), (len(snapshot.dropped), "dropped fork"),
    )  # fmt: skip
    found = [f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count]
    none = "something was taken away" if kept.same_file else "nothing new"
    changed = "" if kept.same_file else "; the file has changed since"
    others = f"; {kept.others} older" if kept.others else ""
    return (", ".join(found) or none) + changed + others
