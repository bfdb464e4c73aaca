"""How much of every step reaches every later one: the map of log norms of the active lane."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np

from ....export.glyphs import GATE_GLYPHS
from ....session.flows import flow_map
from ....session.panels import aspect
from ...frame import ink
from ...palette import BOLD, GATE, LEVELS, SIGNED, index
from .curves import power_of_ten
from .view import View

_DEPTHS = (1, 2, 3, 6, 12, 18)
_MORE = 0.005  # log10 above which more than all arrives; rounding stays below.


def paint(view: View) -> None:
    """Draw the panel."""
    session, layout = view.session, view.layout
    length = session.run.length
    chosen = aspect(session)
    model = session.run.scenario.models[session.active]
    if not chosen:
        view.header("flow-map", f"{model.title} has no state")
        return
    whole = length > layout.page
    found = flow_map(session, chosen, 1, length)
    if found is None:
        view.computing("flow-map")
        return
    until = length if session.future else session.t
    seen = found.log10.copy()
    seen[found.steps > until] = np.nan
    known = np.where((found.steps <= session.seen)[:, None], found.log10, np.nan)
    depth = _depth(known)
    power = power_of_ten(-depth)
    told = f"∂{chosen}_t/∂{chosen}_k: across k, down t"
    apart = "; the whole run, not in line with the tape" if whole else ""
    long = f"∂{chosen}_t/∂{chosen}_k of {model.title}: across k, down t"
    view.header("flow-map", long + apart, told + apart,
                f"∂{chosen}_t/∂{chosen}_k of the whole run" if whole else told,
                f"∂{chosen}_t/∂{chosen}_k")  # fmt: skip
    fold = 2 if view.glyphs == "blocks" else 1
    edges = np.linspace(0, len(found.steps), min(len(found.steps), view.rows * fold) + 1)
    edges = edges.round().astype(int)
    rows = _strongest(seen, edges)
    # Of a run of several pages, the whole is shown, as wide as the tape.
    columns = min(layout.map_width, layout.page * layout.columns)
    which = np.arange(columns) * len(found.steps) // columns if whole else None
    cells = rows[:, which] if which is not None else np.repeat(rows, layout.columns, axis=1)
    chars, styles = _cells(cells, depth, view.glyphs, view.rows)
    view.frame.cells(view.top, layout.left, chars, styles)
    _labels(view, found.steps, edges, fold)
    last = f", k = 1 to {length}" if whole else ""
    most, least = {
        "blocks": ("full colour", "background"), "unicode": ("█", "▁"), "ascii": ("9", "0")
    }[view.glyphs]  # fmt: skip
    lines = [f"{most}: all arrives{last}", f"{least}: {power} or less"]
    if (known > _MORE).any():
        lines.append("orange: more than all" if view.glyphs == "blocks" else "+: more than all")
    view.aside(lines)


def _depth(log10: np.ndarray) -> int:
    """Powers of ten from all to nothing: enough for most values of the map."""
    finite = log10[np.isfinite(log10)]
    low = -float(np.quantile(finite, 0.1)) if len(finite) else 1.0
    return next((depth for depth in _DEPTHS if depth >= low), _DEPTHS[-1])


def _strongest(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Rows that share a row of the screen show the strongest of them."""
    with warnings.catch_warnings():
        # A bin above the diagonal is empty, and stays NaN.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.stack([np.nanmax(values[a:b], axis=0) for a, b in pairwise(edges)])


def _levels(values: np.ndarray, depth: int) -> np.ndarray:
    """Colour indices: the gate ramp up to 1, the positive ramp for what is more."""
    with np.errstate(all="ignore"):
        share = np.clip(1 + values / depth, 0, 1)
        level = np.rint(np.nan_to_num(share) * (LEVELS - 1)) + GATE
        half = LEVELS // 2
        grown = np.rint(np.clip(np.nan_to_num(values) / depth, 0, 1) * (half - 4)) + half + 4
    level = np.where(values > _MORE, grown + SIGNED, level)
    return np.where(np.isnan(values), index("default"), level).astype(np.int64)


def _cells(
    values: np.ndarray, depth: int, glyphs: str, rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Characters and styles of the map."""
    levels = _levels(values, depth)
    count, columns = levels.shape
    if glyphs == "blocks":
        padded = np.full((2 * rows, columns), index("default"), np.int64)
        padded[:count] = levels
        styles = padded[0::2] << 16 | padded[1::2] << 8
        ground = index("default")
        chars = np.where(styles == (ground << 16 | ground << 8), " ", "▀").astype("<U1")
        return chars, styles.astype(np.int32)
    marks = np.array(list(GATE_GLYPHS[glyphs]))
    with np.errstate(all="ignore"):
        place = np.nan_to_num(np.clip(1 + values / depth, 0, 1)) * (len(marks) - 1)
    found = marks[np.rint(place).astype(int)]
    found = np.where(values > _MORE, "+", found)
    chars = np.full((rows, columns), " ", dtype="<U1")
    chars[:count] = np.where(np.isnan(values), " ", found)
    styles = np.full((rows, columns), index("text") << 16, np.int64)
    styles[:count] = levels << 16
    return chars, styles.astype(np.int32)


def _labels(view: View, steps: np.ndarray, edges: np.ndarray, fold: int) -> None:
    """Steps of the first and last row, and where the cursor's row is."""
    bins = len(edges) - 1
    firsts = [int(steps[edge]) for edge in edges[:-1]]
    last_row = (bins - 1) // fold
    here = max(int(np.searchsorted(firsts, view.session.t, side="right")) - 1, 0) // fold
    view.gutter(view.top, f"t {firsts[0]} ")
    if last_row > 0:
        view.gutter(view.top + last_row, f"{int(steps[-1])} ")
    if view.session.t > 0:
        marker = ">" if view.plain else "▸"
        text = f"{marker}{view.session.t} "
        view.frame.fill(view.top + here, 0, 1, view.layout.left, ink("text"))
        column = view.layout.left - 1 - len(text)
        view.frame.text(view.top + here, column, text, ink("cursor", attributes=BOLD))
