"""Naming a fork: a run in which it has another name is shown, and undone like a fork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import SignalError
from ..scenario.lane_names import with_name
from .fork_list import fork_rows
from .pending import make_way
from .sleeping import problem, renamed
from .travel import adopt

if TYPE_CHECKING:
    from .session import Session


def name_fork(session: Session, name: str) -> None:
    """Call the active fork something else; see `following` for what goes with it.

    Raises
    ------
    SignalError
        If it is no fork of this session, or cannot be called so.
    PatchError
        If a patch says its name.
    TravelError
        If a fork is being computed.
    """
    make_way(session)
    before, lane = session.run, session.active
    if lane in session.base.models and session.base.models[lane].fork_of:
        raise SignalError(f"{lane} is a fork of the file and has its name there")
    run = with_name(before, lane, name)
    if any(row.gone and row.lane == name for row in fork_rows(session)):
        # What speaks of that one would speak of this.
        raise SignalError(f"{name!r} is the name of a fork that was dropped or taken back")
    claims = [claim.that for claim in session.notebook.claims]
    for text in filter(None, (*session.travel.breakpoints, session.travel.find, *claims)):
        if problem(before, text) is None and problem(run, renamed(text, {lane: name})):
            raise SignalError(f"with a lane {name!r}, `{text}` could not be asked any more")
    session.travel.done.append(before)
    session.travel.undone.clear()
    adopt(session, run)
    session.message = f"{lane} is called {name} now; u takes the name back"
