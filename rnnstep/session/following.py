"""What speaks of lanes goes on speaking of them when a run with other names for them is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from .notebook import Claim
from .sleeping import renamed

if TYPE_CHECKING:
    from .session import Session


def follow(session: Session, names: Mapping[str, str]) -> None:
    """Have everything of a session that names a lane call it by its new name.

    That is what is selected and hidden, the trail, breakpoints and the find, notes and
    expectations, and what is compared with what.

    Parameters
    ----------
    session : Session
    names : mapping of str to str
        New names of lanes by their old ones.
    """
    if not names:
        return
    travel, notebook = session.travel, session.notebook
    session.units = {names.get(lane, lane): unit for lane, unit in session.units.items()}
    session.signals = {names.get(lane, lane): name for lane, name in session.signals.items()}
    session.hidden = {names.get(lane, lane) for lane in session.hidden}
    session.active = names.get(session.active, session.active)
    against = session.beside.against
    session.beside = replace(session.beside, against=names.get(against, against))
    travel.trail = [replace(p, lane=names.get(p.lane, p.lane)) for p in travel.trail]
    travel.breakpoints = [renamed(text, names) for text in travel.breakpoints]
    travel.find = renamed(travel.find, names) if travel.find else ""
    travel.told.clear()
    notebook.claims = [Claim(renamed(c.that, names), c.at) for c in notebook.claims]
    words = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    notebook.notes = [
        (step, words.sub(lambda found: names[found[1]], text)) for step, text in notebook.notes
    ]
