"""What the commands of lessons do: answer, skip, read again, go to another lesson."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import RnnstepError
from .climb import Climb
from .session import Host, Session
from .sitting import SKIPPED, Sitting
from .words import word


class LessonError(RnnstepError):
    """There is no lesson, or no such answer."""


def _sitting(session: Session) -> Sitting:
    if session.sitting is None:
        raise LessonError(word("en", "none"))
    return session.sitting


def _climb(session: Session) -> Climb:
    return _sitting(session).climb


def answer(choice: int) -> Callable[[Session, Host], None]:
    """Take a choice of the question that waits, wherever one has gone to look."""

    def act(session: Session, host: Host) -> None:
        sitting = _sitting(session)
        say, number = sitting.climb.word, sitting.unanswered
        if number is None:
            raise LessonError(say("no question"))
        count = len(sitting.lesson.questions[number].choices)
        if sitting.page not in ("", "ask"):
            # What stands on the page is another question, or none.
            raise LessonError(say("waits", number=number + 1, count=count))
        if choice > count:
            raise LessonError(say("no choice", number=choice, count=count))
        sitting.number = number
        _take(session, sitting, choice)

    return act


def _take(session: Session, sitting: Sitting, choice: int) -> None:
    number = sitting.number
    sitting.take(choice)
    session.jump(sitting.lesson.questions[number].step)
    if choice != SKIPPED:
        sitting.show("reveal", number)
    _said(session, sitting)


def _said(session: Session, sitting: Sitting) -> None:
    """That progress is not kept; or else, at the end of a lesson, what came of it."""
    climb = sitting.climb
    session.message, climb.progress.message = climb.progress.message, ""
    if session.message or session.t < session.run.length or sitting.page:
        return
    last = sitting.index == len(climb.cards) - 1
    session.message = climb.word(
        "all done" if last else "done", number=climb.cards[sitting.index].number,
        right=sitting.right, asked=len(sitting.lesson.questions),
    )  # fmt: skip


def said_at_the_end(session: Session) -> None:
    """After any command: say at the last step of a lesson that it is done."""
    if session.sitting is not None and not session.message:
        _said(session, session.sitting)


def take_marked(session: Session, host: Host) -> None:
    """Take the marked choice; on another page, go on."""
    sitting = _sitting(session)
    if sitting.page == "ask":
        _take(session, sitting, sitting.choice)
    elif sitting.page:
        sitting.page = ""


def skip(session: Session, host: Host) -> None:
    """Leave the question without an answer; on another page, go on."""
    sitting = _sitting(session)
    if sitting.page == "ask":
        _take(session, sitting, SKIPPED)
    elif sitting.page:
        sitting.page = ""


def mark(direction: int) -> Callable[[Session, Host], None]:
    """Mark the next choice, or move the page."""

    def act(session: Session, host: Host) -> None:
        sitting = _sitting(session)
        if sitting.page == "ask":
            count = len(sitting.question.choices)
            sitting.choice = (sitting.choice - 1 + direction) % count + 1
        else:
            sitting.scroll = max(0, sitting.scroll + direction)

    return act


def read_again(session: Session, host: Host) -> None:
    """Open the question that waits; else, and from there, the latest one with its explanation, or
    before the first of them the goals. Again, the page closes."""
    sitting = _sitting(session)
    met = [
        k for k, q in enumerate(sitting.lesson.questions)
        if k in sitting.answers and q.step <= session.t
    ]  # fmt: skip
    if sitting.page not in ("", "ask"):
        sitting.page = ""
    elif not sitting.page and sitting.unanswered is not None:
        sitting.show("ask", sitting.unanswered)
    elif met:
        sitting.show("reveal", met[-1])
    else:
        sitting.show("goals")


def contents(session: Session, host: Host) -> None:
    """Open the contents page, or close it."""
    climb = _climb(session)
    session.playing = False
    climb.contents = not climb.contents


def select(direction: int) -> Callable[[Session, Host], None]:
    """Mark the next lesson of the contents."""

    def act(session: Session, host: Host) -> None:
        climb = _climb(session)
        climb.selected = max(0, min(climb.selected + direction, len(climb.cards) - 1))

    return act


def open_selected(session: Session, host: Host) -> None:
    """Open the marked lesson."""
    _open(session, host, _climb(session).selected)


def open_number(number: int) -> Callable[[Session, Host], None]:
    """Open the lesson with a number."""

    def act(session: Session, host: Host) -> None:
        climb = _climb(session)
        numbers = [card.number for card in climb.cards]
        if number not in numbers:
            raise LessonError(climb.word("no number", number=number))
        _open(session, host, numbers.index(number))

    return act


def neighbour(direction: int) -> Callable[[Session, Host], None]:
    """Open the next lesson, or (-1) the one before."""

    def act(session: Session, host: Host) -> None:
        sitting = _sitting(session)
        climb, index = sitting.climb, sitting.index + direction
        if not 0 <= index < len(climb.cards):
            raise LessonError(climb.word("no next" if direction > 0 else "no previous"))
        _open(session, host, index)

    return act


def _open(session: Session, host: Host, index: int) -> None:
    climb = _climb(session)
    session.playing = False
    session.message = climb.word("opening", number=climb.cards[index].number)
    host.open_lesson(index)
