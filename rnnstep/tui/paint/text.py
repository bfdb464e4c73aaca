"""Small pieces of text that several parts of the screen share."""

from __future__ import annotations

import math

from ...export.glyphs import GATE_GLYPHS
from ...export.text import cell_width, cut, short_exponent


def number(value: float, gate: bool = False) -> str:
    """A value in at most six columns, with its sign unless it is a gate's.

    What a patch has put far out of a gate's range is written as any other value.
    """
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "+inf" if value > 0 else "-inf"
    if gate and -100 < value < 1000:
        return f"{value:.2f}"
    size = abs(value)
    if size >= 9999.5 or 0 < size < 0.0005:
        return short_exponent(f"{value:+.0e}")
    digits = 3 if size < 9.9995 else 2 if size < 99.995 else 1 if size < 999.95 else 0
    text = f"{value:+.{digits}f}"
    return text if value else " 0"


def bar(share: float, ascii_only: bool = False) -> str:
    """One cell whose height is a share from 0 to 1."""
    if math.isnan(share):
        return "?"
    bars = GATE_GLYPHS["ascii" if ascii_only else "unicode"]
    return bars[min(int(max(0.0, min(share, 1.0)) * len(bars)), len(bars) - 1)]


def shortened(text: str, room: int) -> str:
    """A text in a number of cells: whole, or its first words and an ellipsis."""
    if cell_width(text) <= room:
        return text
    kept = cut(text, max(room - 1, 0))
    if text[len(kept)] != " ":
        kept = kept.rpartition(" ")[0] or kept
    return f"{kept.rstrip(' ,;')}…" if room > 0 else ""


def short_role(role: str) -> str:
    """A role without the words that go without saying: forget gate → forget."""
    return role.removesuffix(" gate").removesuffix(" state")
