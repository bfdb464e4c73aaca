"""Opening a scenario at a place, and saying a place as the command that opens it again.

A place is a step, an equation inside it, a lane, a unit, a panel, and the forks and breakpoints
that the file does not have.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import EquationError, RnnstepError, listed, suggest
from ..scenario.forks import free_name, own_patches
from ..scenario.view import View
from . import travel
from .beside import set_against, set_align
from .opening_options import Opening
from .panels import PANELS, aspect, aspects, open_panel, set_aspect
from .selection import select, selected
from .sleeping import problem, renamed

if TYPE_CHECKING:
    from pathlib import Path

    from ..scenario.scenario import Scenario
    from .session import Session


class OpeningError(RnnstepError, ValueError):
    """A place cannot be opened; ``str()`` says which option and why."""


def open_at(session: Session, opening: Opening) -> None:
    """Go to a place.

    Raises
    ------
    RnnstepError
        With the option, if it cannot be followed.
    """
    first, said = session.active, session.message
    for text in opening.patches:
        _check("--patch", text, travel.patch, session)
    for text in opening.breaks:
        _check("--break", text, travel.set_breakpoint, session)
    session.select_lane(first)
    if opening.lane:
        if opening.lane not in session.lanes:
            raise OpeningError(
                f"--lane is {opening.lane!r}{suggest(opening.lane, session.lanes)};"
                f" there are {listed(session.lanes)}"
            )
        session.select_lane(opening.lane)
    if opening.unit is not None:
        last = session.width(session.active) - 1
        if not 0 <= opening.unit <= last:
            raise OpeningError(f"--unit is {opening.unit}; {session.active} has units 0 to {last}")
        session.select_unit(opening.unit)
    if opening.signal:
        _check("--signal", opening.signal, select, session)
    if opening.at:
        session.goto(opening.at)
    if opening.against is not None:
        _check("--against", opening.against, set_against, session)
    if opening.align is not None:
        _check("--align", opening.align, set_align, session)
    if opening.diff is not None:
        session.diff = opening.diff
    if opening.panel:
        _open_panel(session, opening.panel)
    session.message = said


def open_panel_text(session: Session, text: str) -> None:
    """Open a panel as a file says it; one that has nothing to show here is left."""
    try:
        _open_panel(session, text)
    except RnnstepError as error:
        session.message = str(error)


def _open_panel(session: Session, text: str) -> None:
    """Open a panel, on what it is to be about."""
    name, _, about = text.partition(":")
    if text == "none":
        open_panel(session, "")
        return
    if name not in PANELS:
        raise OpeningError(
            f"--panel is {text!r}{suggest(name, PANELS)}; there are {listed(PANELS)}"
        )
    open_panel(session, name)
    if about:
        choices = aspects(session)
        if about not in choices:
            raise OpeningError(
                f"--panel is {text!r}{suggest(about, choices)};"
                f" {name} can be about {listed(choices)}"
            )
        set_aspect(session, about)


def _check(
    option: str, text: str, action: Callable[[Session, str], None], session: Session
) -> None:
    try:
        action(session, text)
    except RnnstepError as error:
        said = error.with_caret if isinstance(error, EquationError) else str(error)
        raise OpeningError(f"{option}: {said}") from None


def run_command(path: Path, command: str = "run") -> str:
    """The command that opens a scenario, or (``learn``) a lesson."""
    return shlex.join(("rnnstep", command, str(path)))


def command_line(session: Session) -> str:
    """The command that opens the scenario here again, with what differs from opening its file."""
    inside = "" if session.cursor.whole else f".{session.cursor.k}"
    run = session.run
    words = ["rnnstep", "run", str(run.scenario.path), "--at", f"{session.t}{inside}"]
    patches, names = session_patches(session)
    lane = names[session.active]
    # A file that says how it opens is not left to its defaults.
    told = run.scenario.view is not None
    if told or lane != session.lanes[0]:
        words += ["--lane", lane]
    if told or session.units[session.active]:
        words += ["--unit", str(session.units[session.active])]
    if told or session.signals.get(session.active):
        words += ["--signal", selected(session).signal]
    words += _differences(session, names)
    if told or session.panel:
        words += ["--panel", panel_text(session) or "none"]
    for text in patches:
        words += ["--patch", text]
    known = {point.text for point in run.scenario.breakpoints}
    for text in session.travel.breakpoints:
        if text not in known and problem(run, text) is None:
            words += ["--break", renamed(text, names)]
    return shlex.join(words)


def _differences(session: Session, names: Mapping[str, str]) -> list[str]:
    """What is compared with what, where that is not as the file opens."""
    opened = session.run.scenario.view or View()
    words = []
    against = names.get(session.beside.against, "")
    if against != opened.against:
        words += ["--against", against]
    if session.beside.align != opened.align:
        words += ["--align", session.beside.align]
    if words or session.diff != ("diff" in opened.show):
        words.append("--diff" if session.diff else "--no-diff")
    return words


def panel_text(session: Session) -> str:
    """The open panel, with what it is about where that is not the first thing; empty for none."""
    chosen, names = aspect(session), aspects(session)
    # Forks that are gone will not be there.
    there = [name for name in names if name.isidentifier()]
    if names and not there:
        return ""
    about = f":{chosen}" if chosen in there and chosen != names[0] else ""
    return f"{session.panel}{about}"


def session_patches(session: Session) -> tuple[list[str], dict[str, str]]:
    """The patches that make this session's forks anew, in an order that works.

    Returns
    -------
    patches : list of str
        As typed at the prompt.
    names : dict of str to str
        What each lane will be called: a fork has another name where one before it was dropped.
    """
    run = session.run
    opened = session.travel.done[0] if session.travel.done else run
    there, models = opened.scenario.models, run.scenario.models
    names = {name: name for name, model in models.items() if model is there.get(name)}
    waiting = [name for name in models if name not in names]
    texts = []
    while waiting:
        name = next(n for n in waiting if _needs(run.scenario, n) <= set(names))
        waiting.remove(name)
        of = names[run.scenario.models[name].fork_of]
        names[name] = free_name(of, (*there, *names.values()))
        for patch in own_patches(run.scenario, name):
            texts.append(f"{of}.{replace(patch, lane=names.get(patch.lane, ''))}")
    return texts, names


def _needs(scenario: Scenario, name: str) -> set[str]:
    """The lanes that a fork takes something from."""
    lanes = {patch.lane for patch in own_patches(scenario, name)}
    return {scenario.models[name].fork_of, *lanes} - {""}
