"""A column of numbers from a CSV file, and what is done about its gaps.

A gap is an empty cell. It is never passed over: it is an error unless the scenario says how it is
filled. ``hold`` repeats the last value that was there, which a model could have known at that step.
``interpolate`` draws a straight line between the neighbours, and so uses the value after the gap:
whoever answers at a filled step would know a part of what comes. So nothing is asked at a filled
step, and nothing is asked of one; see ``number_tape``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import RnnstepError, listed, suggest

Array = np.ndarray


class SeriesError(RnnstepError, ValueError):
    """A series cannot be read or used."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of numbers without gaps.

    Attributes
    ----------
    values : (T,) ndarray
    index : tuple of str
        Names of the rows; empty without an index column; whole numbers are written without ``.0``.
    filled : (T,) ndarray of bool
        Where the file has a gap.
    """

    values: Array
    index: tuple[str, ...]
    filled: Array


def hold(values: Array) -> Array:
    """Repeat the last value that was there; what a gap at the beginning would repeat stays NaN."""
    known = np.where(np.isnan(values), 0, np.arange(len(values)))
    return values[np.maximum.accumulate(known)]


def interpolate(values: Array) -> Array:
    """Draw straight lines over the gaps; one at an end of the series stays NaN."""
    there = np.flatnonzero(~np.isnan(values))
    steps = np.arange(len(values))
    return np.interp(steps, there, values[there], left=np.nan, right=np.nan)


FILLINGS: dict[str, tuple[Callable[[Array], Array], str]] = {
    "hold": (hold, "repeat the last value before them"),
    "interpolate": (interpolate, "lie on straight lines between their neighbours"),
}
"""Ways to fill gaps, and what they make of them in words."""


def read_column(path: Path, column: str, index: str | None, gaps: str = "error") -> Column:
    """Read a column of numbers from a CSV file with a header.

    Parameters
    ----------
    path : Path
    column : str
    index : str or None
        The column that names the rows.
    gaps : str
        "error", or a name of ``FILLINGS``.

    Raises
    ------
    SeriesError
        With the file's line, if a cell is no number, or empty and not to be filled.
    """
    heads, rows = _table(path)
    for wanted in (column, index):
        if wanted is not None and wanted not in heads:
            raise SeriesError(
                f"{path} has no column {wanted!r}{suggest(wanted, heads)}; it has {listed(heads)}"
            )
    at = heads.index(column)
    values = np.array([_number(path, line, column, row, at) for line, row in rows])
    there = ~np.isnan(values)
    if there.sum() < 2:
        raise SeriesError(
            f"{path}: {column} has {there.sum()} numbers; a series needs 2 or more"
        )
    names: tuple[str, ...] = ()
    if index is not None:
        place = heads.index(index)
        cells = (row[place].strip() if place < len(row) else "" for _, row in rows)
        names = tuple(cell.removesuffix(".0") for cell in cells)
    if not there.all():
        lines = [line for (line, _), known in zip(rows, there, strict=True) if not known]
        values = _filled(values, gaps, f"{path}:{lines[0]}: {column}", len(lines))
    return Column(values, names, ~there)


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and the rows with their lines.

    A blank line is no row, except between the rows of a file of one column: there it is a gap.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SeriesError(f"{path} cannot be read: {reason}") from None
    rows = list(csv.reader(text.splitlines()))
    if not any(rows):
        raise SeriesError(f"{path} is empty")
    heads = [head.strip() for head in rows[0]]
    while not rows[-1]:
        rows.pop()
    lines = enumerate(rows[1:], 2)
    return heads, [(line, row) for line, row in lines if row or len(heads) == 1]


def _number(path: Path, line: int, column: str, row: list[str], at: int) -> float:
    """A cell's number, NaN if it is empty."""
    cell = row[at].strip() if at < len(row) else ""
    if not cell:
        return float("nan")
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise SeriesError(f"{path}:{line}: {column} is {cell!r}, which is no finite number")
    return value


def _filled(values: Array, gaps: str, place: str, count: int) -> Array:
    if gaps not in FILLINGS:
        more = f"the first of {count} gaps" if count > 1 else "the only gap"
        ways = "; ".join(f"gaps: {name} lets them {about}" for name, (_, about) in FILLINGS.items())
        raise SeriesError(f"{place} is empty, {more}. {ways}")
    found = FILLINGS[gaps][0](values)
    if np.isnan(found).any():
        end = "begins" if np.isnan(found[0]) else "ends"
        raise SeriesError(
            f"{place} is empty: the series {end} with a gap, which gaps: {gaps} cannot fill;"
            " leave these rows out of the file"
        )
    return found
