"""The panels that can stand under the lanes: their names, what each needs, which one is open.

How a panel is drawn stands under its name in ``rnnstep/tui/paint/panels``. An aspect is one of the
things that a panel can be about: a signal, a state, a path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..equations.parts import memory_of
from ..errors import RnnstepError
from .comparing import lanes_beside, no_pair
from .flows import WHOLE, flow_aspects
from .fork_list import fork_names, nothing_patched
from .selection import next_signal, select_signal, selected, signals_here
from .words import say, why_covered

if TYPE_CHECKING:
    from .session import Session


class PanelError(RnnstepError):
    """A panel has nothing to show here."""


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes
    ----------
    id : str
        Its name in the prompt.
    title : str
        What it shows, in a few words.
    aspects : callable
        What it can be about in a session, the first by default; may be empty.
    needs : callable
        Why it has nothing to show in a session; empty if it has.
    """

    id: str
    title: str
    aspects: Callable[[Session], tuple[str, ...]] = lambda session: ()
    needs: Callable[[Session], str] = lambda session: ""


def _states(session: Session) -> tuple[str, ...]:
    """States of the active lane, its memory first."""
    states = session.cell(session.active).graph.states
    memory = memory_of(session.cell(session.active).graph)
    return tuple(sorted(states, key=lambda name: name != memory))


def _map_aspects(session: Session) -> tuple[str, ...]:
    states = _states(session)
    return (*states, WHOLE) if len(states) > 1 else states


def _no_state(session: Session) -> str:
    """Why no flow can be shown."""
    if any(session.cell(lane).graph.states for lane in session.lanes):
        return ""
    return "no lane has a state that could carry anything from step to step"


def _no_score(session: Session) -> str:
    return "" if session.run.scoring.lanes else "nothing is asked of any lane"


PANELS: dict[str, Panel] = {
    panel.id: panel
    for panel in (
        Panel("flow", "how much of each past step still reaches this one, lane by lane",
              flow_aspects),
        Panel("flow-map", "how much of each step reaches each later one, in the active lane",
              _map_aspects, _no_state),
        Panel("contributions", "which steps wrote the value of the selected unit", _states,
              _no_state),
        Panel("scores", "the loss of each lane and of the naive forecast, step by step",
              needs=_no_score),
        Panel("compare", "the active lane beside another: distances, answers, gradient flow",
              lanes_beside, no_pair),
        Panel("health", "which units of the active lane do not work, signal by signal",
              needs=why_covered),
        Panel("forks", "forks and patches: of which lane, what is patched, where the two part",
              fork_names, nothing_patched),
        Panel("unit", "one signal of the selected unit along the tape", signals_here),
    )
}  # fmt: skip
"""Every panel, in the order in which ``view`` goes through them."""


def open_panel(session: Session, name: str) -> None:
    """Open a panel; an empty name closes the one that is open.

    Raises
    ------
    PanelError
        If it has nothing to show in this session.
    """
    why = PANELS[name].needs(session) if name else ""
    if why:
        raise PanelError(f"{name}: {why}")
    session.analysis.cancel()
    session.notebook.left = ()
    session.panel = name
    session.aspect = 0


def next_panel(session: Session, direction: int) -> None:
    """Open the next panel that has something to show; behind the last one, none."""
    names = ["", *(name for name, panel in PANELS.items() if not panel.needs(session))]
    at = names.index(session.panel) if session.panel in names else 0
    open_panel(session, names[(at + direction) % len(names)])
    why = why_covered(session)
    if why and not session.panel:
        closed = [name for name, panel in PANELS.items() if panel.needs(session) == why]
        session.message = say(session, "closed", panels=", ".join(closed))


def aspects(session: Session) -> tuple[str, ...]:
    """What the open panel can be about."""
    return PANELS[session.panel].aspects(session) if session.panel else ()


def aspect(session: Session) -> str:
    """What the open panel is about; empty if it has no choice."""
    if session.panel == "unit":
        return selected(session).signal
    found = aspects(session)
    return found[session.aspect % len(found)] if found else ""


def set_aspect(session: Session, name: str) -> None:
    """Have the open panel be about one of its aspects."""
    if session.panel == "unit":
        select_signal(session, name)
    else:
        session.aspect = aspects(session).index(name)


def keep_panel(session: Session, about: str = "") -> None:
    """Keep the panel that is open about the same, if it still has something to show; or close it.
    """
    if session.panel and PANELS[session.panel].needs(session):
        session.panel = ""
    names = () if session.panel == "unit" else aspects(session)
    session.aspect = names.index(about) if about in names else 0


def next_aspect(session: Session, direction: int) -> None:
    """Go to the open panel's next aspect."""
    found = aspects(session)
    if len(found) < 2:
        what = f"the panel {session.panel} is about one thing only" if session.panel else ""
        session.message = what or "no panel is open; v opens one"
        return
    if session.panel == "unit":
        next_signal(session, direction)
        return
    session.aspect = (session.aspect + direction) % len(found)
