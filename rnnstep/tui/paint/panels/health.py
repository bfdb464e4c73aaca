"""Which units of the active lane do not work over the run: a mark for each unit, a row a signal."""

from __future__ import annotations

from collections import Counter

from ....session.findings import Findings, lane_findings
from ....simulate.health import VERDICTS
from ...frame import ink
from ...palette import BOLD, REVERSE
from .view import View

_MARKS = {"not finite": "!", "dead": "○", "saturated": "■", "never used": "×"}
_PLAIN = {"not finite": "!", "dead": "o", "saturated": "#", "never used": "x"}
_COLOURS = {"not finite": "bad", "dead": "dim", "saturated": "state", "never used": "accent"}


def paint(view: View) -> None:
    """Draw the panel: the marks under each other unit by unit, the counts right of them."""
    session, frame, left = view.session, view.frame, view.layout.left
    found = lane_findings(session)
    if found is None:
        view.computing("health")
        return
    marks = _PLAIN if view.plain else _MARKS
    totals = Counter(finding.verdict for finding in found)
    told = ", ".join(f"{marks[name]} {totals[name]} {name}" for name in VERDICTS if totals[name])
    title = session.run.scenario.models[session.active].title
    told = told or "every unit works"
    brief = ", ".join(f"{marks[name]} {totals[name]}" for name in VERDICTS if totals[name])
    view.header("health", f"{title}: {told} · over {session.run.length} steps",
                f"{title}: {told}", told, f"{title}: {brief}")  # fmt: skip
    sizes = session.trace.lane.sizes.signals
    unit, here = session.units[session.active], session.travel.finding
    signals = tuple(session.cell(session.active).graph.signals)
    names = _rows(signals, found, here.signal if here else "", view.rows)
    widest = max(sizes[name] for name in names)
    room = min(widest, view.box.width - left - 1)
    first = max(0, min(unit - room // 2, widest - room))
    for row, name in enumerate(names, view.top):
        view.gutter(row, name)
        of_unit: dict[int, str] = {}
        for finding in found:
            if finding.signal == name:
                of_unit.setdefault(finding.unit, finding.verdict)
        for at in range(first, min(first + room, sizes[name])):
            verdict = of_unit.get(at)
            glyph = marks[verdict] if verdict else "." if view.plain else "·"
            how = _COLOURS[verdict] if verdict else "faint"
            led = here is not None and (here.signal, here.unit) == (name, at)
            attributes = BOLD * bool(verdict) | REVERSE * led
            ground = "active" if at == unit else "default"
            frame.text(row, left + at - first, glyph, ink(how, ground, attributes))
        counts = Counter(f.verdict for f in found if f.signal == name)
        words = ", ".join(f"{counts[kind]} {kind}" for kind in VERDICTS if counts[kind])
        words += f" of {sizes[name]}" if words else ""
        column = left + room + 2
        frame.text(row, column, words, ink("text"), max(view.box.width - column - 1, 0))


def _rows(names: tuple[str, ...], found: Findings, here: str, room: int) -> list[str]:
    """The signals that are shown: where room is short, those with findings first."""
    if len(names) <= room:
        return list(names)
    counts = Counter(finding.signal for finding in found)
    order = sorted(names, key=lambda name: (name != here, counts[name] == 0))
    return [name for name in names if name in order[:room]]
