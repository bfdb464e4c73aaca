"""A session as plain data: what must be kept to have it again (see `taking_up`).

A snapshot belongs to a scenario as its file is; what no longer fits is left out and said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from ..errors import StepError
from ..scenario.forks import own_patches
from ..scenario.scenario import Scenario
from ..scenario.view import SHOWN, View
from .beside import Beside
from .lanes import next_lane
from .notebook import Claim
from .opening import open_panel_text, panel_text
from .sleeping import problem, way_back

if TYPE_CHECKING:
    from .session import Session

FORMAT = 1


@dataclass(frozen=True)
class ForkText:
    """A fork: its lane, its parent's, and its patches as they are typed."""

    name: str
    of: str
    patches: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """A session as data.

    Attributes
    ----------
    view : View
        Where one stands and what one sees.
    breakpoints : tuple of str
    notes : tuple of (int, str)
        Those that the scenario's file does not have.
    claims : tuple of Claim
    forks : tuple of ForkText
        Lanes that the file does not have, each behind its parent.
    dropped : tuple of str
        Forks of the file that were dropped.
    lanes : tuple of str
        All that there were, forks among them; empty if nobody wrote that down.
    """

    view: View
    breakpoints: tuple[str, ...]
    notes: tuple[tuple[int, str], ...]
    claims: tuple[Claim, ...]
    forks: tuple[ForkText, ...]
    dropped: tuple[str, ...]
    lanes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[object, ...]:
        """All that would be a loss: everything but where one stands."""
        return (self.breakpoints, self.notes, self.claims, self.forks, self.dropped,
                self.view.marks)  # fmt: skip


def fork_text(scenario: Scenario, name: str) -> ForkText:
    """A fork of a scenario as text."""
    patches = tuple(str(patch) for patch in own_patches(scenario, name))
    return ForkText(name, scenario.models[name].fork_of, patches)


def take(session: Session) -> Snapshot:
    """The session as data; costs next to nothing."""
    scenario = session.run.scenario
    whole = session.cursor.whole
    view = View(
        session.t, None if whole else session.cursor.k, session.active,
        {lane: unit for lane, unit in session.units.items()
         if unit and lane in session.lanes},
        {lane: signal for lane, signal in session.signals.items()
         if signal and lane in session.lanes}, panel_text(session),
        tuple(lane for lane in session.lanes if lane in session.hidden),
        tuple(name for name in SHOWN if getattr(session, name)),
        tuple(sorted(session.travel.marks)), session.travel.find,
        session.beside.against if session.beside.against in session.lanes else "",
        session.beside.align,
    )  # fmt: skip
    # A fork may have the name of one of the file's that was dropped.
    lanes, models = session.base.models, scenario.models
    forks = tuple(
        fork_text(scenario, name) for name, model in models.items() if model is not lanes.get(name)
    )
    dropped = tuple(name for name, model in lanes.items() if model is not models.get(name))
    return Snapshot(
        view, tuple(session.travel.breakpoints), tuple(session.notebook.notes),
        tuple(session.notebook.claims), forks, dropped, session.lanes,
    )  # fmt: skip


def look(session: Session, view: View) -> None:
    """Stand where a view says, and show what it shows; lanes that are not there are left out."""
    session.hidden = {lane for lane in view.hidden if lane in session.lanes}
    for lane in session.lanes:
        session.units[lane] = min(view.units.get(lane, 0), session.width(lane) - 1)
    session.signals = dict(view.signals)
    if view.lane in session.lanes:
        session.select_lane(view.lane)
    elif session.active in session.hidden:
        next_lane(session, 1)
        session.select_lane(session.active)
    session.travel.find = view.find
    session.travel.marks = set(view.marks)
    for name in SHOWN:
        setattr(session, name, name in view.show)
    shift = session.run.scenario.find_shift(view.align) if view.align else 0
    session.beside = Beside(view.against, view.align, shift)
    session.jump(view.at)
    if view.equation is not None and 1 <= view.equation < session.cursor.equations and session.t:
        session.cursor = replace(session.cursor, k=view.equation)
    open_panel_text(session, view.panel or "none")


