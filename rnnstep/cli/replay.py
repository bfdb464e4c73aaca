"""`rnnstep replay`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RnnstepError, listed
from .language import chosen_language

if TYPE_CHECKING:
    from ..session.session import Session


@dataclass(frozen=True)
class Drive:
    """What is pressed, and in what.

    Attributes
    ----------
    keys : str
        Words between spaces.
    at : str
        The step or mark where it starts; as the file opens, if empty.
    lesson : bool
        Whether the questions of the file's lesson are asked.
    lang : str
        Of the texts; that of the locale if empty.
    """

    keys: str
    at: str = ""
    lesson: bool = False
    lang: str = ""


def replay_file(
    file: Path, drive: Drive, size: str, svg: Path | None, theme: str, glyphs: str
) -> int:
    """Drive a session by keys; print the last screen, or save it."""
    from ..files import write_atomically
    from ..session.keymap import build_keymap
    from ..session.replay import replay
    from ..session.settings import GLYPHS, THEMES
    from ..tui.paint import Painter
    from ..tui.palette import make_palette
    from ..tui.picture import as_svg, as_text

    for name, value, choices in (("theme", theme, THEMES), ("glyphs", glyphs, GLYPHS)):
        if value not in choices:
            raise RnnstepError(f"--{name} is {value!r}; it can be {listed(choices)}")
    found = re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,3})", size)
    if not found:
        raise RnnstepError(f"--size is {size!r}; it has the form COLUMNSxROWS, as 120x40")
    session = _session(file, drive)
    if drive.at:
        session.goto(drive.at)
    replay(session, build_keymap({}), drive.keys)
    kind = ("blocks" if svg else "unicode") if glyphs == "auto" else glyphs
    frame = Painter(kind).paint(session, int(found[1]), int(found[2]))
    if svg is None:
        print(as_text(frame))
        return 0
    title = f"rnnstep run {file} --at {session.t}"
    write_atomically(svg, as_svg(frame, make_palette(theme, "truecolor"), title).encode())
    print(svg)
    return 0


def _session(file: Path, drive: Drive) -> Session:
    """The session of a scenario, or of the lesson that it is."""
    from ..scenario.course import course_of, find_card, read_cards
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario
    from ..session.climb import Climb, begin_lesson
    from ..session.progress import Progress
    from ..session.session import Session

    language = chosen_language(drive.lang)
    if not drive.lesson:
        return Session(run_scenario(load_scenario(file, language=language)))
    cards = read_cards(file.parent, language)
    climb = Climb(cards, Progress(), language, course_of(file.parent))
    return begin_lesson(climb, find_card(cards, file.stem))
