"""The panels under the lanes, one file each, and the table that says who paints which.

To add one, name it in ``rnnstep/session/panels.py``, write a module with a function
``paint(view)``, and add it to ``PAINTERS``.
"""

from __future__ import annotations

from ....errors import RnnstepError
from ....session.panels import PANELS
from ....session.session import Session
from ...frame import Frame, ink
from ...layout import Box, Layout
from . import unit
from .view import PanelPainter, View

PAINTERS: dict[str, PanelPainter] = {"unit": PanelPainter(unit.paint, least=4, wanted=9)}
"""How each panel is painted, and the rows that it needs and would like."""


def panel_rows(session: Session, height: int) -> tuple[int, int]:
    """Rows that the open panel needs and would like on a screen of a height."""
    if not session.panel:
        return 0, 0
    painter = PAINTERS[session.panel]
    return painter.least, max(painter.least, min(painter.wanted, height // 3))


def paint_panel(frame: Frame, session: Session, layout: Layout, box: Box, glyphs: str) -> None:
    """Draw the open panel; what it cannot show, it says."""
    view = View(frame, session, layout, box, glyphs)
    with session.analysis.round():
        try:
            PAINTERS[session.panel].paint(view)
        except RnnstepError as error:
            view.header(PANELS[session.panel].title)
            frame.text(box.top + 1, 2, str(error), ink("bad"), box.width - 3)
