"""Going through time by what happens: breakpoints, finds, changes, and forks.

What takes long is asked as `pending` says: the session goes on standing where it stood until the
answer is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..errors import listed, them
from ..scenario.forks import check_fork, free_name, symbols_of, with_fork, without_lane
from ..scenario.lane_names import renamings
from ..scenario.run import Run
from ..scenario.space import RunSpace, check_expectation
from ..simulate.breakpoint import Hit, changes_at, last_change, search_any
from ..simulate.compare import Divergence, first_divergence
from ..simulate.health import Finding
from ..simulate.patch import Patch, PatchError
from ..simulate.patch_text import parse_patch, placed
from .analysis import Analysis
from .following import follow
from .marking import Marking, tell_hits
from .panels import aspect, keep_panel
from .pending import Pending, ask, give_up, make_way
from .selection import select_signal, selected
from .sleeping import Sleep, asleep, told
from .trail import Place, TravelError
from .words import why_covered

if TYPE_CHECKING:
    from .session import Session

THRESHOLD = 0.1
"""What a value must change by to be found by ``w``, unless ``:threshold`` says otherwise."""


@dataclass
class Travel:
    """What moving by events needs to know.

    Attributes
    ----------
    breakpoints : list of str
        Conditions that ``c`` stops at.
    find : str
        The condition that was last searched for.
    threshold : float
    marks : set of int
        Steps marked by hand.
    trail : list of Place
        Where one has been; ``at`` is where in it one is.
    done, undone : list of Run
        Runs before each fork, and those that were taken back.
    jobs : Analysis
        Searches and forks.
    marking : Marking
        The hits that stand on the timeline.
    finding : Finding or None
        The unit without work that one was led to last.
    pending : Pending or None
        The question that is not answered yet.
    told : mapping of str to Sleep
        Conditions that were said to sleep, and why.
    watch : callable or None
        Told of the progress of what is asked, where there is no picture yet; what it raises ends
        that.
    """

    breakpoints: list[str] = field(default_factory=list)
    find: str = ""
    threshold: float = THRESHOLD
    marks: set[int] = field(default_factory=set)
    trail: list[Place] = field(default_factory=list)
    at: int = -1
    done: list[Run] = field(default_factory=list)
    undone: list[Run] = field(default_factory=list)
    jobs: Analysis = field(default_factory=Analysis)
    finding: Finding | None = None
    pending: Pending | None = None
    told: dict[str, Sleep] = field(default_factory=dict)
    watch: Callable[[str], object] | None = None
    marking: Marking = field(default_factory=Marking)


def go_on(session: Session, direction: int) -> None:
    """Continue to the next hit of a breakpoint, or run back to the last one."""
    travel = session.travel
    texts = tuple(travel.breakpoints) or ((travel.find,) if travel.find else ())
    if not texts:
        raise TravelError("there is no breakpoint; b sets one, / finds a condition")
    _search(session, texts, direction, "C" if direction > 0 else "c")


def find_again(session: Session, direction: int) -> None:
    """Go to the next step where the find holds, or without one to the next mark."""
    if session.travel.find:
        _search(session, (session.travel.find,), direction, "N" if direction > 0 else "n")
    else:
        session.next_mark(direction)


def find(session: Session, text: str) -> None:
    """Search for a condition from here on; an empty one repeats the last search."""
    if not (text or session.travel.find):
        raise TravelError("nothing was searched for yet; type a condition, as in lstm.f[3] < 0.1")
    if text:
        _check(session, text)
        session.travel.find = text
    _search(session, (session.travel.find,), 1, "N")


def forget_find(session: Session) -> None:
    """Forget the condition that was searched for: ``n`` and ``N`` go to marks again."""
    session.message = f"forgotten: {session.travel.find}" if session.travel.find else "no find"
    session.travel.find = ""


def to_change(session: Session, direction: int) -> None:
    """Go to the step before or after this one that changed the selected value.

    Never to this one, so that the same key goes on; that it changed the value too is said.
    """
    what = selected(session)
    lane, signal, unit = what.lane, what.signal, what.unit
    trace, start, threshold = session.run[lane], session.t, session.travel.threshold
    there = session.known(lane, signal) == start
    key = ("change", what, start, direction, threshold, there)

    def compute(progress: Callable[[int, int], None]) -> tuple[int | None, bool]:
        step = last_change(trace, signal, unit, start, threshold, direction, progress)
        return step, there and changes_at(trace, signal, unit, start, threshold)

    def change(step: int) -> str:
        before, now = (float(trace.value(signal, t)[unit]) for t in (step - 1, step))
        return f"step {step} changed {what}: {before:.4g} → {now:.4g}"

    def arrive(found: tuple[int | None, bool]) -> None:
        step, here = found
        way = "after" if direction > 0 else "before"
        ahead = why_covered(session) if direction > 0 else ""
        if step is None:
            session.message = ahead or (
                f"{what} changes nowhere {way} step {start} by over {threshold:g};"
                f" :threshold {threshold / 10:g} finds less"
            )
            if here:
                session.message = f"{change(start)}, where you stand; {session.message}"
            return
        too = f" (step {start}, where you stood, too)" if here else ""
        arrive_at(session, step, f"{change(step)}{too}")

    ask(session, key, f"searching {what}", compute, arrive)


def _search(session: Session, texts: tuple[str, ...], direction: int, back: str) -> None:
    """Go to the nearest hit; if there is none, say where the key ``back`` goes.

    Conditions that sleep are left out, which is said when they have just fallen asleep.
    """
    travel, sleepers = session.travel, asleep(session, texts)
    if len(sleepers) == len(texts):
        raise TravelError(told(sleepers))
    asked, texts = texts, tuple(text for text in texts if text not in sleepers)
    # Inside a step its own end still lies ahead.
    inside = direction > 0 and not session.cursor.whole
    start = max(session.t - inside, 0)
    space = session.run.space()

    def nearest(way: int, progress: Callable[[int, int], None]) -> Hit | None:
        return search_any(space, texts, start, way, progress)

    def compute(progress: Callable[[int, int], None]) -> tuple[Hit | None, Hit | None]:
        hit = nearest(direction, progress)
        return hit, None if hit else nearest(-direction, progress)

    def arrive(found: tuple[Hit | None, Hit | None]) -> None:
        hit, other = found
        what = "; ".join(filter(None, (*texts, told(sleepers))))
        news = {text: why for text, why in sleepers.items() if travel.told.get(text) != why}
        travel.told = {t: w for t, w in travel.told.items() if t not in asked} | sleepers
        ahead = why_covered(session)
        if hit is None and ahead:
            session.message = ahead if direction > 0 else f"no hit before step {start}: {what}"
        elif hit is None and other is not None:
            way = "after" if direction > 0 else "before"
            session.message = f"no hit {way} step {start}; {back} goes to step {other.step}: {what}"
        elif hit is None:
            here = start > 0 and any(check_expectation(space, text, start) for text in texts)
            session.message = f"no hit {'but this step' if here else 'at any step'}: {what}"
        else:
            why = f"{hit.text}: {hit.why}" if hit.why else hit.text
            arrive_at(session, hit.step, f"{why}; {told(news)}" if news else why)

    what = f"searching {'; '.join(texts)}"
    ask(session, ("search", texts, start, direction), what, compute, arrive)


def arrive_at(session: Session, step: int, message: str) -> None:
    """Go to a step and say why; in a lesson, no further and no more than its questions allow."""
    session.jump(step)
    if session.sitting is not None and session.t != step:
        message = session.sitting.climb.word("future")
    session.message = message


def _check(session: Session, text: str) -> None:
    """Raise EquationError unless a condition can be asked; nothing is computed for it."""
    check_expectation(RunSpace(session.run.scenario), text, 1)


def set_breakpoint(session: Session, text: str) -> None:
    """Add a condition to stop at, which is checked first; without one, say which there are."""
    texts = session.travel.breakpoints
    if not text:
        if not texts:
            raise TravelError("there is no breakpoint; it has the form: break CONDITION")
        sleepers = asleep(session, texts)
        session.message = "; ".join(
            f"{text} (sleeps: {sleepers[text]})" if text in sleepers else text for text in texts
        )
        return
    if text not in texts:
        _check(session, text)
        texts.append(text)
    session.message = told(asleep(session, [text]))
    if not session.message:
        tell_hits(session, text)


def drop_breakpoint(session: Session) -> None:
    """Take the latest breakpoint away."""
    if not session.travel.breakpoints:
        raise TravelError("there is no breakpoint; b sets one")
    gone = session.travel.breakpoints.pop()
    session.message = f"no longer a breakpoint: {gone}"


def patch(session: Session, text: str) -> None:
    """Make a fork by a patch as it is typed, ``lstm.f[3] set 0 at 10..20``, and select it."""
    run = session.run
    scenario = run.scenario
    known = scenario.marks, symbols_of(scenario.tape), session.lanes
    lane, found = parse_patch(text, *known)
    of = lane or session.active
    # Not the name of a lane of the file that was dropped: it is about another one there.
    name = free_name(of, (*run.traces, *session.base.models, *scenario.tape.marks))
    try:
        new = check_fork(run, of, [found], name)
    except PatchError as error:
        raise placed(error, text, *known) from None
    before = found.first - 1

    def compute(progress: Callable[[int, int], None]) -> tuple[Run, Divergence | None]:
        length = run.length - before
        changed = with_fork(run, of, [found], new, progress=lambda t: progress(t - before, length))
        parted = first_divergence(
            changed[new], changed[of], progress=lambda *_: progress(length, length)
        )
        return changed, parted

    def arrive(answer: tuple[Run, Divergence | None]) -> None:
        changed, parted = answer
        session.travel.done.append(run)
        session.travel.undone.clear()
        session.units.pop(new, None)
        adopt(session, changed)
        session.select_lane(new)
        if session.panel == "compare":
            session.aspect = 0  # With its parent.
        if found.units and found.signal in scenario.models[of].cell.graph.signals:
            session.select_unit(found.units[0])
            select_signal(session, found.signal)
        session.message = f"{new}: {of} with {found}{_effect(found, parted)}; u takes it back"

    ask(session, ("fork", run, of, found), f"computing {new}", compute, arrive, firm=True)


def _effect(patch: Patch, parted: Divergence | None) -> str:
    """What a patch has done, where that is not what one would think."""
    if parted is None:
        return " changes nothing, for the values were these already"
    if (parted.step, parted.signal) == (patch.first, patch.signal):
        return ""
    return f"; they part at step {parted.step}, in {parted.signal}[{parted.unit}]"


def drop(session: Session) -> None:
    """Drop the active lane, which must be a fork, and the forks of it."""
    make_way(session)
    left = without_lane(session.run, session.active)
    gone = [lane for lane in session.lanes if lane not in left.traces]
    session.travel.done.append(session.run)
    session.travel.undone.clear()
    adopt(session, left)
    session.message = f"dropped {listed(gone)}; u brings {them(gone)} back"


def undo(session: Session, back: bool = True) -> None:
    """Take the last fork (drop, name) back, or do it again; one that is computed is given up."""
    travel = session.travel
    if back and travel.pending is not None and travel.pending.firm:
        give_up(session)
        return
    make_way(session)
    source, target = (travel.done, travel.undone) if back else (travel.undone, travel.done)
    if not source:
        raise TravelError(f"there is nothing to {'undo' if back else 'redo'}")
    before, run = session.lanes, session.run
    target.append(run)
    adopt(session, source.pop())
    for old, new in renamings(run, session.run).items():
        again = "ctrl+r names it again" if back else "u takes the name back"
        session.message = f"{old} is called {new} again; {again}"
        return
    come = [lane for lane in session.lanes if lane not in before]
    gone = [lane for lane in before if lane not in session.lanes]
    if come:
        session.select_lane(come[0])
    changed = come or gone
    what = f"{listed(changed)} {'is' if len(changed) == 1 else 'are'}"
    if back:
        again = f"ctrl+r {'drops' if come else 'makes'} {them(changed)} again"
    else:
        again = f"u {'takes' if come else 'brings'} {them(changed)} back"
    session.message = f"{what} {'back' if come else 'gone'}; {again}"


def adopt(session: Session, run: Run) -> None:
    """Show a run with other lanes, standing where one stood.

    What speaks of a lane that has another name there follows it. A fork begins with what is
    selected in its parent; if the active lane is gone, the nearest lane that it was a fork of is
    active, and shown if it was hidden.
    """
    before, about = session.run.scenario.models, aspect(session)
    names = renamings(session.run, run)
    follow(session, names)
    models = {**before, **run.scenario.models}
    session.analysis.forget()
    session.travel.jobs.forget()
    session.travel.marking.jobs.forget()
    session.travel.pending = None
    session.run = run
    for name, model in run.scenario.models.items():
        if name not in session.units:
            session.units[name] = session.units.get(model.fork_of, 0)
            session.signals[name] = session.signals.get(model.fork_of, "")
        # Another lane of this name may have had more units.
        session.select_unit(session.units[name], name)
    session.hidden &= set(run.traces)
    while session.active not in run.traces:
        session.active = models[session.active].fork_of
    session.select_lane(session.active)
    keep_panel(session, names.get(about, about))


def set_threshold(session: Session, text: str) -> None:
    """Say what a value must change by to be found by ``w``."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < np.inf:
        raise TravelError(f"{text!r} is no threshold; it is a number from 0 on")
    session.travel.threshold = value
    session.message = f"w and W find changes by more than {value:g}"
