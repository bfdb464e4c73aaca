"""Saving a session as a scenario: the file that was opened, with what was found in it.

What is found is put into the text of the file (see `edits`), and every other line stays as it is,
letter for letter. A file is replaced whole or not at all, and never without being asked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RnnstepError, listed
from ..files import write_atomically
from ..scenario.load import parse_scenario
from ..scenario.positions import read_yaml
from ..scenario.problems import ScenarioError
from ..scenario.scenario import Scenario
from . import leftout
from .edits import append_items, dumped, insert_key, plain, remove_key, set_section, spliced
from .keeping import forget
from .opening import run_command
from .snapshot import Snapshot, fitting, take

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
    return session.notebook.path or default_path(session.base.path)


def save(session: Session, text: str) -> None:
    """Save a session to a file; one that exists is only replaced after ``y``.

    Raises
    ------
    SaveError
        If that is no place for it.
    WriteError
        If it cannot be written there; the old file is then untouched.
    """
    path = Path(text).expanduser() if text else _proposed(session)
    if path.suffix not in (".yaml", ".yml"):
        raise SaveError(f"{path} is no name of a scenario; it ends with .yaml")
    if not path.parent.is_dir():
        raise SaveError(f"there is no folder {path.parent}")
    if path.exists():
        session.notebook.asked = path
        session.message = f"y replaces it, n leaves it: {path} exists"
        return
    _write(session, path)


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
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
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


def saved_text(base: Scenario, now: Snapshot, path: Path) -> str:
    """A session as the text of a scenario's file.

    Parameters
    ----------
    base : Scenario
        As it was opened; its text is what is edited.
    now : Snapshot
    path : Path
        Where it will lie: what it refers to is found from there.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    data = yaml.load(base.text)
    text = base.text
    if path.resolve() != base.path.resolve():
        before = plain(data)
        _refer(data, base, path)
        # A saved session is no lesson of its own.
        data.pop("lesson", None)
        text = spliced(text, dumped(data, text), before, plain(data))
    models = data["models"]
    for name in now.dropped:
        models.pop(name, None)
        text = remove_key(text, ("models", name))
    for fork in now.forks:
        behind = _last_of_family(models, fork.of)
        value = {"fork": {"of": fork.of, "patch": list(fork.patches)}}
        models.insert(list(models).index(behind) + 1, fork.name, value)
        text = insert_key(text, ("models", behind), fork.name, value)
    notes = [{"at": step, "note": note} for step, note in now.notes]
    claims = [{"that": claim.that, "at": claim.at} for claim in now.claims]
    for key, items in (("script", notes), ("expect", claims)):
        if items:
            data[key] = [*(data.get(key) or []), *items]
            text = append_items(text, key, items)
    stops = list(now.breakpoints)
    if stops != [point.text for point in base.breakpoints]:
        data["break"] = stops
        text = set_section(text, "break", stops)
    data["open"] = _open(now)
    text = set_section(text, "open", data["open"])
    # A file in a form that lines cannot be put into is written anew, with its comments.
    came = read_yaml(text)
    whole = not came.problems and came.data == plain(data)
    return text if whole else dumped(data, base.text)


def _last_of_family(models: Any, of: str) -> str:
    """The last of a lane, its forks and theirs, in the order of the file."""
    family, last = {of}, of
    for name, section in models.items():
        if isinstance(section, dict) and section.get("fork", {}).get("of") in family:
            family.add(name)
            last = name
    return last


def _open(now: Snapshot) -> dict[str, Any]:
    view = now.view
    found: dict[str, Any] = {"at": view.at}
    if view.equation is not None:
        found["equation"] = view.equation
    found["lane"] = view.lane
    if view.units:
        found["units"] = dict(view.units)
    if view.signals:
        found["signals"] = dict(view.signals)
    if view.panel:
        found["panel"] = view.panel
    for name in ("hidden", "show", "marks"):
        if getattr(view, name):
            found[name] = list(getattr(view, name))
    for name in ("find", "against", "align"):
        if getattr(view, name):
            found[name] = getattr(view, name)
    return found


def _refer(data: Any, base: Scenario, path: Path) -> None:
    """Have the new file find the data and weights of the old one."""
    folder, old = path.resolve().parent, base.path.resolve().parent

    def moved(file: Path) -> str:
        return Path(os.path.relpath(old / file, folder)).as_posix()

    csv = data["input"].get("csv")
    if isinstance(csv, dict):
        file = moved(Path(str(csv["file"])))
        if file != str(csv["file"]):
            csv["file"] = file
    for name, section in data["models"].items():
        model = base.models.get(name)
        if model is None or model.weights is None or model.fork_of:
            continue
        file = Path(os.path.relpath(model.weights.resolve(), folder)).as_posix()
        given = section.get("weights")
        if not isinstance(given, dict):
            section["weights"] = {"file": file}
        elif str(given.get("file")) != file:
            given["file"] = file
