"""A session as plain data: what must be kept to have it again, and taking it up again.

A snapshot belongs to a scenario as its file is; what no longer fits is left out and said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from ..errors import RnnstepError, StepError
from ..scenario.forks import own_patches, symbols_of, with_fork, without_lane
from ..scenario.order import in_order
from ..scenario.run import Run
from ..scenario.view import SHOWN, View
from ..simulate.patch import Patch
from ..simulate.patch_text import parse_patch
from .beside import Beside
from .lanes import next_lane
from .notebook import Claim
from .opening import open_panel_text, panel_text
from .sleeping import problem, way_back

if TYPE_CHECKING:
    from .session import Session

FORMAT = 1
_Item = TypeVar("_Item")


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
    """

    view: View
    breakpoints: tuple[str, ...]
    notes: tuple[tuple[int, str], ...]
    claims: tuple[Claim, ...]
    forks: tuple[ForkText, ...]
    dropped: tuple[str, ...]

    @property
    def findings(self) -> tuple[object, ...]:
        """All that would be a loss: everything but where one stands."""
        return (self.breakpoints, self.notes, self.claims, self.forks, self.dropped,
                self.view.marks)  # fmt: skip


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
        ForkText(name, model.fork_of, tuple(str(patch) for patch in own_patches(scenario, name)))
        for name, model in models.items() if model is not lanes.get(name)
    )  # fmt: skip
    dropped = tuple(name for name, model in lanes.items() if model is not models.get(name))
    return Snapshot(
        view, tuple(session.travel.breakpoints), tuple(session.notebook.notes),
        tuple(session.notebook.claims), forks, dropped,
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


@dataclass(frozen=True)
class Lanes:
    """The lanes of a session, made anew.

    Attributes
    ----------
    runs : tuple of Run
        After each drop and each fork, in order.
    left : tuple of str
        What was left out, and why.
    """

    runs: tuple[Run, ...]
    left: tuple[str, ...]


def make_lanes(
    run: Run, snapshot: Snapshot, progress: Callable[[int, int], object] = lambda *_: None
) -> Lanes:
    """Drop what a session had dropped and make its forks; what no longer fits is left out.

    Parameters
    ----------
    run : Run
    snapshot : Snapshot
    progress : callable, optional
        Called with the steps done and those there are; what it raises ends it.
    """
    runs, left = [run], []
    total = run.length * max(len(snapshot.forks), 1)
    for name in snapshot.dropped:
        if name in runs[-1].traces:
            try:
                runs.append(without_lane(runs[-1], name))
            except RnnstepError as error:
                left.append(f"dropping {name} ({error.message})")
    for number, fork in enumerate(_makeable(run, snapshot.forks)):

        def report(t: int, before: int = number * run.length) -> None:
            progress(before + t, total)

        try:
            made = _forked(runs[-1], fork, report)
        except RnnstepError as error:
            left.append(f"the fork {fork.name} ({error.message})")
        else:
            runs.append(made)
    return Lanes(tuple(runs[1:]), tuple(left))


def take_up(session: Session, snapshot: Snapshot, lanes: Lanes | None = None) -> list[str]:
    """Have a session again as it was; what no longer fits is left out.

    What was found in this one in the meantime stays.

    Parameters
    ----------
    session : Session
    snapshot : Snapshot
    lanes : Lanes, optional
        What `make_lanes` made of it, if that was done before.

    Returns
    -------
    list of str
        What was left out, and why.
    """
    from .travel import adopt

    lanes = lanes or make_lanes(session.run, snapshot)
    left = list(lanes.left)
    for run in lanes.runs:
        session.travel.done.append(session.run)
        adopt(session, run)
    fit, out = fitting(session, snapshot, sleeping=True)
    own = [point.text for point in session.base.breakpoints]
    since = [text for text in session.travel.breakpoints if text not in own]
    session.travel.breakpoints = _joined(fit.breakpoints, since)
    session.notebook.notes = _joined(fit.notes, session.notebook.notes)
    session.notebook.claims = _joined(fit.claims, session.notebook.claims)
    marks = session.travel.marks - set(session.base.view.marks if session.base.view else ())
    look(session, replace(fit.view, show=_uncovered(session, fit.view)))
    session.travel.marks |= marks
    return left + out


def _uncovered(session: Session, view: View) -> tuple[str, ...]:
    """What a view shows, but in a lesson with open questions not what lies beyond the cursor."""
    covered = session.sitting is not None and session.sitting.waiting
    return tuple(name for name in view.show if not (covered and name == "future"))


def _joined(these: Sequence[_Item], others: Sequence[_Item]) -> list[_Item]:
    return [*these, *(item for item in others if item not in these)]


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


def _makeable(run: Run, forks: tuple[ForkText, ...]) -> list[ForkText]:
    """Forks in an order in which each finds the lanes that it takes something from, and those of
    the same parent that it stands behind."""
    by_name = {fork.name: fork for fork in forks}
    needs = {}
    for number, fork in enumerate(forks):
        try:
            taken = [patch.lane for patch in _patches(run, fork)]
        except RnnstepError:
            taken = []  # What is wrong with it is said when it is made.
        older = [other.name for other in forks[:number] if other.of == fork.of]
        needs[fork.name] = [fork.of, *older, *taken]
    return [by_name[name] for name in in_order(needs)]


def _patches(run: Run, fork: ForkText) -> list[Patch]:
    scenario = run.scenario
    return [
        parse_patch(text, scenario.marks, symbols_of(scenario.tape))[1] for text in fork.patches
    ]


def _forked(run: Run, fork: ForkText, progress: Callable[[int], object]) -> Run:
    return with_fork(run, fork.of, _patches(run, fork), fork.name, progress=progress)


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
            tuple(map(str, data["dropped"])),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
    return snapshot if json.loads(json.dumps(to_json(snapshot))) == dict(data) else None
