"""The app: mounts the canvas, loads the scenario behind it, passes keys to the session."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme

from ..errors import RnnstepError
from ..session.settings import THEMES, Settings
from . import terminal
from .canvas import Canvas
from .host import AppHost
from .keeper import SECONDS, Keeper

if TYPE_CHECKING:
    from ..session.session import Session
    from .paint import Painter

_CONTRAST = Theme(
    "contrast", primary="#80c8ff", accent="#ffff00", foreground="#ffffff", background="#000000",
    surface="#000000", panel="#000000", dark=True,
)  # fmt: skip
_TEXTUAL_THEMES = {"dark": "textual-dark", "light": "textual-light", "contrast": "contrast"}
"""What help and palette wear; the canvas has its own colours."""

PATIENCE = 0.02
"""Seconds that a picture waits for what its panel shows; then it says that it is computing."""


class Left(Exception):
    """The app was left while it was loading."""


class RnnstepApp(App[int], inherit_bindings=False):
    """The terminal app.

    Parameters
    ----------
    load : callable
        Makes the session and the keymap (command by key); runs in a thread. What it raises ends
        the app and is in ``failure``. It is handed a function to be told how far it is, in a few
        words, which ends it once the app was left.
    splash : str
        What is shown until then.
    settings : Settings
    """

    TITLE = "rnnstep"
    BINDINGS = [Binding("ctrl+q", "quit", show=False, priority=True)]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    class Computed(Message):
        """Something that is shown has been computed, or has come nearer."""

    class Loading(Message):
        """Loading has come nearer to its end."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        load: Callable[[Callable[[str], None]], tuple[Session, dict[str, str]]],
        splash: str,
        settings: Settings,
    ) -> None:
        super().__init__()
        self.load = load
        self.canvas = Canvas(splash)
        self.host = AppHost(self)
        self.settings = settings
        self.keymap_commands: dict[str, str] = {}
        self.look = settings.theme
        self.session: Session | None = None
        self.painter: Painter | None = None
        self.failure: Exception | None = None
        self.crash: Exception | None = None
        self._waiting = False
        self._left = False
        self.keeper = Keeper(self)
        self._playing = False

    def compose(self) -> ComposeResult:
        yield self.canvas

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.register_theme(_CONTRAST)
        self._dress()
        self.canvas.focus()
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            try:
                loop = asyncio.get_running_loop()
                loop.add_signal_handler(number, partial(self.exit, 128 + number))
            except (NotImplementedError, RuntimeError, ValueError):
                break  # Windows, or not the main thread: the system's own way of ending.
        self.call_after_refresh(self._begin)
        self.set_interval(SECONDS, self.keeper.look)

    async def action_quit(self) -> None:
        self.host.quit()
        self.paint()

    def _begin(self) -> None:
        self.run_worker(self._load, thread=True, exit_on_error=False)

    def _load(self) -> None:
        try:
            session, self.keymap_commands = self.load(self._loaded)
        except Left:
            return
        except Exception as error:
            # Whoever runs the app tells a broken file from a bug and prints it.
            self.failure = error
            self.call_from_thread(self.exit, 2)
            return
        # What was imported and loaded stays until the end; looking through it for garbage would
        # hold up a key by some 40 ms now and then.
        gc.freeze()
        if not self._left:
            self.call_from_thread(self._ready_to_show, session)

    def _loaded(self, text: str) -> None:
        """Show how far loading is; called in its thread."""
        if self._left:
            raise Left
        self.post_message(self.Loading(text))

    def on_rnnstep_app_loading(self, event: Loading) -> None:
        self.canvas.tell(event.text)

    def change(self, load: Callable[[], Session]) -> None:
        """Show another session, which is loaded in a thread; if it cannot be, say why."""
        self.run_worker(
            partial(self._change, load), thread=True, exclusive=True, group="change",
            description="change",
        )  # fmt: skip

    def _change(self, load: Callable[[], Session]) -> None:
        try:
            session = load()
        except RnnstepError as error:
            self.call_from_thread(self.complain, str(error))
            return
        self.call_from_thread(self._ready_to_show, session)

    def complain(self, text: str) -> None:
        """Show a message."""
        if self.session is not None:
            self.session.message = text.partition("\n")[0]
        self.paint()

    def _ready_to_show(self, session: Session) -> None:
        from .paint import Painter

        if self.session is not None:
            self._stop_computing(self.session)
        self.keeper.take_over(session)
        self.session = session
        self.painter = Painter(self.glyphs())
        travel = session.travel
        for jobs, patience in (
            (session.analysis, PATIENCE), (travel.jobs, PATIENCE), (travel.marking.jobs, 0.0)
        ):  # fmt: skip
            jobs.in_background(patience, lambda: self.post_message(self.Computed()))
        self.paint()

    def on_rnnstep_app_computed(self) -> None:
        from ..session.pending import resume

        if self.session is not None:
            resume(self.session)
        self.paint()

    def on_unmount(self) -> None:
        self._left = True
        if self.session is not None:
            self._stop_computing(self.session)

    def _stop_computing(self, session: Session) -> None:
        for jobs in (session.analysis, session.travel.jobs, session.travel.marking.jobs):
            jobs.cancel()

    def glyphs(self) -> str:
        """Which kind of glyph shows values, as chosen or as the terminal can."""
        if self.settings.glyphs != "auto":
            return self.settings.glyphs
        return "blocks" if terminal.colour_system(self) in ("truecolor", "256") else "unicode"

    def paint(self) -> None:
        """Show the session as it is now; while output still waits, a little later."""
        if self.session is None or self.painter is None or self._waiting:
            return
        if terminal.can_write(self) and terminal.busy(self):
            self._waiting = True
            self.set_timer(0.004, self._paint_late)
            return
        from .palette import make_palette

        width, height = self.canvas.size
        if width and height:
            picture = self.painter.paint(self.session, width, height)
            self.canvas.show(picture, make_palette(self.look, terminal.colour_system(self)))

    def _paint_late(self) -> None:
        self._waiting = False
        self.paint()

    def do(self, command: str) -> None:
        """Run a command of the table."""
        if self.session is None:
            return
        from ..session.commands import perform

        perform(self.session, self.host, command)
        self.paint()
        self._keep_playing()

    def on_canvas_key(self, event: Canvas.Key) -> None:
        session = self.session
        if session is None:
            # The keymap comes with the session; leaving must work before.
            if event.key in ("q", "ctrl+c", "escape"):
                self.exit(0)
            return
        from ..session.keys import press

        press(session, self.host, self.keymap_commands, event.key, event.character)
        self.paint()
        self._keep_playing()

    def on_canvas_hit(self, event: Canvas.Hit) -> None:
        from ..session.commands import COVERING
        from ..session.keeping import pass_by

        session, painter = self.session, self.painter
        if session is None or painter is None:
            return
        pass_by(session)
        command = None if event.wheel else painter.command_at(event.column, event.row)
        if command:
            self.do(command)
            return
        if session.mode in COVERING:
            return
        if event.wheel:
            self.do("step" if event.wheel > 0 else "rewind")
            return
        lane = painter.lane_at(event.row)
        if lane:
            session.select_lane(lane)
        step = painter.step_at(session, event.column, event.row)
        if step is not None:
            session.playing = False
            session.jump(step)
        self.paint()

    def on_canvas_resized(self, event: Canvas.Resized) -> None:
        self.paint()

    def _keep_playing(self) -> None:
        if self.session is not None and self.session.playing and not self._playing:
            self._playing = True
            self._next_tick()

    def _next_tick(self) -> None:
        from ..session.session import SPEEDS

        if self.session is not None and self.session.playing:
            self.set_timer(1 / SPEEDS[self.session.speed], self._tick)
        else:
            self._playing = False

    def _tick(self) -> None:
        if self.session is not None and self.session.playing:
            self.session.tick()
            self.paint()
        self._next_tick()

    def _dress(self) -> None:
        self.theme = _TEXTUAL_THEMES[self.look]

    def wear(self, theme: str) -> None:
        """Change the theme."""
        self.look = theme
        self._dress()
        if self.session is not None:
            self.session.message = f"theme: {theme}"
        self.paint()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette's entries: the table of commands, and the themes."""
        from ..session.commands import available, key_name

        for command in available(self.session) if self.session is not None else ():
            if command.id != "palette":
                keys = ", ".join(key_name(key) for key in command.keys)
                title = command.title[:1].upper() + command.title[1:]
                yield SystemCommand(
                    f"{title}  ({keys})" if keys else title, f"{command.group}: {command.id}",
                    partial(self.do, command.id),
                )  # fmt: skip
        for theme in THEMES:
            yield SystemCommand(
                f"Theme: {theme}", "What is shown", partial(self.wear, theme)
            )

    def _handle_exception(self, error: Exception) -> None:
        """Leave without Textual's own traceback, which prints the values of variables."""
        self.crash = self.crash or error
        self._return_code = 70
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()
