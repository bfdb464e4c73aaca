"""The active lane beside another: how far apart each signal is, answers, gradient flow."""

from __future__ import annotations

import numpy as np

from ....export.tables import number
from ....export.text import cell_width, short_exponent
from ....scenario.comparison import Comparison, MemoryFlow
from ....session.beside import step_beside
from ....session.comparing import Apart, apart, chosen_lane, memory, summary
from ....session.session import Session
from ...frame import ink
from ..maps import round_up
from ..text import bar
from .marks import lane_mark
from .view import View

_WHAT = {"norm": "‖a−b‖", "norms": "‖a‖−‖b‖"}


def paint(view: View) -> None:
    """Draw the panel; how far apart the lanes are stands in line with the tape."""
    session = view.session
    found = summary(session)
    steps = view.steps
    rows = apart(session, found, steps[0], steps[-1]) if found and len(steps) else None
    if found is None or rows is None:
        view.computing("compare")
        return
    # The first three say both where they part and how often they answer alike.
    view.header("compare", *_header(session, found), enough=3)
    row, below = view.top, view.top + view.rows
    if found.shift and view.rows > 3:
        _tape(view, row, found)
        row += 1
    if rows.answers is not None:
        _answers(view, row, rows.answers)
        row += 1
    flows = 2 if below - row > 3 else 0
    shown = _ordered(session, found)[: below - row - flows]
    for signal in shown:
        _signal(view, row, found, rows, signal)
        row += 1
    if flows:
        _flows(view, row, found)


def _header(session: Session, found: Comparison) -> tuple[str, ...]:
    """Which lanes, where they part and how often they answer alike, in fewer and fewer words."""
    one, other = found.lanes
    pair = f"{one} beside {other}{session.beside.words}"
    if not found.alike:
        parts, at = "unlike: by norms", "by norms"
    elif found.divergence is None:
        parts = at = "they differ nowhere"
    else:
        parted = found.divergence
        parts = f"they part at step {parted.step}, {parted.signal}[{parted.unit}] (o)"
        at = f"part at {parted.step}"
    agreement = found.agreement
    if agreement is None:
        return f"{pair} · {parts}", f"{pair} · {at}", pair
    if np.isnan(agreement.difference):
        short = f"same answers {agreement.share:.0%}"
        agree = f"same answer at {agreement.share:.0%} of {agreement.steps} steps"
    else:
        short = agree = f"answers {number(agreement.difference, '{:.3g}')} apart on average"
    whole = f"{pair} · {parts} · {agree}"
    where = f"{pair} · {at}"
    return whole, f"{where} · {agree}", f"{where} · {short}", where, f"{pair} · {short}", pair


def _ordered(session: Session, found: Comparison) -> list[str]:
    """Signals by what they tell: those that differ first, of these states first."""
    graph = session.cell(found.lanes[0]).graph
    states = {name for name, signal in graph.signals.items() if signal.is_state}
    rows = sorted(found.distances, key=lambda row: (not row.largest > 0, row.signal not in states))
    return [row.signal for row in rows]


def _until(view: View) -> int:
    session = view.session
    return session.run.length if session.future else session.t


def _tape(view: View, row: int, found: Comparison) -> None:
    """What the other lane reads beside each step."""
    view.gutter(row, f"input at t{found.shift:+d}")
    run = view.session.run
    for step in view.steps:
        at = step + found.shift
        if step <= _until(view) and 1 <= at <= run.length:
            text = run.reading(found.lanes[1], at).text
            view.frame.text(row, view.column(step), text[:1], ink("text"))


def _answers(view: View, row: int, answers: np.ndarray) -> None:
    """Whether both answer alike at each step."""
    classes = view.session.run.scenario.tape.classes
    view.gutter(row, "answers" if classes else "answers apart")
    finite = answers[np.isfinite(answers)]
    scale = round_up(float(finite.max(initial=0.0)))
    for step, value in zip(view.steps, answers.tolist(), strict=True):
        if step > _until(view) or np.isnan(value):
            continue
        if classes:
            glyph = ("x" if view.plain else "≠") if value else "="
        else:
            glyph = bar(value / scale, view.plain)
        view.frame.text(row, view.column(step), glyph, ink("bad" if value else "dim"))


