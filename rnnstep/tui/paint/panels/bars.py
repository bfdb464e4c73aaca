"""Signed bars, one a step: up from a line for what is positive, down for what is negative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ....export.text import short_exponent
from ...frame import ink
from ...palette import LEVELS, REVERSE, SIGNED, index
from .view import View

_UP = " ▁▂▃▄▅▆▇█"
_ASCII = " ..::####"
_GAP_FROM = 3  # Columns a step from which bars stand apart.


@dataclass(frozen=True)
class Bars:
    """Cells of a bar chart.

    Attributes
    ----------
    chars, styles : (rows, n) ndarray
    up : int
        Rows above the line; the others are below it.
    """

    chars: np.ndarray
    styles: np.ndarray
    up: int


def rows_up(low: float, high: float, rows: int) -> int:
    """Rows above the line for values between two numbers."""
    if low >= 0:
        return rows
    if high <= 0:
        return 0
    return (rows + 1) // 2


def make_bars(values: np.ndarray, scale: float, rows: int, up: int, plain: bool) -> Bars:
    """Draw values ``(n,)``.

    Parameters
    ----------
    values : (n,) ndarray
        NaN draws a mark of its own.
    scale : float
        The value whose bar fills the rows on its side.
    rows, up : int
        Rows in all, and of these above the line.
    plain : bool
        Whether only ASCII is drawn.

    Notes
    -----
    Downward bars are upward ones with foreground and background exchanged, because terminals have
    no glyphs for an eighth from above.
    """
    chars = np.full((rows, len(values)), " ", dtype="<U1")
    styles = np.full((rows, len(values)), index("text") << 16, dtype=np.int32)
    finite = np.nan_to_num(values, nan=0.0, posinf=scale, neginf=-scale)
    share = np.clip(finite / (scale or 1.0), -1, 1)
    marks = np.array(list(_ASCII if plain else _UP))
    positive, negative = SIGNED + LEVELS - 1, SIGNED
    for row in range(rows):
        above = row < up
        distance = up - 1 - row if above else row - up
        size = share * up if above else -share * (rows - up)
        eighths = np.clip(np.rint((size - distance) * 8), 0, 8).astype(int)
        # A small bar is still seen: what is not zero has at least an eighth.
        side = finite > 0 if above else finite < 0
        if distance == 0:
            eighths = np.where(side & (eighths == 0), 1, eighths)
        there = eighths > 0
        if above or plain:
            chars[row] = np.where(there, marks[eighths], " ")
            colour = (positive if above else negative) << 16
        else:
            chars[row] = np.where(there & (eighths < 8), marks[8 - eighths], " ")
            colour = negative << 16 | REVERSE
        styles[row] = np.where(there, colour, styles[row])
    bad = np.isnan(values)
    middle = min(max(up - 1, 0), rows - 1)
    chars[middle] = np.where(bad, "!", chars[middle])
    styles[middle] = np.where(bad, index("nan") << 16, styles[middle])
    return Bars(chars, styles, up)


def draw_bars(view: View, values: np.ndarray, scale: float, up: int) -> None:
    """Draw bars from the page's first step on, and their axis left of them."""
    if len(values):
        bars = make_bars(values, scale, view.rows, up, view.plain)
        wide = view.layout.columns
        chars, styles = (np.repeat(part, wide, axis=1) for part in (bars.chars, bars.styles))
        if wide >= _GAP_FROM:
            chars[:, wide - 1 :: wide] = " "
            styles[:, wide - 1 :: wide] = index("text") << 16
        view.frame.cells(view.top, view.layout.left, chars, styles)
    last = view.top + view.rows - 1
    if up:
        view.gutter(view.top, short_exponent(f"{scale:+.3g}"))
    if up < view.rows:
        view.gutter(last, short_exponent(f"{-scale:+.3g}"))
    if view.rows > 2:
        zero = view.top if up == 0 else last if up == view.rows else view.top + up - 1
        view.gutter(zero, "0")
    line = "|" if view.plain else "│"
    for row in range(view.top, last + 1):
        view.frame.text(row, view.layout.left - 1, line, ink("faint"))
