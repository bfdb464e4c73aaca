"""The whole picture of a session, and what lies where in it."""

from __future__ import annotations

from ...export.text import wrap
from ...scenario.scenario import Model
from ...session.session import Session
from ..frame import Frame, ink
from ..layout import Layout, make_layout
from .chrome import (
    longest_note,
    paint_footer,
    paint_note,
    paint_title,
)
from .contents import paint_contents
from .inspector import paint_inspector
from .lane import paint_lane, shown_signals, wanted_gutter
from .lesson import page_lines, paint_page
from .maps import Maps
from .panels import Panels, panel_painter, panel_rows
from .prompt import paint_last_row
from .tape import paint_tape
from .timeline import paint_timeline, timeline_step

SMALLEST = (40, 10)


def paint_too_small(frame: Frame) -> None:
    """Say that there is no room, in as many lines as the sentence needs, or in fewer words."""
    needed = f"{SMALLEST[0]}×{SMALLEST[1]}"
    forms = (f"{frame.width}×{frame.height} is too small; {needed} is needed", f"needs {needed}")
    lines = next((wrap(form, frame.width) for form in forms
                  if len(wrap(form, frame.width)) <= frame.height), [needed])  # fmt: skip
    for row, line in enumerate(lines):
        frame.text(row, 0, line, ink("text"), frame.width)


class Painter:
    """Paints one session; keeps between two pictures what does not depend on where it stands.

    Attributes
    ----------
    glyphs : {"blocks", "unicode", "ascii"}
    layout : Layout or None
        Of the last picture.
    """

    def __init__(self, glyphs: str = "blocks") -> None:
        self.glyphs = glyphs
        self.layout: Layout | None = None
        self._maps = Maps()
        self._panels = Panels()
        self._hits: list[tuple[int, int, int, str]] = []
        self._signals: dict[Model, tuple[tuple[str, int], ...]] = {}
        self._gutters: dict[Model, int] = {}
        self._note_lines: dict[tuple[int, int], int] = {}

    def paint(self, session: Session, width: int, height: int) -> Frame:
        """Draw everything."""
        frame = Frame(width, height, self.glyphs == "ascii")
        if width < SMALLEST[0] or height < SMALLEST[1]:
            self.layout, self._hits = None, []
            paint_too_small(frame)
            return frame
        if session.mode == "contents" and session.sitting is not None:
            self.layout = None
            self._hits = paint_contents(frame, session.sitting.climb)
            self._hits += paint_footer(frame, session, height - 1)
            paint_last_row(frame, session, height - 1)
            return frame
        # By model, for a fork may have the name of another that was dropped.
        models = session.run.scenario.models
        for name, model in models.items():
            if model not in self._signals:
                self._signals[model] = shown_signals(session, name)
                self._gutters[model] = wanted_gutter(session, name)
        noted = width, len(session.notebook.notes)
        if noted not in self._note_lines:
            self._note_lines[noted] = longest_note(session, width)
        lanes = {name: self._signals[models[name]] for name in session.shown}
        page = page_lines(session, width)
        layout = self.layout = make_layout(
            width, height, lanes, session.active, session.run.length, session.inspect,
            len(page) or self._note_lines[noted], panel_rows(session, width), bool(page),
            session.t, 2 if self.glyphs == "blocks" else 1,
            max(self._gutters[models[name]] for name in lanes),
        )  # fmt: skip
        plain = self.glyphs == "ascii"
        paint_title(frame, session, layout.without)
        paint_tape(frame, session, layout, self.glyphs)
        with session.analysis.round():
            facts = self._panels.paint(frame, session, layout, self.glyphs)
            if layout.inspector:
                paint_inspector(frame, session, layout.inspector, plain)
        for box in layout.lanes:
            fact = facts.get(box.name)
            paint_lane(frame, session, layout, box, self._maps, self.glyphs, fact)
        self._hits = paint_footer(frame, session, layout.footer)
        if page and layout.note:
            self._hits += paint_page(frame, session, layout.note, page)
        elif layout.note:
            paint_note(frame, session, layout.note, plain)
        paint_timeline(frame, session, layout, plain)
        paint_last_row(frame, session, layout.footer)
        return frame

    def command_at(self, column: int, row: int) -> str | None:
        """The command that lies at a cell: of the footer, or of a page of a lesson."""
        return next(
            (c for at, start, stop, c in self._hits if at == row and start <= column < stop), None
        )

    def step_at(self, session: Session, column: int, row: int) -> int | None:
        """The step that a cell of the tape, the maps or the timeline belongs to."""
        layout = self.layout
        if layout is None:
            return None
        length = session.run.length
        if row == layout.timeline:
            return timeline_step(layout, column, length)
        parts = [(box.top, box.height) for box in layout.lanes]
        below = panel_painter(session)
        if layout.panel and below is not None and below.along:
            parts.append((layout.panel.top, layout.panel.height))
        in_maps = any(top < row < top + rows for top, rows in parts)
        if row in (layout.tape, layout.ruler) or in_maps:
            inside = layout.left <= column < layout.left + layout.map_width
            first, _ = layout.page_of(session.t)
            step = first + (column - layout.left) // layout.columns
            return step if inside and step <= length else None
        return None

    def lane_at(self, row: int) -> str | None:
        """The lane that a row belongs to."""
        if self.layout is None:
            return None
        return next(
            (b.name for b in self.layout.lanes if b.top <= row < b.top + b.height), None
        )