def _signal(view: View, row: int, found: Comparison, rows: Apart, signal: str) -> None:
    """One signal: its distance at the cursor, at each step, and in words right of the tape."""
    session, layout = view.session, view.layout
    whole = next(d for d in found.distances if d.signal == signal)
    scale = round_up(whole.largest) if whole.largest > 0 else 1.0
    inputs = session.cell(found.lanes[0]).inputs
    last = session.t if signal in inputs else session.known(found.lanes[0], signal)
    until = session.run.length if session.future else last
    values = rows.distances[signal]
    cosine, shown = np.nan, ""
    for step, value in zip(view.steps, values.tolist(), strict=True):
        if step > until:
            break
        if np.isnan(value):
            alone = not found.first <= step <= found.last
            glyph, colour = ("/" if view.plain else "╱", "faint") if alone else ("!", "nan")
        elif value == 0:
            glyph, colour = "." if view.plain else "·", "faint"
        else:
            glyph, colour = bar(value / scale, view.plain), "accent"
        view.frame.text(row, view.column(step), glyph, ink(colour))
        if step == session.t:
            shown = _brief(value)
            view.gutter(row, shown, "text")
            cosine = float(rows.cosines[signal][step - view.steps[0]]) if (
                signal in rows.cosines
            ) else np.nan  # fmt: skip
    label, left = f"{signal} {_WHAT[whole.kind]}", layout.left - 3 - max(len(shown), 1)
    view.frame.text(row, 1, label if cell_width(label) <= left else signal, ink("dim"), left)
    column = layout.left + layout.map_width + 1
    largest = f"largest {_brief(whole.largest)} at {whole.step}"
    forms = [f"cosine {cosine:.2f}, {largest}"] if not np.isnan(cosine) else []
    forms = ["the same everywhere", "same"] if whole.largest == 0 else [*forms, largest]
    room = view.box.width - column - 1
    told = next((form for form in forms if cell_width(form) <= room), "")
    view.frame.text(row, column, told, ink("dim"))


def _brief(value: float) -> str:
    """A distance in at most six columns."""
    small = 0 < value < 0.01 or value >= 100_000
    return short_exponent(f"{value:.0e}") if small else number(value, "{:.3g}")


def _flows(view: View, row: int, found: Comparison) -> None:
    """What reaches the memory of both lanes from before where we stand."""
    session = view.session
    beside, room = step_beside(session), view.box.width - view.layout.left - 1
    for at, (lane, step) in enumerate(zip(found.lanes, (session.t, beside), strict=True), row):
        mark, colour = lane_mark(session, lane, view.plain)
        view.frame.text(at, 1, f"{mark} flow {lane}", ink(colour), max(view.layout.left - 2, 2))
        if step is None:
            text = "nothing stands beside this step"
        else:
            flow = memory(session, lane, step)
            text = "computing … esc gives up" if flow is None else _flow_text(flow, room)
        view.frame.text(at, view.layout.left, text, ink("text"), room)


def _flow_text(flow: MemoryFlow, room: int) -> str:
    """The verdict, and where there is room how much arrives from how far back."""
    if flow.verdict is None:
        return "no state: no gradient flows from step to step"
    norms = [f"{10.0**value:.2g} from {back} back" for back, value in
             zip(flow.back, flow.log10, strict=True) if back in (10, 100)]  # fmt: skip
    text = f"{flow.state} {flow.verdict.text}"
    for norm in norms:
        text += f" · {norm}" if cell_width(text) + cell_width(norm) + 3 <= room else ""
    return text


def wanted_rows(session: Session) -> int:
    """Rows that show everything."""
    names = {*session.cell(session.active).graph.signals}
    there = names & {*session.cell(chosen_lane(session)).graph.signals}
    return len(there) + 5 + bool(session.beside.shift)
