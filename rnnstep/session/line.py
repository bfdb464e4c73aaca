"""The line behind ``:``: editing it, the cursor in it, and the lines that were typed before.

It is edited as in a shell or in vi: ctrl+u and ctrl+w delete, up and down bring earlier lines
back. Escape drops what stands there; up brings that back as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .prompt import VERBS

if TYPE_CHECKING:
    from .session import Session

LONGEST_PROMPT = 600
_KEPT = 100


@dataclass
class Line:
    """What editing the prompt needs to know beside its text.

    Attributes
    ----------
    behind : int
        Characters behind the cursor.
    earlier : list of str
        Lines that were typed, each once, the latest last.
    hint : str
        What the last key has to say, shown behind the text.
    typed : bool
        Whether a key has changed the text.
    offered : tuple of str
        What tab goes through: whole texts in front of the cursor.
    recalled : tuple of str
        What up and down go through: earlier lines that begin alike, and what was being typed.
    at : int
        Where in ``offered`` or ``recalled`` one is.
    """

    behind: int = 0
    earlier: list[str] = field(default_factory=list)
    hint: str = ""
    typed: bool = False
    offered: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()
    at: int = 0

    def remember(self, text: str) -> None:
        """Keep a line to be brought back."""
        text = text.strip()
        if text and text not in VERBS:
            self.earlier = [*(line for line in self.earlier if line != text), text][-_KEPT:]


def halves(session: Session) -> tuple[str, str]:
    """What stands before and behind the cursor."""
    text = session.prompt or ""
    at = max(len(text) - session.line.behind, 0)
    return text[:at], text[at:]


def close(session: Session) -> None:
    """Leave the prompt; what was typed can be brought back."""
    if session.line.typed:
        session.line.remember(session.prompt or "")
    session.prompt = None
    session.line = Line(earlier=session.line.earlier)


def recall(session: Session, direction: int) -> None:
    """Bring an earlier line back, or (1) a later one; where a verb stands, one of that verb."""
    line, text = session.line, session.prompt or ""
    if not line.recalled:
        verb = text.partition(" ")[0]
        stem = f"{verb} " if verb in VERBS and " " in text else text
        line.recalled = (*(old for old in line.earlier if old.startswith(stem) and old != text),
                         text)  # fmt: skip
        line.at = len(line.recalled) - 1
    at = line.at + direction
    if not 0 <= at < len(line.recalled):
        line.hint = "no earlier line" if direction < 0 else ""
        return
    line.at, line.behind = at, 0
    session.prompt = line.recalled[at]


def insert(session: Session, character: str) -> None:
    """Type a character at the cursor."""
    before, behind = halves(session)
    if len(before + behind) >= LONGEST_PROMPT:
        session.line.hint = f"at most {LONGEST_PROMPT} characters"
        return
    session.prompt = before + character + behind


def _backspace(session: Session) -> None:
    before, behind = halves(session)
    if before + behind:
        session.prompt = before[:-1] + behind
    else:
        close(session)


def _delete(session: Session) -> None:
    before, behind = halves(session)
    session.prompt = before + behind[1:]
    session.line.behind = max(len(behind) - 1, 0)


def _delete_line(session: Session) -> None:
    """Delete up to the cursor but for the verb; where nothing else stands there, the verb."""
    before, behind = halves(session)
    verb, space, rest = before.partition(" ")
    session.prompt = (verb + space if verb in VERBS and rest else "") + behind


def _delete_word(session: Session) -> None:
    before, behind = halves(session)
    session.prompt = re.sub(r"(\w+|[^\w\s]+|)\s*$", "", before, count=1) + behind


def _to(behind: Callable[[int, int], int]) -> Callable[[Session], None]:
    """Move the cursor to where ``behind(characters behind it, characters in all)`` are behind."""

    def act(session: Session) -> None:
        length = len(session.prompt or "")
        session.line.behind = max(0, min(behind(session.line.behind, length), length))

    return act


EDITING: dict[str, Callable[[Session], None]] = {
    "backspace": _backspace,
    "delete": _delete,
    "ctrl+u": _delete_line,
    "ctrl+w": _delete_word,
}
"""Keys that change the text."""

MOVING: dict[str, Callable[[Session], None]] = {
    "left": _to(lambda behind, length: behind + 1),
    "right": _to(lambda behind, length: behind - 1),
    "home": _to(lambda behind, length: length),
    "end": _to(lambda behind, length: 0),
    "ctrl+a": _to(lambda behind, length: length),
    "ctrl+e": _to(lambda behind, length: 0),
}
"""Keys that move the cursor."""
