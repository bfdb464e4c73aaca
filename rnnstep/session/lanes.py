"""Which lanes are on the screen, and going from one to the next; one always stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import SignalError, listed, suggest

if TYPE_CHECKING:
    from .session import Session

KEYED_LANES = 9
"""Lanes that have a digit to show and hide them, and stand with it; ``:hide`` hides any."""


def next_lane(session: Session, direction: int) -> None:
    """Make the next lane on the screen the active one, or (-1) the one before."""
    lanes = session.lanes
    at, count = lanes.index(session.active), len(lanes)
    others = (lanes[(at + direction * k) % count] for k in range(1, count))
    name = next((name for name in others if name not in session.hidden), session.active)
    if name == session.active:
        session.message = f"{name} is the only lane{' on the screen' * (count > 1)}"
    session.active = name


def toggle_lane(session: Session, name: str) -> None:
    """Show or hide a lane."""
    if name in session.hidden:
        session.hidden.discard(name)
    elif len(session.hidden) + 1 < len(session.lanes):
        session.hidden.add(name)
        if session.active == name:
            next_lane(session, 1)
    else:
        session.message = "one lane stays on the screen"


def hide(session: Session, name: str) -> None:
    """Take a lane off the screen as its name is typed, or put it back.

    Raises
    ------
    SignalError
        If there is no such lane.
    """
    check_lane(session, name)
    toggle_lane(session, name)


def check_lane(session: Session, name: str) -> None:
    """Raise SignalError unless there is a lane of this name."""
    if name not in session.lanes:
        raise SignalError(
            f"there is no lane {name!r}{suggest(name, session.lanes)};"
            f" there are {listed(session.lanes)}"
        )
