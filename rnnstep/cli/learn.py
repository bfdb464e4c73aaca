"""`rnnstep learn`: the lessons in the app, their contents as text, and the progress."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..export.text import padded
from .language import chosen_language
from .run import chosen_settings

if TYPE_CHECKING:
    from ..session.climb import Climb
    from ..session.session import Session


def learn(
    name: str, lang: str = "", listed: bool = False, reset: bool = False, theme: str = "",
    glyphs: str = "",
) -> int:  # fmt: skip
    """Open the lessons: the contents page, or the lesson that is named."""
    language = chosen_language(lang)
    settings = chosen_settings(theme, glyphs)
    if reset:
        from ..session.progress import progress_path, reset_progress

        there = reset_progress()
        print(f"forgotten: {progress_path()}" if there else "there was no progress to forget")
        return 0
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if listed or not terminal:
        contents = "\n\n".join(contents_text(climb) for climb in _listed(name, language))
        if not listed:
            print("rnnstep: this is no terminal, so here are the contents (see `rnnstep learn"
                  " --list`)", file=sys.stderr)  # fmt: skip
        print(contents)
        return 0

    def load(tell: Callable[[str], None]) -> tuple[Session, dict[str, str]]:
        from ..session.climb import begin_lesson
        from ..session.keymap import build_keymap

        keymap = build_keymap(settings.keys)
        climb, index = read_climb(name, language)
        session = begin_lesson(climb, climb.first_open if index is None else index)
        climb.contents = index is None
        session.message, climb.progress.message = climb.progress.message, ""
        return session, keymap

    from ..tui.runner import run_app
    from . import splash

    splash.clear()
    return run_app(load, "rnnstep learn …", settings)


def _listed(name: str, language: str) -> list[Climb]:
    """The courses whose contents are printed: all that ship, or the one that is named."""
    from ..scenario.course import COURSES

    return [read_climb(course, language)[0] for course in ([name] if name else COURSES)]


def read_climb(name: str, language: str) -> tuple[Climb, int | None]:
    """The lessons, and which of them a name means.

    A course, a lesson of any course, a number of the ladder, or a file, which is opened together
    with the lessons beside it.

    Raises
    ------
    CourseError
        If there is no such lesson.
    """
    from ..scenario.course import COURSES, course_folder, course_of, find_card, read_cards
    from ..session.climb import Climb
    from ..session.progress import load_progress

    progress = load_progress(language=language)
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        cards = read_cards(path.parent, language)
        climb = Climb(cards, progress, language, course_of(path.parent))
        return climb, find_card(cards, path.stem)
    courses = {course: read_cards(course_folder(course), language) for course in COURSES}
    ladder, *others = courses
    rest = tuple(card for course in others for card in courses[course])
    course = name if name in courses else next(
        (other for other in others if name in {card.path.stem for card in courses[other]}), ladder
    )  # fmt: skip
    index = None if name in ("", *courses) else find_card(courses[course], name, rest)
    return Climb(courses[course], progress, language, course), index


def contents_text(climb: Climb) -> str:
    """The contents page as text."""
    rows = [climb.title, ""]
    for index, card in enumerate(climb.cards):
        rows.append(f"{card.number:>3}  {padded(card.path.stem, 14)} {card.title}")
        rows.append(f"{'':20}{card.teaches}")
        rows.append(f"{'':20}({climb.state(index)})")
    rows += ["", climb.word("total", done=climb.done, count=len(climb.cards))]
    return "\n".join([*rows, *([climb.progress.message] if climb.progress.message else [])])
