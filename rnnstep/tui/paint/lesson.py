"""The page of a lesson, in the place of the notes: its goals, a question, or what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...export.text import cell_width, wrap
from ...session.session import Session
from ...session.sitting import SKIPPED, Sitting
from ..frame import Frame, ink
from ..layout import Box
from ..palette import BOLD

WIDEST = 100  # Cells of a line of text that the eye still follows.


@dataclass(frozen=True)
class Line:
    """One line of a page.

    Attributes
    ----------
    text, colour : str
    bold, marked : bool
    command : str
        What a click on it runs; empty for nothing.
    """

    text: str
    colour: str = "text"
    bold: bool = False
    marked: bool = False
    command: str = ""


def page_lines(session: Session, width: int) -> list[Line]:
    """The lines of the page that is open, at a width; none if none is."""
    sitting = session.sitting
    if sitting is None or not sitting.page:
        return []
    room = min(max(width - 6, 10), WIDEST)
    if sitting.page == "goals":
        return _goals(session, sitting, room)
    return _ask(sitting, room) if sitting.page == "ask" else _reveal(sitting, room)


def page_keys(session: Session, room: int) -> str:
    """What keys do while the page is open, for a footer of so many cells."""
    sitting = session.sitting
    if sitting is None:
        return ""
    say = sitting.climb.word
    if sitting.page == "ask":
        count = len(sitting.question.choices)
        long = say("ask keys", count=count)
        return long if cell_width(long) <= room else say("ask keys in short", count=count)
    return say("begin keys" if sitting.page == "goals" else "reveal keys")


def _goals(session: Session, sitting: Sitting, room: int) -> list[Line]:
    say, lesson, scenario = sitting.climb.word, sitting.lesson, session.run.scenario
    head = f"{say('lesson', number=lesson.number)} · {scenario.title}"
    about = " ".join(scenario.about.partition("\n\n")[0].split())
    lines = [Line(head, "accent", True)]
    lines += [Line(line) for line in wrap(about, room)] if about else []
    lines.append(Line(say("look for"), "accent"))
    for text in lesson.look_for:
        lines += _hanging("– ", text, room, Line(""))
    return lines


def _ask(sitting: Sitting, room: int) -> list[Line]:
    say, question = sitting.climb.word, sitting.question
    head = f"{_numbered(sitting)} · {say('before', step=question.step)}"
    lines = [Line(head, "accent", True)]
    lines += [Line(line, bold=True) for line in wrap(question.text, room)]
    for k, choice in enumerate(question.choices, 1):
        like = Line("", marked=k == sitting.choice, command=f"answer-{k}")
        lines += _hanging(f" {k}  ", choice.text, room, like)
    return lines


def _reveal(sitting: Sitting, room: int) -> list[Line]:
    say, question = sitting.climb.word, sitting.question
    chosen = sitting.answers.get(sitting.number, SKIPPED)
    right = chosen == question.answer
    phrase = "right" if right else "skipped" if chosen == SKIPPED else "wrong"
    verdict = say(phrase, answer=question.answer)
    colour = "good" if right else "dim" if chosen == SKIPPED else "bad"
    lines = [Line(f"{_numbered(sitting)} · {verdict}", colour, True)]
    lines += [Line(line, "dim") for line in wrap(question.text, room)]
    for k, choice in enumerate(question.choices, 1):
        true = k == question.answer
        name = "good" if true else "bad" if k == chosen else "dim"
        yours = f"  ‹ {say('yours')}" if k == chosen else ""
        like = Line("", name, bold=true)
        lines += _hanging(f" {'✓' if true else '·'} {k}  ", f"{choice.text}{yours}", room, like)
    numbers = " · ".join(f"{name} = {value}" for name, value in sitting.evidence())
    if numbers:
        text = f"{say('evidence', step=question.step)} {numbers}"
        lines += [Line(line, "state") for line in wrap(text, room)]
    lines += [Line(line) for line in wrap(question.reveal, room)]
    return lines


def _numbered(sitting: Sitting) -> str:
    count = len(sitting.lesson.questions)
    return sitting.climb.word("question", number=sitting.number + 1, count=count)


def _hanging(head: str, text: str, room: int, like: Line) -> list[Line]:
    """A text behind a head, its later lines in line with the first."""
    rows = wrap(text, max(room - len(head), 4))
    return [
        Line(f"{head if k == 0 else ' ' * len(head)}{row}", like.colour, like.bold, like.marked,
             like.command)
        for k, row in enumerate(rows)
    ]  # fmt: skip


def paint_page(
    frame: Frame, session: Session, box: Box, lines: list[Line]
) -> list[tuple[int, int, int, str]]:
    """Draw the page; return what can be clicked: (row, first column, behind it, command)."""
    sitting = session.sitting
    assert sitting is not None
    beyond = max(0, len(lines) - box.height)
    first = sitting.scroll = min(sitting.scroll, beyond)
    marked = [k for k, line in enumerate(lines) if line.marked]
    if marked:
        # The marked choice stays in sight.
        first = min(max(first, marked[-1] - box.height + 1), marked[0])
    frame.fill(box.top, 0, box.height, box.width, ink("text", "panel"))
    hits = []
    for row, line in enumerate(lines[first : first + box.height], box.top):
        back = "active" if line.marked else "panel"
        if line.marked:
            frame.fill(row, 2, 1, min(box.width - 2, WIDEST + 2), ink("text", back))
        bold = BOLD if line.bold or line.marked else 0
        frame.text(row, 3, line.text, ink(line.colour, back, bold), box.width - 3)
        bar = "|" if frame.ascii_only else "▎"
        frame.text(row, 1, bar, ink("cursor", "panel"))
        if line.marked:
            frame.text(row, 2, ">" if frame.ascii_only else "▸", ink("cursor", back, BOLD))
        if line.command:
            hits.append((row, 0, box.width, line.command))
    for there, row, sign in (
        (first > 0, box.top, "▲"), (first < beyond, box.top + box.height - 1, "▼"),
    ):  # fmt: skip
        if there:
            frame.text(row, box.width - 2, sign, ink("cursor", "panel", BOLD))
    return hits
