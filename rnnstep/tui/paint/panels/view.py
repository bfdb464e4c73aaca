"""What a panel is handed to paint with, and what all panels paint alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ....export.text import cell_width
from ....session.panels import aspect, aspects
from ....session.session import Session
from ...frame import Frame, ink
from ...layout import Box, Layout
from ...palette import BOLD
from ..text import shortened


@dataclass(frozen=True)
class View:
    """One panel on one picture.

    Attributes
    ----------
    frame : Frame
    session : Session
    layout : Layout
    box : Box
        Of the panel: its first row is the header.
    glyphs : {"blocks", "unicode", "ascii"}
    """

    frame: Frame
    session: Session
    layout: Layout
    box: Box
    glyphs: str

    @property
    def plain(self) -> bool:
        """Whether only ASCII is drawn."""
        return self.glyphs == "ascii"

    @property
    def top(self) -> int:
        """First row below the header."""
        return self.box.top + 1

    @property
    def rows(self) -> int:
        """Rows below the header."""
        return self.box.height - 1

    @property
    def steps(self) -> range:
        """Steps of the page, from 1."""
        first, last = self.layout.page_of(self.session.t)
        return range(first, min(last, self.session.run.length) + 1)

    def column(self, step: int) -> int:
        """The column in the middle of a step."""
        return self.layout.column(step) + self.layout.columns // 2

    def header(self, title: str, *forms: str, enough: int = 0) -> None:
        """Draw the first row: the title, what it says, and the choice of aspects.

        Of what it says, the first form that fits is shown; the last one may be shortened. The
        choice gives way where there would be room for none of the first ``enough`` forms (by
        default, for the last form only), and its last word where there would be none at all.
        """
        frame, box = self.frame, self.box
        frame.fill(box.top, 0, 1, box.width, ink("text", "panel"))
        choices = self._choices() or [[]]
        column = min(1 + cell_width(title), box.width - 2)
        rooms = [box.width - 1 - column - 1 - 3 * bool(forms) - _width(choice)
                 for choice in choices]  # fmt: skip
        fit = [next((k for k, form in enumerate(forms) if cell_width(form) <= room), len(forms))
               for room in rooms]  # fmt: skip
        enough = enough or max(len(forms) - 1, 1)
        best = next((k for k, form in enumerate(fit[:-1]) if form < enough), -1)
        if best < 0:
            best = next((k for k, form in enumerate(fit) if form < len(forms)), len(fit) - 1)
        choice, room = choices[best], rooms[best]
        at = box.width - _width(choice) - 1
        if at > column:
            for text, name in choice:
                at = frame.text(box.top, at, text, ink(name, "panel", BOLD * (name == "cursor")))
        else:
            room += _width(choice)
        frame.text(box.top, 1, title, ink("accent", "panel", BOLD), box.width - 2)
        if forms and room > 0:
            shown = forms[fit[best]] if fit[best] < len(forms) else shortened(forms[-1], room)
            frame.text(box.top, column, f" · {shown}", ink("dim", "panel"))

    def _choices(self) -> list[list[tuple[str, str]]]:
        """What the panel can be about, in pieces with their colours; in fewer and fewer words."""
        if self.session.notebook.left:
            return []
        names, chosen = aspects(self.session), aspect(self.session)
        if len(names) < 2:
            return []
        number = f" {names.index(chosen) + 1}/{len(names)}"
        whole = [("a:", "dim"), *((f" {name}", "cursor" if name == chosen else "dim")
                                  for name in names)]  # fmt: skip
        brief = [("a:", "dim"), (f" {chosen}", "cursor"), (number, "dim")]
        # What the panel says is worth more than what else it could be about.
        long = [whole] if _width(whole) <= self.box.width // 3 else []
        return [*long, *([brief] if not long or _width(brief) < _width(whole) else []),
                [("a:", "dim"), (number, "dim")]]  # fmt: skip

    def gutter(self, row: int, text: str, name: str = "dim") -> None:
        """Write left of the tape's columns, against them, as much as fits there."""
        room = self.layout.left - 1
        start = max(room - len(text), 0)
        self.frame.text(row, start, text, ink(name), room - start)

    def aside(self, lines: Sequence[str], bottom: bool = False) -> None:
        """Write at the right end of the first (or last) rows, where nothing else is drawn."""
        frame, stop = self.frame, self.box.width - 1
        for number, line in enumerate(lines):
            row = self.top + (self.rows - len(lines) + number if bottom else number)
            start = stop - cell_width(line)
            if not self.top <= row < self.top + self.rows or start < self.layout.left:
                continue
            if (frame.chars[row, max(start - 2, 0) : stop] == " ").all():
                frame.text(row, start, line, ink("dim"))

    def computing(self, title: str) -> None:
        """Say that the answer is on its way."""
        self.header(title)
        self.frame.text(self.top, self.layout.left, "computing … esc gives up", ink("cursor"))


def _width(pieces: Sequence[tuple[str, str]]) -> int:
    return sum(cell_width(text) for text, _ in pieces)


@dataclass(frozen=True)
class LaneFact:
    """What a panel has to say in a lane's header.

    Attributes
    ----------
    mark, colour : str
        The glyph that stands for the lane in the panel, and its colour; an empty mark for none.
    forms : tuple of str
        What it says, the longest form first; the first that fits is shown.
    """

    mark: str
    colour: str
    forms: tuple[str, ...] = ()


def no_facts(session: Session, layout: Layout, glyphs: str) -> Mapping[str, LaneFact]:
    """A panel that has nothing to say of single lanes."""
    return {}


@dataclass(frozen=True)
class PanelPainter:
    """How a panel is painted.

    Attributes
    ----------
    paint : callable
    least, wanted : int
        Rows that it needs and would like, its header among them.
    facts : callable
        What it says in the header of each lane.
    along : bool
        Whether its columns are steps of the tape.
    """

    paint: Callable[[View], None]
    least: int
    wanted: int
    facts: Callable[[Session, Layout, str], Mapping[str, LaneFact]] = no_facts
    along: bool = True
