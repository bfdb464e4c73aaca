"""What commands may ask of the app."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..session.settings import THEMES

if TYPE_CHECKING:
    from .app import RnnstepApp


class AppHost:
    """The app as commands see it; see ``rnnstep.session.session.Host``."""

    def __init__(self, app: RnnstepApp) -> None:
        self.app = app

    def quit(self) -> None:
        if self.app.keeper.may_leave():
            self.app.exit(0)

    def help(self) -> None:
        from .help import HelpScreen, about_text, help_text

        app = self.app
        about = about_text(app.session) if app.session else ""
        app.push_screen(HelpScreen(help_text(app.keymap_commands, app.glyphs(), about)))

    def palette(self) -> None:
        self.app.action_command_palette()

    def next_theme(self) -> None:
        self.app.wear(THEMES[(THEMES.index(self.app.look) + 1) % len(THEMES)])

    def suspend(self) -> None:
        self.app.action_suspend_process()

    def redraw(self) -> None:
        self.app.canvas.refresh()

    def open_lesson(self, index: int) -> None:
        from ..session.climb import begin_lesson

        session = self.app.session
        if session is not None and session.sitting is not None:
            self.app.change(partial(begin_lesson, session.sitting.climb, index))

    def copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
