"""The loss of each lane and of the naive forecast: now, on average so far, and along the tape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ....export.glyphs import MISSING
from ....export.text import short_exponent
from ....session.scores import lane_scores
from ....session.session import Session
from ...frame import ink
from ...layout import Layout
from ...palette import BOLD
from ..maps import round_up
from ..text import bar
from .marks import header_mark, lane_mark
from .view import LaneFact, View


def _loss(value: float) -> str:
    """A loss in at most six columns."""
    if math.isnan(value):
        return MISSING
    size = abs(value)
    plain = 0.001 <= size < 99_950 or size == 0
    return short_exponent(f"{value:.3g}" if plain else f"{value:.0e}")


def facts(session: Session, layout: Layout, glyphs: str) -> Mapping[str, LaneFact]:
    """The loss of each lane for its header, and its glyph."""
    found: dict[str, LaneFact] = {}
    scoring = lane_scores(session)
    for row in scoring.at(session.t) if scoring else ():
        if row.lane in session.lanes:
            mark, colour = header_mark(session, row.lane, glyphs)
            now = "" if math.isnan(row.loss) else f"loss {_loss(row.loss)}, "
            both = f"{now}mean {_loss(row.mean)}"
            over = f"{both} over {row.steps} step{'s' * (row.steps > 1)}"
            forms = (over, both, f"mean {_loss(row.mean)}") if row.steps else ("nothing scored",)
            found[row.lane] = LaneFact(mark, colour, forms)
    return found


def paint(view: View) -> None:
    """Draw the panel: a row each, the mean so far on the left, the loss of each step as a bar."""
    session, layout, frame = view.session, view.layout, view.frame
    t, scoring = session.t, lane_scores(session)
    if scoring is None:
        view.computing("scores")
        return
    rows = scoring.at(t)
    unit = rows[0].unit if rows else ""
    losses = {row.lane: scoring.losses(row.lane) for row in rows}
    until = session.run.length if session.future else t
    steps = [step for step in view.steps if step <= until]
    seen = {lane: found.loss[steps] for lane, found in losses.items()} if steps else {}
    of_naive = [loss for lane, loss in seen.items() if lane not in session.lanes]
    scale = _full(list(seen.values()), np.concatenate([np.zeros(0), *of_naive]))
    full = f"full at {short_exponent(f'{scale:g}')}"
    view.header("scores", f"mean loss so far ({unit}) · bars: at each step, {full}",
                f"mean loss so far ({unit}) · bars {full}", f"mean loss · bars {full}")  # fmt: skip
    means = [row.mean for row in rows if not math.isnan(row.mean)]
    shown = sorted(rows, key=lambda row: _order(session, row.lane))[: view.rows]
    if not any(row.steps for row in rows):
        frame.text(view.top, layout.left, "nothing is asked up to here", ink("dim"))
    for at, row in enumerate(shown, view.top):
        naive = row.lane not in session.lanes
        mark, colour = ("n", "dim") if naive else lane_mark(
            session, row.lane, view.plain
        )  # fmt: skip
        best = bool(means) and row.mean == min(means)
        wide = layout.left >= 15
        now, mean = _loss(row.loss), _loss(row.mean)
        name = "naive" if naive else row.lane
        if layout.left + layout.map_width + 24 < view.box.width:
            _right(view, at, now, mean, best)
            frame.text(at, 1, f"{mark} {name}", ink(colour), layout.left - 3)
        else:
            frame.text(at, 1, f"{mark} {name}" if wide else mark, ink(colour), layout.left - 8)
            how = ink("good" if best else "text", attributes=BOLD * best)
            frame.text(at, layout.left - 1 - len(mean), mean, how)
        for step in steps:
            value = float(losses[row.lane].loss[step])
            if losses[row.lane].scored[step]:
                frame.text(at, view.column(step), bar(value / scale, view.plain),
                           ink("dim" if naive else colour))  # fmt: skip


def _full(losses: Sequence[np.ndarray], naive: np.ndarray) -> float:
    """The loss whose bar is full: what 95 % of the losses do not exceed, but at most twice that of
    the naive forecast, or a lane that is lost would flatten the others."""
    high, most = _high(np.concatenate(losses)) if losses else math.nan, 2 * _high(naive)
    full = min(high, most) if most > 0 else high
    return round_up(full) if math.isfinite(full) else 1.0


def _high(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, 0.95)) if len(finite) else math.nan


def _right(view: View, row: int, now: str, mean: str, best: bool) -> None:
    """Mean and loss in words, right of the tape."""
    column = view.layout.left + view.layout.map_width + 1
    column = view.frame.text(row, column, "mean ", ink("dim"))
    how = ink("good" if best else "text", attributes=BOLD * best)
    view.frame.text(row, column, mean, how)
    column = view.frame.text(row, column + 7, "now ", ink("dim"))
    view.frame.text(row, column, now, ink("text"))


def _order(session: Session, lane: str) -> tuple[int, int]:
    """The active lane stays on the screen: it comes first, the naive forecast second."""
    if lane == session.active:
        return 0, 0
    return (1, 0) if lane not in session.lanes else (2, session.lanes.index(lane))