def beyond(snapshot: Snapshot, base: Scenario) -> Snapshot:
    """What of a session a scenario's file does not have, as when it was saved since."""
    notes = {(note.step, note.text) for note in base.notes}
    claims = {(claim.that, claim.step) for claim in base.expectations if claim.holds}
    points = [point.text for point in base.breakpoints]
    marks = base.view.marks if base.view else ()
    there = {fork_text(base, name) for name, model in base.models.items() if model.fork_of}
    return replace(
        snapshot,
        breakpoints=tuple(text for text in snapshot.breakpoints if text not in points),
        notes=tuple(note for note in snapshot.notes if (note[0], note[1].strip()) not in notes),
        claims=tuple(c for c in snapshot.claims if (" ".join(c.that.split()), c.at) not in claims),
        forks=tuple(fork for fork in snapshot.forks if fork not in there),
        dropped=tuple(name for name in snapshot.dropped if name in base.models),
        view=replace(snapshot.view, marks=tuple(m for m in snapshot.view.marks if m not in marks)),
    )


def fitting(
    session: Session, snapshot: Snapshot, sleeping: bool = False
) -> tuple[Snapshot, list[str]]:
    """What of a snapshot can be asked of a session's lanes, as when a fork was dropped since.

    Parameters
    ----------
    session : Session
    snapshot : Snapshot
    sleeping : bool
        Whether a breakpoint and the find fit that sleep until undo brings their lanes back.

    Returns
    -------
    snapshot : Snapshot
        Without the breakpoints, notes, marks, expectations, the find and what is compared with what
        that do not fit.
    left : list of str
        What does not, and why.
    """
    run, last = session.run, session.run.length
    left: list[str] = []

    def fits(what: str, text: str, step: int = 1) -> bool:
        late = StepError(f"there is no step {step}") if step > last else None
        error = late or problem(run, text, step)
        back = way_back(session, text)
        if error is None or (sleeping and back and what != "expectation"):
            return True
        left.append(f"the {what} {text} ({back or error.message})")
        return False

    late = [(step, f"the note {text}") for step, text in snapshot.notes]
    late += [(step, "a mark") for step in snapshot.view.marks]
    left += [f"{what} (there is no step {step})" for step, what in late if step > last]
    view = replace(snapshot.view, marks=tuple(m for m in snapshot.view.marks if m <= last))
    if view.against and view.against not in session.lanes:
        left.append(f"against {view.against} (there is no such lane)")
        view = replace(view, against="")
    try:
        if view.align:
            session.run.scenario.find_shift(view.align)
    except StepError as error:
        left.append(f"align {view.align} ({error.message})")
        view = replace(view, align="")
    return replace(
        snapshot,
        breakpoints=tuple(text for text in snapshot.breakpoints if fits("breakpoint", text)),
        notes=tuple(note for note in snapshot.notes if note[0] <= last),
        claims=tuple(c for c in snapshot.claims if fits("expectation", c.that, c.at)),
        view=view if not view.find or fits("find", view.find) else replace(view, find=""),
    ), left


def to_json(snapshot: Snapshot) -> dict[str, object]:
    """A snapshot as plain data."""
    return {"format": FORMAT, **asdict(snapshot)}


def from_json(data: object) -> Snapshot | None:
    """A snapshot from plain data; None if it is none."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        return None
    try:
        view = dict(data["view"])
        for name in ("hidden", "show", "marks"):
            view[name] = tuple(view[name])
        snapshot = Snapshot(
            View(**view), tuple(map(str, data["breakpoints"])),
            tuple((int(step), str(text)) for step, text in data["notes"]),
            tuple(Claim(str(c["that"]), int(c["at"])) for c in data["claims"]),
            tuple(ForkText(str(f["name"]), str(f["of"]), tuple(map(str, f["patches"])))
                  for f in data["forks"]),
            tuple(map(str, data["dropped"])), tuple(map(str, data.get("lanes", ()))),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
    # Lanes were not written down from the first.
    same = json.loads(json.dumps(to_json(snapshot))) == {"lanes": [], **data}
    return snapshot if same else None
