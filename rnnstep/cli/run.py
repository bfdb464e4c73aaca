"""`rnnstep run` and `rnnstep show`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RnnstepError, listed
from ..session.opening_options import Opening
from .language import chosen_language

if TYPE_CHECKING:
    from ..session.session import Session
    from ..session.settings import Settings


def chosen_settings(theme: str, glyphs: str) -> Settings:
    """The user's settings, with what the command line says in their place.

    Raises
    ------
    RnnstepError
        If there is no such theme, or no such glyphs.
    """
    from ..session.settings import GLYPHS, THEMES, Settings, load_settings

    chosen = load_settings()
    for name, value, choices in (("theme", theme, THEMES), ("glyphs", glyphs, GLYPHS)):
        if value and value not in choices:
            raise RnnstepError(f"--{name} is {value!r}; it can be {listed(choices)}")
    return Settings(theme or chosen.theme, glyphs or chosen.glyphs, chosen.keys)


def run_file(
    file: Path, opening: Opening | None = None, theme: str = "", glyphs: str = "", lang: str = ""
) -> int:
    """Open the app, or print a step where there is no terminal."""
    opening = opening or Opening()
    language = chosen_language(lang)
    settings = chosen_settings(theme, glyphs)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("rnnstep: this is no terminal, so here is the step as text (see `rnnstep show`)",
              file=sys.stderr)  # fmt: skip
        lanes = (opening.lane,) if opening.lane else ()
        opening = replace(opening, at=opening.at or "last")
        return show_file(file, opening, lanes, opening.unit, lang)

    def load(tell: Callable[[str], None]) -> tuple[Session, dict[str, str]]:
        # Imported here, in the app's thread: NumPy and the rest load while the screen is up.
        from ..scenario.load import load_scenario
        from ..scenario.run import run_scenario
        from ..session.keeping import offer_kept
        from ..session.keymap import build_keymap
        from ..session.opening import open_at
        from ..session.pending import TOLD
        from ..session.session import Session

        keymap = build_keymap(settings.keys)
        scenario = load_scenario(file, language=language)
        told = 0.0

        def progress(lane: str, step: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told > TOLD:
                told = now
                tell(f"running {lane}: step {step:,} of {scenario.tape.length:,}")

        session = Session(run_scenario(scenario, progress=progress))
        session.travel.watch = tell
        open_at(session, opening)
        session.travel.watch = None
        offer_kept(session)
        return session, keymap

    from ..tui.runner import run_app
    from . import splash

    splash.clear()
    return run_app(load, f"loading {file} …", settings)


def show_file(
    file: Path, opening: Opening, lanes: tuple[str, ...], unit: int | None, lang: str = ""
) -> int:
    """Print the step of a place, in these lanes; what the place has wrong is said.

    Raises
    ------
    RnnstepError
        Whatever the app would say of it.
    """
    from ..export.show import show_step
    from ..scenario.load import load_scenario
    from ..scenario.run import run_scenario
    from ..session.opening import open_at
    from ..session.session import Session

    session = Session(run_scenario(load_scenario(file, language=chosen_language(lang))))
    open_at(session, opening)
    print(show_step(session.run, session.t, lanes, unit))
    return 0
