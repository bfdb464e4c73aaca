"""The glyph and the colour that stand for a lane wherever lanes are drawn over each other."""

from __future__ import annotations

from ....session.session import Session

_SHAPES = "●▲■◆○△□◇▼▽◁▷"
_PLAIN = "123456789@&%"
_COLOURS = 6


def lane_mark(session: Session, lane: str, plain: bool) -> tuple[str, str]:
    """A lane's glyph and the name of its colour; in ASCII the glyph is its number if it has one."""
    place = session.lanes.index(lane)
    return (_PLAIN if plain else _SHAPES)[place], f"lane{place % _COLOURS + 1}"


def header_mark(session: Session, lane: str, glyphs: str) -> tuple[str, str]:
    """The same for a lane's header; in ASCII the number that stands there is enough."""
    mark, colour = lane_mark(session, lane, glyphs == "ascii")
    return ("" if mark.isdigit() else mark), colour
