"""Health at a glance: the units of a lane that do not work, and going to the steps that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..simulate import Trace
from ..simulate.health import Finding, health
from .pending import ask
from .selection import select_signal
from .words import why_covered

if TYPE_CHECKING:
    from .session import Session

Findings = tuple[Finding, ...]


def lane_findings(session: Session) -> Findings | None:
    """Ask which units of the active lane do not work over the run; None while it is computed."""
    trace = session.trace
    known = session.travel.jobs.known(_key(trace))
    if known is not None:
        return known[0]  # type: ignore[index]

    def compute(check: Callable[[], None]) -> Findings:
        return health(trace, lambda done, total: check())

    return session.analysis.ask(_key(trace), compute)


def known_findings(session: Session) -> Findings:
    """The units of the active lane that do not work, as far as known, while their panel is open.

    So that a session that is opened again shows what it did, whoever asked for them before.
    """
    if session.panel != "health":
        return ()
    key = _key(session.trace)
    known = session.travel.jobs.known(key)
    found = known[0] if known is not None else session.analysis.known(key)  # type: ignore[index]
    return found or ()  # type: ignore[return-value]


def next_finding(session: Session, direction: int) -> None:
    """Go to the next unit that does not work, or to the one before, at the step that shows it."""
    session.message = why_covered(session)
    if session.message:
        return
    lane, trace = session.active, session.trace
    known = session.analysis.known(_key(trace))

    def compute(progress: Callable[[int, int], None]) -> object:
        return health(trace, progress) if known is None else known

    def arrive(found: Findings) -> None:
        if not found:
            session.message = f"every unit of {lane} works"
            return
        before = session.travel.finding
        at = found.index(before) + direction if before in found else min(direction, 0)
        finding = found[at % len(found)]
        session.travel.finding = finding
        session.jump(finding.step)
        session.select_lane(lane)
        session.select_unit(finding.unit)
        select_signal(session, finding.signal)
        number = f"{at % len(found) + 1} of {len(found)}"
        what = f"{lane}.{finding.signal}[{finding.unit}]"
        session.message = f"{number}: {what} is {finding.verdict}: {finding.why}"

    what = f"searching units of {lane} that do not work"
    ask(session, _key(trace), what, compute, arrive)


def _key(trace: Trace) -> tuple[object, ...]:
    return "health", trace
