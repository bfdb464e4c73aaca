"""A session as the text of a scenario's file: the text that was opened, with what was found in it.

Lines are put in and taken out (see `edits`), and every other line stays as it is, letter for
letter. A file in a form that this cannot be done with, as in flow style, is written anew, with its
comments.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..scenario.positions import read_yaml
from ..scenario.scenario import Scenario
from .edits import (
    append_items,
    dumped,
    insert_key,
    plain,
    remove_key,
    set_items,
    set_keys,
    spliced,
)
from .snapshot import Snapshot

_END = re.compile(r"^\.\.\.(?=\s|$)", re.MULTILINE)
"""Where a document ends; only comments can follow."""


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

    old = base.text.replace("\r\n", "\n")
    ends = "\r\n" if base.text.count("\r\n") == old.count("\n") > 0 else "\n"
    yaml = YAML()
    yaml.preserve_quotes = True
    data, meant = yaml.load(old), read_yaml(old).data
    place = _END.search(old)
    text, behind = (old[: place.start()], old[place.start() :]) if place else (old, "")
    if path.resolve() != base.path.resolve():
        before = plain(meant)
        for each in (data, meant):
            _move(each, base, path)
        text = spliced(text, dumped(data, text), before, plain(meant))
    text = _put(text, meant, now) + behind
    came = read_yaml(text)
    if came.problems or came.data != meant:
        _put("", data, now)
        text = dumped(data, old)
    return text.replace("\n", ends)


def _put(text: str, data: Any, now: Snapshot) -> str:
    """Put what was found into the data of a file, and line by line into its text."""
    models = data["models"]
    for name in now.dropped:
        models.pop(name, None)
        text = remove_key(text, ("models", name))
    for fork in now.forks:
        behind = _last_of_family(models, fork.of)
        section = {"fork": {"of": fork.of, "patch": list(fork.patches)}}
        _put_behind(models, behind, fork.name, section)
        text = insert_key(text, ("models", behind), fork.name, section)
    notes = [{"at": step, "note": note} for step, note in now.notes]
    claims = [{"that": claim.that, "at": claim.at} for claim in now.claims]
    for key, items in (("script", notes), ("expect", claims)):
        if items:
            data.setdefault(key, []).extend(items)
            text = append_items(text, key, items)
    if "break" in data or now.breakpoints:
        stops = data.setdefault("break", [])
        _stop_at(stops, now.breakpoints)
        text = set_items(text, "break", stops)
    shown, view = data.setdefault("open", {}), _open(now)
    for name in [name for name in shown if name not in view]:
        del shown[name]
    shown.update(view)
    return set_keys(text, "open", view)


def _stop_at(stops: Any, texts: Sequence[str]) -> None:
    """Make a file's list of conditions that of a session, whose texts have no more spaces than
    they need; those that stay are not touched."""
    new = list(texts)
    there = [" ".join(str(item).split()) for item in stops]
    stay = [item for item in there if item in new]
    if stay != new[: len(stay)]:
        stay, there = [], []
        stops.clear()
    for number in reversed(range(len(there))):
        if there[number] not in new:
            del stops[number]
    stops.extend(new[len(stay) :])


def _put_behind(models: Any, behind: str, name: str, section: Any) -> None:
    """Put a lane into a mapping of lanes behind another one; comments stay where they are."""
    at = list(models).index(behind) + 1
    if hasattr(models, "insert"):
        models.insert(at, name, section)
        return
    later = list(models)[at:]
    models[name] = section
    for lane in later:
        models[lane] = models.pop(lane)


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


def _move(data: Any, base: Scenario, path: Path) -> None:
    """Have a file that lies elsewhere find the data and weights of the old one."""
    # A saved session is no lesson of its own.
    data.pop("lesson", None)
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
