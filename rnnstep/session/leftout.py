"""What was left out when a session was taken up or saved, or why it could not be: as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session


def say(session: Session, what: str, things: tuple[str, ...], then: str = "") -> None:
    """Tell how many things there are, and have them listed where panels are; none ends a list.

    Parameters
    ----------
    session : Session
    what : str
        What is said of them, as in "left out".
    things : tuple of str
        Each with its reason.
    then : str
        What follows their number.
    """
    session.notebook.left = things
    if things:
        number = "1 thing" if len(things) == 1 else f"{len(things)} things"
        session.message = f"{what}: {number}, listed above{then}"
