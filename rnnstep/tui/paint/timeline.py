"""The timeline: the whole run as one line, with its marks, hits and findings and the cursor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...export.text import cell_width
from ...session.beside import step_beside
from ...session.findings import known_findings
from ...session.marking import hits_of
from ...session.session import Session
from ..frame import Frame, ink
from ..layout import Layout
from ..palette import BOLD

GLYPHS = {
    "here": ("┃", "#"), "beside": ("Δ", "d"), "marked hit": ("◈", "%"), "mark": ("◆", "*"),
    "breakpoint": ("●", "!"), "find": ("○", "o"), "finding": ("×", "x"),
}  # fmt: skip
"""What stands on the line, and the same in ASCII: each kind has a form of its own, because there
may be no colour. Of two in one column the former of this table is drawn."""


def timeline_column(layout: Layout, step: int, length: int) -> int:
    """The column of a step on the timeline."""
    left, right = _ends(layout, length)
    return left + round(step / max(length, 1) * (right - left))


def timeline_step(layout: Layout, column: int, length: int) -> int:
    """The step of a column on the timeline."""
    left, right = _ends(layout, length)
    share = (column - left) / max(right - left, 1)
    return max(0, min(round(share * length), length))


def _ends(layout: Layout, length: int) -> tuple[int, int]:
    return 4, layout.width - len(str(length)) - 4


def paint_timeline(frame: Frame, session: Session, layout: Layout, ascii_only: bool) -> None:
    """Draw the line; of a lesson only what lies where one has been."""
    row, length = layout.timeline, session.run.length
    left, right = _ends(layout, length)
    frame.text(row, left - 2, "0", ink("dim"))
    frame.text(row, right + 2, str(length), ink("dim"))
    frame.fill(row, left, 1, right - left + 1, ink("faint"), "-" if ascii_only else "─")
    at = timeline_column(layout, session.t, length)
    if at > left:
        frame.fill(row, left, 1, at - left, ink("accent"), "=" if ascii_only else "━")
    hits, beside = hits_of(session), step_beside(session)
    steps = {
        "finding": np.unique([finding.step for finding in known_findings(session)]).astype(int),
        "find": hits.find.steps,
        "breakpoint": hits.breakpoints.steps,
        "mark": np.array(list(session.marks()), int),
    }
    columns: dict[str, set[int]] = {}
    for kind, found in steps.items():
        until = np.searchsorted(found, session.seen, side="right")
        shown = found if kind == "mark" else found[:until]
        columns[kind] = set(hit_columns(shown, layout, length))
    columns["marked hit"] = columns["mark"] & (columns["find"] | columns["breakpoint"])
    for kind, colour in (
        ("finding", "dim"), ("find", "accent"), ("breakpoint", "accent"), ("mark", "state"),
        ("marked hit", "accent"),
    ):  # fmt: skip
        for column in columns[kind]:
            frame.text(row, column, GLYPHS[kind][ascii_only], ink(colour))
    if hits.share < 1:
        text = f" searching {hits.share:.0%} "
        # Where the cursor is not.
        start = left + 1 if at > (left + right) // 2 else right - cell_width(text)
        frame.text(row, start, text, ink("dim"))
    if session.diff and session.beside.shift and beside is not None:
        column = timeline_column(layout, beside, length)
        frame.text(row, column, GLYPHS["beside"][ascii_only], ink("cursor"))
    frame.text(row, at, GLYPHS["here"][ascii_only], ink("cursor", attributes=BOLD))


def hit_columns(steps: np.ndarray, layout: Layout, length: int) -> Iterator[int]:
    """Columns of the timeline with a hit: as much work as there are columns, however many hits."""
    left, right = _ends(layout, length)
    at = 0
    while at < len(steps):
        column = timeline_column(layout, int(steps[at]), length)
        yield column
        # Where the column ends, less a step for the rounding: a column may come twice.
        end = (column - left + 0.5) / max(right - left, 1) * length - 1
        at = max(at + 1, int(np.searchsorted(steps, end)))
