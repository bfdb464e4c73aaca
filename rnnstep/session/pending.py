"""Questions that may take long: searches, and runs of forks, asked without holding up a key.

Where the app has asked for it they are answered in a thread; the session goes on standing where it
stood until `resume` finds the answer, and ``esc`` gives the question up. One is open at a time. A
new search takes the place of an older one; a fork that is being computed was typed and is not let
go so easily: whatever else would compute or change lanes is refused until it is there or given up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import EquationError, RnnstepError
from .analysis import Cancelled
from .trail import TravelError, stopped, where

if TYPE_CHECKING:
    from .session import Session

Progress = Callable[[int, int], None]

TOLD = 0.2
"""Seconds between two words about how far an answer is."""


@dataclass
class Pending:
    """A question that is not answered yet.

    Attributes
    ----------
    key : tuple
        What the question is.
    what : str
        What goes on, as in "computing lstm_2".
    attempt : callable
        Looks whether the answer is there, and if so follows it.
    firm : bool
        Whether other questions have to wait for it.
    said : str
        What was last said of its progress.
    """

    key: tuple[object, ...]
    what: str
    attempt: Callable[[], None]
    firm: bool = False
    said: str = ""


def ask(
    session: Session,
    key: tuple[object, ...],
    what: str,
    compute: Callable[[Progress], object],
    arrive: Callable[..., None],
    firm: bool = False,
) -> None:
    """Have something computed and follow the answer; at once, or when `resume` finds it there.

    Parameters
    ----------
    session : Session
    key : tuple
        What the question is.
    what : str
        What goes on, as in "searching lstm.f[3] < 0.1".
    compute : callable
        Finds the answer, perhaps in another thread, so it must not touch the session. It is handed
        ``progress(done, total)``, to be called now and then.
    arrive : callable
        Follows the answer.
    firm : bool
        Whether other questions have to wait for it.

    Raises
    ------
    TravelError
        If one goes on that others have to wait for, or if there is not enough memory.
    """
    travel = session.travel
    make_way(session)
    session.playing = False
    going, travel.pending = travel.pending, None
    if going is not None and going.key == key:
        going.attempt()  # Asked once more; how far it is, its first asking knows.
        return
    reached = (0, 1, 0.0)

    def work(check: Callable[[], None]) -> object:
        def progress(done: int, total: int) -> None:
            nonlocal reached
            check()
            now = time.monotonic()
            if now - reached[2] > TOLD:
                reached = (done, max(total, 1), now)
                travel.jobs.tell()
                if travel.watch:
                    travel.watch(f"{what} … {done / max(total, 1):.0%}")

        try:
            return (compute(progress),)
        except MemoryError:
            raise TravelError(f"{what}: there is not enough memory for it") from None

    def attempt() -> None:
        with travel.jobs.round():
            answer = travel.jobs.ask(key, work)
        if answer is None:
            travel.pending = pending
            if session.message in ("", pending.said):
                share = reached[0] / reached[1]
                session.message = pending.said = f"{what} … {share:.0%}; esc gives up"
            return
        travel.pending = None
        place = where(session)
        session.message = ""
        assert isinstance(answer, tuple)
        arrive(*answer)
        stopped(session, place)

    pending = Pending(key, what, attempt, firm)
    attempt()


def resume(session: Session) -> None:
    """Look whether the open question has been answered, and if so follow the answer.

    Not while the reader is asked about a file: that stands in the message until it is answered.
    """
    pending = session.travel.pending
    if pending is None or session.notebook.asked is not None:
        return
    try:
        pending.attempt()
    except Cancelled:
        session.travel.pending = None
    except RnnstepError as error:
        session.travel.pending = None
        session.message = brief(error)


def give_up(session: Session) -> bool:
    """End the question that goes on; say whether there was one."""
    pending, session.travel.pending = session.travel.pending, None
    if pending is None:
        return False
    session.travel.jobs.cancel()
    session.message = f"given up: {pending.what}"
    return True


def make_way(session: Session) -> None:
    """Raise TravelError if a question goes on that others have to wait for."""
    pending = session.travel.pending
    if pending is not None and pending.firm:
        raise TravelError(f"{pending.what} still goes on; esc gives it up")


def settle(session: Session) -> None:
    """Wait until the open question is answered, and follow the answer."""
    while session.travel.pending is not None and session.notebook.asked is None:
        session.travel.jobs.wait()
        resume(session)


def brief(error: RnnstepError) -> str:
    """An error in one line, with the column where it has one."""
    if isinstance(error, EquationError):
        return f"column {error.column}: {error.message}"
    return str(error).partition("\n")[0]
