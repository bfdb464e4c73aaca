"""The panels under the lanes, one file each, and the table that says who paints which.

To add one, name it in ``rnnstep/session/panels.py``, write a module with a function
``paint(view)``, and add it to ``PAINTERS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ....errors import RnnstepError
from ....session.panels import PANELS, aspect
from ....session.session import Session
from ...frame import Frame, ink
from ...layout import Layout
from . import compare, contributions, flow, flow_map, forks, health, leftout, scores, unit
from .view import LaneFact, PanelPainter, View

PAINTERS: dict[str, PanelPainter] = {
    "flow": PanelPainter(flow.paint, 4, 14, flow.facts),
    "flow-map": PanelPainter(flow_map.paint, 4, 30),
    "contributions": PanelPainter(contributions.paint, 4, 10),
    "scores": PanelPainter(scores.paint, 3, 10, scores.facts),
    "compare": PanelPainter(compare.paint, 5, 16),
    "health": PanelPainter(health.paint, 3, 10, along=False),
    "forks": PanelPainter(forks.paint, 4, 16, along=False),
    "unit": PanelPainter(unit.paint, 4, 10),
}
"""How each panel is painted, and the rows that it needs and would like."""

_LEFT_OUT = PanelPainter(leftout.paint, 3, 12, along=False)


def panel_painter(session: Session) -> PanelPainter | None:
    """Who paints under the lanes: the open panel, or over it the list of what was left out."""
    if session.notebook.left:
        return _LEFT_OUT
    return PAINTERS[session.panel] if session.panel else None


def panel_rows(session: Session, width: int) -> tuple[int, int]:
    """Rows that the open panel needs and would like on a screen of a width."""
    painter = panel_painter(session)
    if painter is None:
        return 0, 0
    wanted = painter.wanted
    if painter is _LEFT_OUT:
        # Most need two rows.
        wanted = min(wanted, 2 * len(session.notebook.left) + 1)
    elif session.panel == "scores":
        wanted = min(wanted, len(session.run.scoring.lanes) + 1)
    elif session.panel == "compare":
        wanted = min(wanted, compare.wanted_rows(session))
    elif session.panel == "health":
        wanted = min(wanted, len(session.cell(session.active).graph.signals) + 1)
    elif session.panel == "forks":
        wanted = min(wanted, forks.wanted_rows(session, width))
    return painter.least, max(painter.least, wanted)


class Panels:
    """Paints the open panel; while it is computed, what it showed before stays on the screen."""

    def __init__(self) -> None:
        self._shown: _Shown | None = None

    def paint(
        self, frame: Frame, session: Session, layout: Layout, glyphs: str
    ) -> Mapping[str, LaneFact]:
        """Draw the open panel, if one is; return what it says in the headers of the lanes.

        What it cannot show, it says.
        """
        box = layout.panel
        if box is None:
            self._shown = None
            return {}
        view = View(frame, session, layout, box, glyphs)
        painter = panel_painter(session)
        assert painter is not None, "there is a box for it"
        if painter is _LEFT_OUT:
            painter.paint(view)
            self._shown = None
            return {}
        facts: Mapping[str, LaneFact] = {}
        try:
            facts = painter.facts(session, layout, glyphs)
            painter.paint(view)
        except RnnstepError as error:
            view.header(session.panel, PANELS[session.panel].title)
            frame.text(box.top + 1, 2, str(error), ink("bad"), box.width - 3)
            self._shown = None
            return facts
        area = np.s_[box.top + 1 : box.top + box.height, : box.width]
        about = (session.panel, aspect(session), session.active, session.units[session.active],
                 session.beside)  # fmt: skip
        key = (*about, box, layout.page_of(session.t), session.shown, session.future)
        before = self._shown
        if not session.analysis.waiting:
            cells = frame.chars[area].copy(), frame.styles[area].copy()
            self._shown = _Shown(key, session.t, cells, facts)
        elif before is not None and before.key == key:
            frame.cells(box.top + 1, 0, *before.cells)
            view.header(session.panel, f"computing … still step {before.t} · esc gives up")
            return before.facts
        return facts


@dataclass(frozen=True, eq=False)
class _Shown:
    """What a panel showed when it last had everything, and what that was about."""

    key: tuple[object, ...]
    t: int
    cells: tuple[np.ndarray, np.ndarray]
    facts: Mapping[str, LaneFact]
