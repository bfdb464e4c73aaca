"""The scores of all lanes as panels ask for them, worked out once and beside the keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..scenario.scores import Scoring

if TYPE_CHECKING:
    from .session import Session


def lane_scores(session: Session) -> Scoring | None:
    """Ask how good the lanes are over the run; None while it is worked out."""
    scoring = session.run.scoring

    def compute(check: Callable[[], None]) -> Scoring:
        for lane in scoring.lanes:
            scoring.losses(lane, lambda step: check())
        return scoring

    return session.analysis.ask(("scores", session.run), compute)
