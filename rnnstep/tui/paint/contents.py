"""The contents page of the lessons: each with what it teaches and what has been done of it."""

from __future__ import annotations

from ...export.text import cell_width, wrap
from ...session.climb import Climb
from ..frame import Frame, ink
from ..palette import BOLD


def contents_keys(climb: Climb) -> str:
    """What keys do on the page, for the footer."""
    first, last = climb.cards[0].number, climb.cards[-1].number
    return climb.word("contents keys", first=first, last=last)


def paint_contents(frame: Frame, climb: Climb) -> list[tuple[int, int, int, str]]:
    """Draw the page but for its footer; return what can be clicked.

    Returns
    -------
    list of (int, int, int, str)
        Row, first column, the column behind the last, command.
    """
    frame.fill(0, 0, 1, frame.width, ink("text", "panel"))
    total = climb.word("total", done=climb.done, count=len(climb.cards))
    right = frame.width - cell_width(total) - 1
    column = frame.text(0, 1, "rnnstep", ink("accent", "panel", BOLD))
    frame.text(0, column + 2, climb.title, ink("text", "panel", BOLD),
               max(right - column - 4, 0))  # fmt: skip
    frame.text(0, right, total, ink("cursor", "panel", BOLD))
    room = frame.height - 3
    blocks = [_teaches(climb, index, frame.width) for index in range(len(climb.cards))]
    if sum(len(block) for block in blocks) + len(blocks) > room:
        blocks = [b if k == climb.selected else [] for k, b in enumerate(blocks)]
    gap = int(sum(len(block) + 2 for block in blocks) <= room)
    tops = [0]
    for block in blocks:
        tops.append(tops[-1] + 1 + len(block) + gap)
    # The marked lesson stays in sight.
    moved = max(0, min(tops[climb.selected + 1] - room, tops[climb.selected]))
    hits = []
    for index, block in enumerate(blocks):
        top = 2 + tops[index] - moved
        if top < 2 or top >= frame.height - 1:
            continue
        _title(frame, climb, index, top)
        for row, line in enumerate(block, top + 1):
            if row < frame.height - 1:
                frame.text(row, 6, line, ink("dim"))
        number = climb.cards[index].number
        if number <= 9:
            hits += [
                (row, 0, frame.width, f"lesson-{number}")
                for row in range(top, min(top + 1 + len(block), frame.height - 1))
            ]
    return hits


def _teaches(climb: Climb, index: int, width: int) -> list[str]:
    return wrap(climb.cards[index].teaches, min(width - 8, 100))


def _title(frame: Frame, climb: Climb, index: int, row: int) -> None:
    card, result = climb.cards[index], climb.result(index)
    marked = index == climb.selected
    back = "active" if marked else "default"
    frame.fill(row, 0, 1, frame.width, ink("text", back))
    if marked:
        frame.text(row, 0, ">" if frame.ascii_only else "▸", ink("cursor", back, BOLD))
    done = result is not None and result.done
    frame.text(row, 1, "✓" if done else " ", ink("good", back, BOLD))
    frame.text(row, 3, f"{card.number:>2}", ink("cursor", back, BOLD))
    state = climb.state(index)
    right = frame.width - cell_width(state) - 1
    frame.text(row, 6, card.title, ink("text", back, BOLD), max(right - 7, 0))
    frame.text(row, right, state, ink("good" if done else "dim", back))
