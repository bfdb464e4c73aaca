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
        if not listed:
            print("rnnstep: this is no terminal, so here are the contents (see `rnnstep learn"
                  " --list`)", file=sys.stderr)  # fmt: skip
        print(contents_text(read_climb(name, language)[0]))
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


def read_climb(name: str, language: str) -> tuple[Climb, int | None]:
    """The lessons, and which of them a name means: a number, a lesson's name, or a file.

    A file is opened together with the lessons beside it.

    Raises
    ------
    CourseError
        If there is no such lesson.
    """
    from ..scenario.course import find_card, ladder_folder, read_cards
    from ..session.climb import Climb
    from ..session.progress import load_progress

    path = Path(name)
    is_file = path.suffix in (".yaml", ".yml")
    cards = read_cards(path.parent if is_file else ladder_folder(), language)
    wanted = path.stem if is_file else name
    index = find_card(cards, wanted) if wanted else None
    climb = Climb(cards, load_progress(language=language), language)
    return climb, index


def contents_text(climb: Climb) -> str:
    """The contents page as text."""
    rows = [climb.word("ladder"), ""]
    for index, card in enumerate(climb.cards):
        rows.append(f"{card.number:>3}  {padded(card.path.stem, 14)} {card.title}")
        rows.append(f"{'':20}{card.teaches}")
        rows.append(f"{'':20}({climb.state(index)})")
    rows += ["", climb.word("total", done=climb.done, count=len(climb.cards))]
    return "\n".join([*rows, *([climb.progress.message] if climb.progress.message else [])])
