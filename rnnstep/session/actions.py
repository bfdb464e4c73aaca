"""What commands do that is no larger matter: moving, playing, opening, typing, copying.

Each takes the session and the host, or returns what does; the table of commands names them.
"""

from __future__ import annotations

from collections.abc import Callable

from ..simulate import Cursor
from . import keeping, lanes, leftout, pending, taking_up
from .panels import open_panel
from .selection import selected
from .session import SPEEDS, Host, Session
from .words import why_covered

Action = Callable[[Session, Host], object]


def go(session: Session, there: Cursor) -> None:
    """Stand somewhere else; say which end it is where that is no move."""
    session.playing = False
    if there == session.cursor and session.sitting is None:
        session.message = f"this is the {'last step' if there.t else 'initial state'}"
    session.cursor = there


def move(session: Session, count: int) -> None:
    """Go some whole steps forwards, or (negative) back."""
    here = session.cursor
    go(session, here.step(count) if count > 0 else here.rewind(-count))


def micro(session: Session, count: int) -> None:
    """Go some equations forwards, or (negative) back."""
    go(session, session.cursor.micro(count))


def flip(name: str) -> Action:
    """Switch something of the session on or off, by its attribute's name."""

    def act(session: Session, host: Host) -> None:
        setattr(session, name, not getattr(session, name))

    return act


def toggle_lane(number: int) -> Action:
    """Show or hide the lane with a number, from 1."""

    def act(session: Session, host: Host) -> None:
        if number > len(session.lanes):
            session.message = f"there is no lane {number}; there are {len(session.lanes)}"
        else:
            lanes.toggle_lane(session, session.lanes[number - 1])

    return act


def faster(session: Session, count: int) -> None:
    """Play faster by some speeds, or (negative) slower."""
    session.speed = max(0, min(session.speed + count, len(SPEEDS) - 1))
    session.message = f"{SPEEDS[session.speed]:g} steps a second"


def normal_speed(session: Session, host: Host) -> None:
    """Play at the speed that a session begins with."""
    session.speed = 2
    session.message = f"{SPEEDS[session.speed]:g} steps a second"


def begin_prompt(session: Session, host: Host) -> None:
    """Open the prompt, empty."""
    session.prompt = ""


def begin_typing(text: str) -> Action:
    """Open the prompt with the beginning of a line."""

    def act(session: Session, host: Host) -> None:
        session.prompt = text

    return act


def begin_patch(session: Session, host: Host) -> None:
    """Open the prompt with the beginning of a patch of what is selected."""
    session.prompt = f"patch {selected(session)} set "


def back_out(session: Session, host: Host) -> None:
    """Out of the innermost thing that is open."""
    if pending.give_up(session):
        return
    if session.analysis.cancel():
        session.message = f"given up; {session.panel} computes it again"
        session.panel = ""
    elif session.notebook.left:
        session.notebook.left = ()
    elif session.inspect or session.zoom:
        session.inspect = session.zoom = False
    elif session.panel:
        open_panel(session, "")
    elif session.sitting is None:
        session.message = "nothing is open; q quits"


def open_named(name: str) -> Action:
    """Open a panel by its name; the empty name closes it."""
    return lambda session, host: open_panel(session, name)


def toggle_future(session: Session, host: Host) -> None:
    """Show or hide what lies ahead; a lesson shows it once all its questions are answered."""
    session.message = why_covered(session)
    if not session.message:
        session.future = not session.future
        shown = "shown" if session.future else "hidden again"
        session.message = f"what lies beyond the cursor is {shown}"


def zoom(session: Session, host: Host) -> None:
    """Show the active lane alone, or all again."""
    if len(session.lanes) == 1:
        session.message = f"{session.active} is the only lane"
    else:
        session.zoom = not session.zoom


def to_the_end(session: Session, host: Host) -> None:
    """Go to the last step."""
    go(session, session.cursor.jump(session.run.length))


def to_the_start(session: Session, host: Host) -> None:
    """Go to the initial state."""
    go(session, session.cursor.jump(0))


def take_up(session: Session, host: Host) -> None:
    """Have the session that is offered, or that was set aside; its forks computed in the thread."""
    book, run = session.notebook, session.run
    kept = book.offered or book.aside
    if kept is None:
        session.message = "no unsaved session is offered"
        return
    what = kept.snapshot

    def compute(progress: pending.Progress) -> taking_up.Lanes:
        return taking_up.make_lanes(run, session.base, what, progress)

    def arrive(lanes: taking_up.Lanes) -> None:
        # It stays on offer until it is there, so that it is not lost on the way.
        book.offered = book.aside = None
        book.forgotten = [path for path in book.forgotten if path != kept.path]
        left = tuple(taking_up.take_up(session, what, lanes, kept.same_file))
        if not left:
            book.superseded.append(kept.path)
        names = "; ".join(f"{old} is taken; it came as {new}" for old, new in lanes.renamed.items())
        session.message = f"{names or 'as it was'}; ctrl+s saves it"
        then = "; it stays kept as it was, and is offered again"
        leftout.say(session, f"{names}; left out" if names else "left out", left, then)

    doing = "computing the forks of the unsaved session"
    pending.ask(session, ("take up", what.forks, run), doing, compute, arrive, firm=True)


def forget_offer(session: Session, host: Host) -> None:
    """Forget the session that is offered once this one ends, and offer an older one if there is;
    while its forks are computed, give that up instead.
    """
    if pending.give_up(session):
        session.message += "; r takes it up, esc forgets it"
        return
    book = session.notebook
    if book.offered is None:
        session.message = "no unsaved session is offered"
        return
    book.forgotten.append(book.offered.path)
    keeping.leave(session)
    keeping.offer_kept(session, book.forgotten)
    if book.offered is None:
        session.message = "the unsaved session goes when you quit; :take-up still takes it up"


def copy_value(session: Session, host: Host) -> None:
    """Copy the selected unit's values."""
    host.copy(session.selected_value())
    session.message = "copied the selected unit's values"


def copy_command(session: Session, host: Host) -> None:
    """Copy the command that opens this place."""
    host.copy(session.command_line())
    session.message = f"copied: {session.command_line()}"
