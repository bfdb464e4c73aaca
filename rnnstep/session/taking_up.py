"""Taking up a session that was kept: its forks are made anew, and what no longer fits is left out.

The scenario may have lanes by now that the session knew nothing of, in its file or made since. What
a session says of a lane is never taken to be about another one that has the name: a fork whose name
is taken comes under another, and all that is about it with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from ..errors import RnnstepError, SignalError
from ..scenario.forks import free_name, own_patches, symbols_of, with_fork, without_lane
from ..scenario.order import in_order
from ..scenario.run import Run
from ..scenario.scenario import Scenario
from ..scenario.view import View
from ..simulate.patch import Patch
from ..simulate.patch_text import parse_patch
from .notebook import Claim
from .sleeping import names_in, renamed
from .snapshot import ForkText, Snapshot, beyond, fitting, look
from .travel import adopt
from .words import why_covered

if TYPE_CHECKING:
    from .session import Session

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Lanes:
    """The lanes of a session, made anew.

    Attributes
    ----------
    runs : tuple of Run
        After each drop and each fork, in order.
    left : tuple of str
        What was left out, and why.
    names : mapping of str to str
        What each fork is called here, by its name in the session.
    gone : tuple of str
        Forks that could not be made.
    """

    runs: tuple[Run, ...]
    left: tuple[str, ...]
    names: Mapping[str, str]
    gone: tuple[str, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """The forks that have another name here."""
        return {old: new for old, new in self.names.items() if old != new}


def make_lanes(
    run: Run,
    base: Scenario,
    snapshot: Snapshot,
    progress: Callable[[int, int], object] = lambda *_: None,
) -> Lanes:
    """Drop what a session had dropped and make its forks; what no longer fits is left out.

    A fork that is there already, under its name or one that it once came under, is not made twice.

    Parameters
    ----------
    run : Run
    base : Scenario
        As its file has it.
    snapshot : Snapshot
    progress : callable, optional
        Called with the steps done and those there are; what it raises ends it.
    """
    runs, left, names, gone = [run], [], dict[str, str](), []
    total = run.length * max(len(snapshot.forks), 1)
    for name in snapshot.dropped:
        model = runs[-1].scenario.models.get(name)
        if model is not None and model is base.models.get(name):
            try:
                runs.append(without_lane(runs[-1], name))
            except RnnstepError as error:
                left.append(f"dropping {name} ({error.message})")
    # Names that something else has, or that a condition which sleeps may mean.
    closed = {*base.models} - {*snapshot.dropped}
    spoken = {fork.name for fork in snapshot.forks}.union(*map(names_in, _conditions(snapshot)))
    for number, fork in enumerate(_makeable(run, snapshot.forks)):

        def report(t: int, before: int = number * run.length) -> None:
            progress(before + t, total)

        here, there = runs[-1], runs[-1].scenario
        try:
            patches = _patches(run, fork)
            lost = [lane for lane in (fork.of, *(p.lane for p in patches)) if lane in gone]
            if lost:
                raise SignalError(f"{lost[0]} is left out")
            of = names.get(fork.of, fork.of)
            patches = tuple(replace(p, lane=names.get(p.lane, p.lane)) for p in patches)
            same = [
                lane for lane, model in there.models.items()
                if model.fork_of == of and own_patches(there, lane) == patches
                and lane not in names.values()
            ]  # fmt: skip
            name = fork.name
            if name not in same and (name in there.models or name in closed):
                twins = [lane for lane in same if lane not in spoken]
                name = (twins or [free_name(of, {*there.models, *closed, *spoken})])[0]
            if name not in same:
                runs.append(with_fork(here, of, patches, name, progress=report))
        except RnnstepError as error:
            gone.append(fork.name)
            left.append(f"the fork {fork.name} ({error.message})")
        else:
            names[fork.name] = name
    return Lanes(tuple(runs[1:]), tuple(left), names, tuple(gone))


def take_up(
    session: Session, snapshot: Snapshot, lanes: Lanes | None = None, same_file: bool = True
) -> list[str]:
    """Have a session again as it was; what no longer fits is left out.

    What was found in this one in the meantime stays, and what the file has by now is not taken
    twice.

    Parameters
    ----------
    session : Session
    snapshot : Snapshot
    lanes : Lanes, optional
        What `make_lanes` made of it, if that was done before.
    same_file : bool
        Whether the scenario's file is as it was: a breakpoint or mark of the file that the session
        does not have was then taken away in it. Otherwise it may be new, and stays.

    Returns
    -------
    list of str
        What was left out, and why.
    """
    base = session.base
    lanes = lanes or make_lanes(session.run, base, snapshot)
    gone = {name: f"{name} is left out" for name in lanes.gone}
    strangers = _strangers(session, snapshot)
    gone |= {name: f"{name} is another lane here" for name in strangers if name not in gone}
    for run in lanes.runs:
        session.travel.done.append(session.run)
        adopt(session, run)
    ours, without = _without(snapshot, gone)
    fit, out = fitting(session, _called(ours, lanes.renamed), sleeping=True)
    new = beyond(fit, base)
    own = [point.text for point in base.breakpoints] if same_file else []
    since = [text for text in session.travel.breakpoints if text not in own]
    session.travel.breakpoints = _joined(fit.breakpoints, since)
    session.notebook.notes = _joined(new.notes, session.notebook.notes)
    session.notebook.claims = _joined(new.claims, session.notebook.claims)
    marks = session.travel.marks - set(base.view.marks if base.view and same_file else ())
    look(session, replace(fit.view, show=_uncovered(session, fit.view)))
    session.travel.marks |= marks
    return [*lanes.left, *without, *out]


def _uncovered(session: Session, view: View) -> tuple[str, ...]:
    """What a view shows, but in a lesson with open questions not what lies beyond the cursor."""
    covered = "future" if why_covered(session) else ""
    return tuple(name for name in view.show if name != covered)


def _joined(these: Sequence[_Item], others: Sequence[_Item]) -> list[_Item]:
    return [*these, *(item for item in others if item not in these)]


def _strangers(session: Session, snapshot: Snapshot) -> set[str]:
    """Lanes that are here, or were, and are none of the session's: what it says of one that has the
    name is about another."""
    there = {*snapshot.lanes, *snapshot.dropped} if snapshot.lanes else {*session.base.models}
    known = {fork.name for fork in snapshot.forks} | (there & session.base.models.keys())
    runs = (session.run, *session.travel.done, *session.travel.undone)
    return {name for run in runs for name in run.traces} - known


def _conditions(snapshot: Snapshot) -> list[str]:
    claims = [claim.that for claim in snapshot.claims]
    return [text for text in (*snapshot.breakpoints, *claims, snapshot.view.find) if text]


def _without(snapshot: Snapshot, gone: Mapping[str, str]) -> tuple[Snapshot, list[str]]:
    """A snapshot without what is about some lanes, and what that was.

    Parameters
    ----------
    snapshot : Snapshot
    gone : mapping of str to str
        Why, by the lane.
    """
    view, left = snapshot.view, list[str]()

    def stays(what: str, text: str) -> bool:
        about = sorted(names_in(text) & gone.keys())
        left.extend(f"the {what} {text} ({gone[lane]})" for lane in about[:1])
        return not about

    breakpoints = tuple(text for text in snapshot.breakpoints if stays("breakpoint", text))
    claims = tuple(claim for claim in snapshot.claims if stays("expectation", claim.that))
    find = view.find if view.find and stays("find", view.find) else ""
    if view.against in gone:
        left.append(f"against {view.against} ({gone[view.against]})")
    panel, _, about = view.panel.partition(":")
    view = replace(
        view, find=find, lane="" if view.lane in gone else view.lane,
        units={lane: unit for lane, unit in view.units.items() if lane not in gone},
        signals={lane: signal for lane, signal in view.signals.items() if lane not in gone},
        hidden=tuple(lane for lane in view.hidden if lane not in gone),
        against="" if view.against in gone else view.against,
        panel=panel if about in gone else view.panel,
    )  # fmt: skip
    return replace(snapshot, breakpoints=breakpoints, claims=claims, view=view), left


def _called(snapshot: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """A snapshot that calls lanes by other names; notes, which are prose, stay."""
    if not names:
        return snapshot

    def lane(name: str) -> str:
        return names.get(name, name)

    def condition(text: str) -> str:
        # What cannot be read is left as it is; it does not fit, which is said.
        return renamed(text, names) if names_in(text) else text

    view = snapshot.view
    panel, colon, about = view.panel.partition(":")
    return replace(
        snapshot,
        breakpoints=tuple(map(condition, snapshot.breakpoints)),
        claims=tuple(Claim(condition(claim.that), claim.at) for claim in snapshot.claims),
        view=replace(
            view, lane=lane(view.lane), find=condition(view.find), against=lane(view.against),
            units={lane(name): unit for name, unit in view.units.items()},
            signals={lane(name): signal for name, signal in view.signals.items()},
            hidden=tuple(map(lane, view.hidden)), panel=f"{panel}{colon}{lane(about)}",
        ),
    )  # fmt: skip


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


def _patches(run: Run, fork: ForkText) -> tuple[Patch, ...]:
    scenario = run.scenario
    return tuple(
        parse_patch(text, scenario.marks, symbols_of(scenario.tape))[1] for text in fork.patches
    )
