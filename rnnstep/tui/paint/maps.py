"""Heat maps: a signal's values over a page of steps, as cells; made once a page and kept.

Where there are more units than half-rows, neighbouring units share one: of signed values the
strongest is shown, of gates the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...equations.compiled import SEGMENT
from ...export.glyphs import GATE_GLYPHS, LARGE, SIGNED_GLYPHS, SMALL
from ...simulate import Trace
from ...simulate.trace import CACHED_SEGMENTS
from ..palette import GATE, LEVELS, SIGNED, gate_levels, index, signed_levels

LOOK = 20_000
"""Steps that decide the scale of a signal without bounds."""

LOOK_AGAIN = SEGMENT * (CACHED_SEGMENTS - 1)
"""The same where frames are computed again: so many stay at hand for all signals of a lane."""


@dataclass(frozen=True)
class MapImage:
    """Cells of one band on one page.

    Attributes
    ----------
    chars, styles : (rows, steps · columns) ndarray
    bins : (bins + 1,) ndarray of int
        First unit of each bin, and the number of units.
    rows_of_bin : int
        2 where a row holds two bins, as half blocks; 1 otherwise.
    """

    chars: np.ndarray
    styles: np.ndarray
    bins: np.ndarray
    bins_a_row: int

    def row_of(self, unit: int) -> int:
        """The row that shows a unit."""
        bin_ = int(np.searchsorted(self.bins, unit, side="right")) - 1
        return min(bin_, len(self.bins) - 2) // self.bins_a_row


def scale_of(trace: Trace, name: str) -> float:
    """The value from which on the colour is the strongest: the signal's bound, or, without one, a
    round number that 95 % of its values do not exceed (a few large ones would hide all others)."""
    signal = trace.lane.cell.graph.signals[name]
    bound = max(abs(signal.low), abs(signal.high))
    if np.isfinite(bound) and bound > 0:
        return float(bound)
    values = np.abs(trace.rows(name, 1, _look(1, trace)))
    finite = values[np.isfinite(values)]
    return round_up(float(np.quantile(finite, 0.95)) if len(finite) else 1.0)


def difference_scale(trace: Trace, other: Trace, name: str, shift: int = 0) -> float:
    """A round number that no difference exceeds, over some steps from where a fork begins."""
    own = trace.shared is not None and trace.shared.parent is other and not shift
    first = trace.shared.first if trace.shared and own else max(1, 1 - shift)
    stop = max(first, min(_look(first, trace, other), other.length - shift + 1))
    with np.errstate(all="ignore"):
        apart = np.abs(
            trace.rows(name, first, stop) - other.rows(name, first + shift, stop + shift)
        )
    finite = apart[np.isfinite(apart)]
    return round_up(float(finite.max()) if len(finite) else 1.0)


def _look(first: int, *traces: Trace) -> int:
    """The step behind those from ``first`` on that decide a scale."""
    recorded = all(trace.kept == "everything" for trace in traces)
    return min(traces[0].length, first + (LOOK if recorded else LOOK_AGAIN) - 1) + 1


def round_up(largest: float) -> float:
    """The next number that is 1, 2 or 5 times a power of ten; 1 for zero.

    At the ends of what a float can hold there may be no such number; then the number itself.
    """
    if largest == 0:
        return 1.0
    power = 10.0 ** float(np.floor(np.log10(largest)))
    rounded = (power * k for k in (1, 2, 5, 10))
    return next((number for number in rounded if largest <= number < np.inf), largest)


def make_image(
    values: np.ndarray, gate: bool, scale: float, rows: int, columns: int, glyphs: str
) -> MapImage:
    """Draw values ``(steps, units)``.

    Parameters
    ----------
    values : (S, n) ndarray
    gate : bool
    scale : float
        Of signed values.
    rows, columns : int
        Rows of the band, columns of a step.
    glyphs : {"blocks", "unicode", "ascii"}
        Half blocks in two colours, or glyphs that say sign and size without colour.
    """
    units = values.shape[1]
    bins = min(units, 2 * rows if glyphs == "blocks" else rows)
    starts = np.linspace(0, units, bins + 1).round().astype(int)
    binned = _bin(values, starts, gate)
    levels = gate_levels(binned) if gate else signed_levels(binned, scale)
    shown = levels.T
    if glyphs != "blocks":
        used = np.zeros((rows, len(values)), np.int64)
        used[:bins] = shown
        chars = np.full(used.shape, " ", dtype="<U1")
        chars[:bins] = _glyphs(shown, gate, glyphs)
        styles = (used << 16).astype(np.int32)
        return _widened(chars, styles, starts, 1, columns, glyphs)
    if bins <= rows:
        # One unit a row or fewer: whole cells.
        back = np.zeros((rows, len(values)), np.int64)
        heights = np.linspace(0, rows, bins + 1).round().astype(int)
        for k in range(bins):
            back[heights[k] : heights[k + 1]] = shown[k]
        chars = np.full(back.shape, " ", dtype="<U1")
        styles = (back << 8).astype(np.int32)
        per_row = 1
        if bins < rows:
            starts = np.repeat(starts[:-1], np.diff(heights))
            starts = np.append(starts, units)
        return _widened(chars, styles, starts, per_row, columns, glyphs)
    padded = np.zeros((2 * rows, len(values)), np.int64)
    padded[:bins] = shown
    top, bottom = padded[0::2], padded[1::2]
    chars = np.full(top.shape, "▀", dtype="<U1")
    styles = (top << 16 | bottom << 8).astype(np.int32)
    return _widened(chars, styles, starts, 2, columns, glyphs)


def _bin(values: np.ndarray, starts: np.ndarray, gate: bool) -> np.ndarray:
    if len(starts) - 1 == values.shape[1]:
        return values
    first = starts[:-1]
    with np.errstate(all="ignore"):
        if gate:
            return np.add.reduceat(values, first, axis=1) / np.diff(starts)
        high = np.maximum.reduceat(values, first, axis=1)
        low = np.minimum.reduceat(values, first, axis=1)
        return np.where(np.abs(low) > np.abs(high), low, high)


def _glyphs(levels: np.ndarray, gate: bool, glyphs: str) -> np.ndarray:
    marks = np.array(list(GATE_GLYPHS[glyphs] if gate else SIGNED_GLYPHS[glyphs]))
    if gate:
        position = (levels.astype(int) - GATE) / (LEVELS - 1) * len(marks)
        step = np.clip(np.floor(position), 0, len(marks) - 1)
    else:
        half = LEVELS // 2
        signed = (levels.astype(int) - SIGNED - half) / half
        size = np.where(np.abs(signed) < SMALL, 0, np.where(np.abs(signed) < LARGE, 1, 2))
        step = 2 + np.sign(signed) * size
    found = marks[step.astype(int) % len(marks)]
    return np.where(levels == index("nan"), "!", found)


def _widened(
    chars: np.ndarray,
    styles: np.ndarray,
    starts: np.ndarray,
    bins_a_row: int,
    columns: int,
    glyphs: str,
) -> MapImage:
    if columns > 1:
        chars, styles = np.repeat(chars, columns, axis=1), np.repeat(styles, columns, axis=1)
        if glyphs != "blocks":
            # One glyph a step reads better than three.
            keep = np.arange(chars.shape[1]) % columns == columns // 2
            chars = np.where(keep, chars, " ")
    return MapImage(chars, styles, starts, bins_a_row)


class Maps:
    """Images of the pages shown, kept until page, size, theme or kind of glyph change."""

    def __init__(self) -> None:
        self._images: dict[tuple[object, ...], MapImage] = {}
        self._scales: dict[tuple[Trace, str, Trace | None, int], float] = {}

    def image(
        self, trace: Trace, signal: str, rows: int, columns: int, page: tuple[int, int],
        glyphs: str, other: Trace | None = None, shift: int = 0,
    ) -> MapImage:  # fmt: skip
        """The image of one band; with another trace, of the difference from it, ``shift`` steps on.

        Steps with nothing beside them are hatched.
        """
        key = (trace, signal, rows, columns, page, glyphs, other, shift if other else 0)
        found = self._images.get(key)
        if found is None:
            if len(self._images) > 120:
                self._images.clear()
            first, last = page[0], min(page[1], trace.length)
            values = trace.rows(signal, first, last + 1)
            gate = trace.lane.cell.graph.signals[signal].is_gate and other is None
            if other is not None:
                beside = _rows_beside(other, signal, first + shift, last + shift)
                with np.errstate(all="ignore"):
                    values = values - beside
            scale = 1.0 if gate else self.scale(trace, signal, other, shift)
            found = make_image(values, gate, scale, rows, columns, glyphs)
            if other is not None:
                steps = np.arange(first, last + 1) + shift
                alone = np.repeat((steps < 1) | (steps > other.length), columns)
                found.chars[:, alone] = "/" if glyphs == "ascii" else "╱"
                found.styles[:, alone] = index("faint") << 16
            self._images[key] = found
        return found

    def scale(
        self, trace: Trace, signal: str, other: Trace | None = None, shift: int = 0
    ) -> float:
        """The scale of a signal, or of its difference from another trace's, looked up once."""
        key = (trace, signal, other, shift if other else 0)
        if key not in self._scales:
            if len(self._scales) > 200:
                self._scales.clear()
            self._scales[key] = (
                scale_of(trace, signal) if other is None
                else difference_scale(trace, other, signal, shift)
            )
        return self._scales[key]


def _rows_beside(other: Trace, name: str, first: int, last: int) -> np.ndarray:
    """Values at the steps first to last, with NaN beyond the ends of the run."""
    found = np.full((last - first + 1, other.lane.sizes.signals[name]), np.nan)
    start, stop = max(first, 1), min(last, other.length)
    if start <= stop:
        found[start - first : stop - first + 1] = other.rows(name, start, stop + 1)
    return found
