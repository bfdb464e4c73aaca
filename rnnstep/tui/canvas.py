"""The one widget of the main screen: shows a frame, and says which keys and cells were hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from . import terminal

if TYPE_CHECKING:
    from .frame import Frame
    from .palette import Palette


class Canvas(Widget, can_focus=True):
    """Shows a frame; draws only what differs from the one before."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; }"

    class Key(Message):
        """A key was pressed."""

        def __init__(self, key: str, character: str | None) -> None:
            super().__init__()
            self.key = key
            self.character = character

    class Hit(Message):
        """A cell was clicked, or (``wheel`` ±1) the wheel turned over it."""

        def __init__(self, column: int, row: int, wheel: int = 0) -> None:
            super().__init__()
            self.column = column
            self.row = row
            self.wheel = wheel

    class Resized(Message):
        """The canvas has another size."""

    def __init__(self, splash: str) -> None:
        super().__init__()
        self.splash = splash
        self.picture: Frame | None = None
        self.palette: Palette | None = None

    def tell(self, splash: str) -> None:
        """Show another text until there is a picture."""
        self.splash = splash
        if self.picture is None:
            self.refresh()

    def show(self, picture: Frame, palette: Palette) -> None:
        """Put a picture on the screen."""
        before, self.picture = self.picture, picture
        same = (
            before is not None
            and (before.width, before.height) == (picture.width, picture.height)
            and self.palette is palette
            and (picture.width, picture.height) == (self.size.width, self.size.height)
        )
        self.palette = palette
        if same and before is not None and terminal.can_write(self.app):
            from .frame import difference

            terminal.write(self.app, difference(before, picture, palette))
        else:
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows of the picture for Textual, when it draws the screen itself."""
        picture, palette = self.picture, self.palette
        if picture is None or palette is None:
            return [self._splash_row(row, crop) for row in range(crop.y, crop.bottom)]
        rows = []
        for row in range(crop.y, crop.bottom):
            if row < picture.height and crop.x < picture.width:
                strip = picture.strip(row, crop.x, min(crop.right, picture.width), palette)
            else:
                strip = Strip([], 0)
            rows.append(strip.adjust_cell_length(crop.width, Style()))
        return rows

    def _splash_row(self, row: int, crop: Region) -> Strip:
        text = {0: " rnnstep", 1: f" {self.splash}"}.get(row, "")
        strip = Strip([Segment(text, Style())])
        return strip.adjust_cell_length(self.size.width, Style()).crop(crop.x, crop.right)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.Key(event.key, event.character if event.is_printable else None))

    def on_resize(self, event: events.Resize) -> None:
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Hit(event.x, event.y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.post_message(self.Hit(event.x, event.y, 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.post_message(self.Hit(event.x, event.y, -1))
