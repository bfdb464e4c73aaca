"""Saving a session as a scenario: the file that was opened, with what was found in it.

What is found is put into the text of the file (see `saved_text`). A file is replaced whole or not
at all, and never without being asked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RnnstepError, listed
from ..files import write_atomically
from ..scenario.load import parse_scenario, read_text
from ..scenario.problems import ScenarioError
from . import leftout
from .keeping import forget
from .opening import run_command
from .saved_text import saved_text
from .snapshot import fitting, take

if TYPE_CHECKING:
    from .session import Session


class SaveError(RnnstepError, OSError):
    """A session cannot be saved there; ``str()`` says why. Nothing was changed."""


def default_path(scenario: Path) -> Path:
    """Where a session of a scenario is saved unless told otherwise: beside it."""
    if scenario.stem.endswith(".session"):
        return scenario
    return scenario.with_name(f"{scenario.stem}.session.yaml")


def begin(session: Session) -> None:
    """Open the prompt with the name of the file, to be changed or confirmed."""
    session.prompt = f"save {_proposed(session)}"


def _proposed(session: Session) -> Path:
    path = default_path(session.base.path)
    if session.sitting is not None or not os.access(path.parent, os.W_OK):
        # A lesson lies where rnnstep is installed.
        path = Path.cwd() / path.name
    return session.notebook.path or path


def save(session: Session, text: str) -> None:
    """Save a session to a file; one that exists is only replaced after ``y``.

    Raises
    ------
    SaveError
        If that is no place for it.
    WriteError
        If it cannot be written there; the old file is then untouched.
    """
    path = Path(os.path.expanduser(text)) if text else _proposed(session)
    if path.suffix not in (".yaml", ".yml"):
        raise SaveError(f"{path} is no name of a scenario; it ends with .yaml")
    try:
        folder, taken = path.parent.is_dir(), path.exists()
    except OSError as error:
        raise SaveError(f"{path} is no place for it: {str(error.strerror).lower()}") from None
    if not folder:
        raise SaveError(f"there is no folder {path.parent}")
    if taken:
        session.notebook.asked = path
        ask(session)
        return
    _write(session, path)


def ask(session: Session) -> None:
    """Say what the reader is asked about a file, if there is such a question."""
    if session.notebook.asked is not None:
        session.message = f"y replaces it, n leaves it: {session.notebook.asked} exists"


def answer(session: Session, yes: bool) -> None:
    """Replace the file that was asked about, or leave it."""
    path, session.notebook.asked = session.notebook.asked, None
    if path is None:
        return
    if not yes:
        session.message = f"{path} stays as it was; nothing is saved yet"
        return
    own = path.resolve() == session.base.path.resolve()
    if own and _read(path) != (session.notebook.disk or session.base.text):
        raise SaveError(f"{path} has changed on disk since it was opened; save under another name")
    _write(session, path)


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except ScenarioError:
        return ""


def _write(session: Session, path: Path) -> None:
    now = take(session)
    fit, left = fitting(session, now)
    text = saved_text(session.base, fit, path)
    try:
        parse_scenario(text, path)
    except ScenarioError as error:
        places = tuple(f"line {p.line}: {p.message}" for p in error.problems)
        dropped = f"; u takes {listed(now.dropped)} back" if now.dropped else ""
        leftout.say(session, "nothing is saved, for it would not open again", places, dropped)
        raise SaveError(session.message) from None
    write_atomically(path, text.encode())
    session.notebook.saved, session.notebook.path = now, path
    if path.resolve() == session.base.path.resolve():
        session.notebook.disk = text
    forget(session)
    session.message = f"saved: {run_command(path)}"
    going = session.travel.pending
    without = f"; {going.what} goes on and is not in it yet" if going and going.firm else ""
    session.message += without
    leftout.say(session, f"{session.message}; left out", tuple(left))
