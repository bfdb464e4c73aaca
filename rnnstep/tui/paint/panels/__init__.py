"""The panels under the lanes, one file each, and the table that says who paints which.

To add one, name it in ``rnnstep/session/panels.py``, write a module with a function
``paint(view)``, and add it to ``PAINTERS``.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....errors import RnnstepError
from ....session.panels import PANELS
from ....session.session import Session
from ...frame import Frame, ink
from ...layout import Box, Layout
from . import contributions, flow, flow_map, scores, unit
from .view import LaneFact, PanelPainter, View

PAINTERS: dict[str, PanelPainter] = {
    "flow": PanelPainter(flow.paint, 4, 14, flow.facts),
    "flow-map": PanelPainter(flow_map.paint, 4, 30),
    "contributions": PanelPainter(contributions.paint, 4, 10),
    "scores": PanelPainter(scores.paint, 3, 10, scores.facts),
    "unit": PanelPainter(unit.paint, 4, 10),
}
"""How each panel is painted, and the rows that it needs and would like."""


def panel_rows(session: Session) -> tuple[int, int]:
    """Rows that the open panel needs and would like."""
    if not session.panel:
        return 0, 0
    painter = PAINTERS[session.panel]
    wanted = painter.wanted
    if session.panel == "scores":
        wanted = min(wanted, len(session.run.scoring.lanes) + 1)
    return painter.least, max(painter.least, wanted)


def paint_panel(frame: Frame, session: Session, layout: Layout, box: Box, glyphs: str) -> None:
    """Draw the open panel; what it cannot show, it says."""
    view = View(frame, session, layout, box, glyphs)
    try:
        PAINTERS[session.panel].paint(view)
    except RnnstepError as error:
        view.header(session.panel, PANELS[session.panel].title)
        frame.text(box.top + 1, 2, str(error), ink("bad"), box.width - 3)


def lane_facts(session: Session, layout: Layout, glyphs: str) -> Mapping[str, LaneFact]:
    """What the open panel says in the headers of the lanes."""
    if layout.panel is None:
        return {}
    try:
        return PAINTERS[session.panel].facts(session, layout, glyphs)
    except RnnstepError:
        # The panel itself says what is wrong.
        return {}
