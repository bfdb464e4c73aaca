"""Aligned tables as text, and numbers in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .glyphs import MISSING
from .text import cell_width, padded


def aligned(lines: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Lines of cells under each other; columns of ``left`` stand to the left, others to the right.

    Parameters
    ----------
    lines : sequence of sequence of str
        Each with as many cells as the first, which are the heads.
    left : sequence of int
    """
    widths = [max(cell_width(line[k]) for line in lines) for k in range(len(lines[0]))]
    return [
        "  ".join(
            padded(cell, width) if k in left else " " * (width - cell_width(cell)) + cell
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def number(value: float, form: str = "{:#.4g}") -> str:
    """A number for people; a dash where there is none."""
    return MISSING if math.isnan(value) else form.format(value)


def real(value: float) -> float | str | None:
    """A number for programs; JSON knows no "inf" and "-inf", so they are text, and NaN is None."""
    if math.isnan(value):
        return None
    return float(value) if math.isfinite(value) else str(float(value))
