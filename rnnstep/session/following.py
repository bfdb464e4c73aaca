"""What speaks of lanes goes on speaking of them when a run with other names for them is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from .notebook import Claim
from .sleeping import renamed

if TYPE_CHECKING:
    from .session import Session

T = TypeVar("T")


def follow(session: Session, names: Mapping[str, str]) -> None:
    """Have everything of a session that names a lane call it by its new name.

    That is what is selected and hidden, the trail, breakpoints and the find, expectations, and
    what is compared with what. Notes stay as they were written: they are prose.

    Parameters
    ----------
    session : Session
    names : mapping of str to str
        New names of lanes by their old ones.
    """
    if not names:
        return
    travel, notebook = session.travel, session.notebook
    session.units = _moved(session.units, names)
    session.signals = _moved(session.signals, names)
    session.hidden = {names.get(lane, lane) for lane in session.hidden}
    session.active = names.get(session.active, session.active)
    against = session.beside.against
    session.beside = replace(session.beside, against=names.get(against, against))
    travel.trail = [replace(p, lane=names.get(p.lane, p.lane)) for p in travel.trail]
    travel.breakpoints = [renamed(text, names) for text in travel.breakpoints]
    travel.find = renamed(travel.find, names) if travel.find else ""
    travel.told.clear()
    notebook.claims = [Claim(renamed(c.that, names), c.at) for c in notebook.claims]


def _moved(kept: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """What is kept of lanes, under their new names; what a lane of that name left goes."""
    left = set(names.values()) - set(names)
    return {names.get(lane, lane): value for lane, value in kept.items() if lane not in left}
