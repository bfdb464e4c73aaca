"""The picture of one screen as arrays, and the escape sequences that turn one into another.

A frame is a grid of characters with foreground, background and attributes, as indices of a palette.
What is written after a key press is the difference of two frames, found by NumPy: the work in
Python is proportional to what changed. A wide character stands in its left cell; its right cell is
empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.strip import Strip

from .palette import Palette, index

_GAP = 4  # Unchanged cells that are cheaper written again than jumped over.


@dataclass(frozen=True)
class Ink:
    """How a text is written: foreground, background (palette indices) and attributes."""

    fg: int
    bg: int = 0
    attributes: int = 0


@cache
def ink(name: str, bg: str = "default", attributes: int = 0) -> Ink:
    """Ink by the names of the colours."""
    return Ink(index(name), index(bg), attributes)


_ASCII = {
    "ₜ₋": "[t-", "σ": "sigmoid", "Σ": "sum", "⊙": "*", "×": "x", "−": "-", "–": "-", "·": ".",
    "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "▶": ">", "✓": "+", "✗": "x", "∞": "inf",
    "␣": "_", "↵": "/", "⇥": ">", "□": "?", "≤": "<=", "≥": ">=", "∂": "d", "─": "-", "│": "|",
    "Ⓐ": "(A)", "Ⓑ": "(B)", "Ⓒ": "(C)", "÷": "/", "‖": "||",
    "²": "^2", "▲": "^", "▼": "v", "‹": "<",
    "Δ": "d", "●": "!",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def to_ascii(text: str) -> str:
    """Write a text in ASCII: ``hₜ₋₁`` becomes ``h[t-1]``; what has no form becomes ``?``."""
    text = re.sub("ₜ₋([₀-₉]+)", lambda m: f"[t-{m[1].translate(_SUBSCRIPTS)}]", text)
    for sign, plain in _ASCII.items():
        text = text.replace(sign, plain)
    return text.encode("ascii", "replace").decode()


class Frame:
    """A grid of cells.

    Attributes
    ----------
    chars : (H, W) ndarray of str
    styles : (H, W) ndarray of int
        ``fg << 16 | bg << 8 | attributes``.
    """

    def __init__(self, width: int, height: int, ascii_only: bool = False) -> None:
        self.ascii_only = ascii_only
        self.width = width
        self.height = height
        self.chars = np.full((height, width), " ", dtype="<U1")
        self.styles = np.full((height, width), index("text") << 16, dtype=np.int32)

    def text(self, row: int, column: int, text: str, how: Ink, limit: int | None = None) -> int:
        """Write a text, cut at ``limit`` columns with an ellipsis; return the column behind it."""
        if not 0 <= row < self.height:
            return column
        if self.ascii_only and not text.isascii():
            text = to_ascii(text)
        stop = self.width if limit is None else min(self.width, column + limit)
        key = how.fg << 16 | how.bg << 8 | how.attributes
        room = stop - column
        # Most texts have a cell for each letter; the others are measured.
        simple = len(text) <= room and text.isascii() and text.isprintable()
        cells: list[str] = list(text) if simple else []
        for letter in () if simple else text:
            size = get_character_cell_size(letter)
            if not letter.isprintable() or size == 0:
                letter, size = "·", 1
            if len(cells) + size > room:
                if cells and room > 0:
                    if len(cells) > 1 and cells[-1] == "":
                        cells[-2:] = [" ", " "]
                    cells[min(len(cells), room) - 1] = "~" if self.ascii_only else "…"
                break
            cells.append(letter)
            if size == 2:
                cells.append("")
        if cells:
            self._part(row, column, column + len(cells))
            self.chars[row, column : column + len(cells)] = cells
            self.styles[row, column : column + len(cells)] = key
        return column + len(cells)

    def _part(self, row: int, start: int, stop: int) -> None:
        """Blank the halves of wide characters that writing over start to stop would leave."""
        if start > 0 and self.chars[row, start] == "":
            self.chars[row, start - 1] = " "
        if stop < self.width and self.chars[row, stop] == "":
            self.chars[row, stop] = " "

    def fill(
        self, row: int, column: int, rows: int, columns: int, how: Ink, char: str = " "
    ) -> None:
        """Fill a rectangle."""
        char = to_ascii(char) if self.ascii_only else char
        area = np.s_[max(row, 0) : row + rows, max(column, 0) : column + columns]
        self.chars[area] = char
        self.styles[area] = how.fg << 16 | how.bg << 8 | how.attributes

    def cells(self, row: int, column: int, chars: np.ndarray, styles: np.ndarray) -> None:
        """Copy a rectangle of cells."""
        rows, columns = chars.shape
        area = np.s_[row : row + rows, column : column + columns]
        self.chars[area] = chars
        self.styles[area] = styles

    def line(self, row: int) -> str:
        """A row's text."""
        return "".join(self.chars[row].tolist())

    def strip(self, row: int, start: int, stop: int, palette: Palette) -> Strip:
        """A row, or a part of it, for Textual."""
        styles = self.styles[row, start:stop]
        if not len(styles):
            return Strip([], 0)
        chars = self.chars[row, start:stop].tolist()
        edges = [0, *(np.flatnonzero(np.diff(styles)) + 1).tolist(), len(chars)]
        segments = [
            Segment("".join(chars[a:b]), palette.style(int(styles[a])))
            for a, b in pairwise(edges)
        ]
        return Strip(segments, stop - start)


def difference(old: Frame, new: Frame, palette: Palette, top: int = 0, left: int = 0) -> str:
    """The escape sequences that turn one picture into another of the same size.

    Parameters
    ----------
    old, new : Frame
    palette : Palette
    top, left : int
        Where the picture's corner lies on the terminal.

    Returns
    -------
    str
        Empty if nothing changed.
    """
    changed = (old.chars != new.chars) | (old.styles != new.styles)
    rows = np.flatnonzero(changed.any(axis=1))
    if not len(rows):
        return ""
    parts: list[str] = []
    current: int | None = None
    for row in rows.tolist():
        columns = np.flatnonzero(changed[row])
        breaks = np.flatnonzero(np.diff(columns) > _GAP)
        starts = [int(columns[0]), *columns[breaks + 1].tolist()]
        stops = [*(columns[breaks] + 1).tolist(), int(columns[-1]) + 1]
        chars = new.chars[row].tolist()
        styles = new.styles[row]
        for start, stop in zip(starts, stops, strict=True):
            # Never begin in the middle of a wide character, of the new picture or the old.
            while start > 0 and (chars[start] == "" or old.chars[row, start] == ""):
                start -= 1
            while stop < new.width and (chars[stop] == "" or old.chars[row, stop] == ""):
                stop += 1
            parts.append(f"\x1b[{top + row + 1};{left + start + 1}H")
            piece = styles[start:stop]
            edges = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), stop - start]
            for a, b in pairwise(edges):
                key = int(piece[a])
                if key != current:
                    parts.append(palette.sgr(key, current))
                    current = key
                parts.append("".join(chars[start + a : start + b]))
    parts.append("\x1b[0m")
    return "".join(parts)
