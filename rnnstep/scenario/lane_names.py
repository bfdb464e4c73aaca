"""The names of lanes: which there can be, and a fork under another one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from keyword import iskeyword

from ..errors import SignalError, listed
from ..simulate import PatchError
from .forks import fork_title, with_lanes
from .run import Run
from .scenario import Model
from .schema import NAME, NAME_IN_WORDS

_RESERVED = ("t", "x", "target", "symbol", "naive", "last")
"""What conditions and patches call something else."""


def why_no_name(name: str, marks: Iterable[str]) -> str:
    """Why a lane cannot be called so where there are these marks; empty if it can."""
    taken = dict.fromkeys((*_RESERVED, *marks))
    # A condition is read as Python is, which has words of its own.
    if re.fullmatch(NAME, name) and name not in taken and not iskeyword(name):
        return ""
    return (
        f"{name!r} cannot name a lane; it must be {NAME_IN_WORDS}, no word of Python such as"
        f" and, or, if, and none of {listed(taken)}"
    )


def with_name(run: Run, lane: str, name: str) -> Run:
    """A run in which one of its forks has another name; it is the same recording.

    Raises
    ------
    SignalError
        If it is no fork, or cannot be called so.
    PatchError
        If a patch says its name.
    """
    _ = run[lane]
    models = run.scenario.models
    if not models[lane].fork_of:
        raise SignalError(f"{lane} is no fork; only a fork can be named")
    why = why_no_name(name, run.scenario.tape.marks)
    if why or name in models:
        raise SignalError(why or f"there is a lane {name!r} already")
    for other, model in models.items():
        for patch in model.patches:
            if patch.lane == lane:
                raise PatchError(
                    f"{other} takes its value from {lane} (`{patch}`), which is part of what"
                    f" {other} is; name {lane} before it is swapped from"
                )
    found: dict[str, Model] = {}
    for key, model in models.items():
        called, of = (name if kind == lane else kind for kind in (key, model.fork_of))
        title = model.title
        if model.fork_of and title == fork_title(models[model.fork_of], key):
            title = fork_title(found[of], called)
        if (called, of, title) != (key, model.fork_of, model.title):
            model = replace(model, name=called, fork_of=of, title=title)
        found[called] = model
    traces = {name if key == lane else key: trace for key, trace in run.traces.items()}
    return with_lanes(run, found, traces)


def renamings(before: Run, after: Run) -> dict[str, str]:
    """Lanes of one run that are the same recordings in another, under another name: by the old."""
    return {
        old: new
        for old, trace in before.traces.items() if after.traces.get(old) is not trace
        for new, other in after.traces.items() if other is trace
    }  # fmt: skip
