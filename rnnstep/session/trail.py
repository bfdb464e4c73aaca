"""Where one has been: the trail of stops, and steps marked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import RnnstepError

if TYPE_CHECKING:
    from .session import Session

_LONGEST_TRAIL = 200


class TravelError(RnnstepError):
    """There is nowhere to go."""


@dataclass(frozen=True)
class Place:
    """Where one stood, and what was selected."""

    t: int
    k: int
    lane: str
    unit: int
    signal: str = ""


def toggle_mark(session: Session) -> None:
    """Mark this step, or take its mark away."""
    marks = session.travel.marks
    marks.symmetric_difference_update({session.t})
    session.message = f"step {session.t} is {'' if session.t in marks else 'no longer '}marked"


def to_mark(session: Session) -> None:
    """Go to the mark of one's own before this step; from the first one, to the last."""
    marks = sorted(session.travel.marks)
    if not marks:
        raise TravelError("nothing is marked; m marks a step")
    earlier = [step for step in marks if step < session.t]
    if marks == [session.t]:
        session.message = f"step {session.t} is the only one that is marked"
    session.jump(earlier[-1] if earlier else marks[-1])


def where(session: Session) -> Place:
    """Where one stands."""
    lane = session.active
    chosen = session.signals.get(lane, "")
    return Place(session.t, session.cursor.k, lane, session.units[lane], chosen)


def stopped(session: Session, before: Place) -> None:
    """Remember on the trail that one came from ``before`` to here."""
    travel, here = session.travel, where(session)
    if here.t == before.t or travel.trail[travel.at : travel.at + 1] == [here]:
        return
    kept = travel.trail[: travel.at + 1]
    if not kept or kept[-1] != before:
        kept.append(before)
    travel.trail = [*kept, here][-_LONGEST_TRAIL:]
    travel.at = len(travel.trail) - 1


def walk_trail(session: Session, direction: int) -> None:
    """Go back to where one was before, or forwards again."""
    travel = session.travel
    at = travel.at + direction
    if not 0 <= at < len(travel.trail):
        raise TravelError("the trail ends here")
    if direction < 0 and session.t != travel.trail[travel.at].t:
        # One has walked on since the last stop: first back to it.
        at = travel.at
    travel.at = at
    place = travel.trail[at]
    session.playing = False
    session.jump(place.t)
    session.cursor = session.cursor.micro(place.k - session.cursor.k)
    if place.lane in session.run.traces:
        session.select_lane(place.lane)
        session.select_unit(place.unit)
        session.signals[place.lane] = place.signal
