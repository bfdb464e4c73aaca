"""One lane: its header with the answer, and its heat maps."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ...export.glyphs import MISSING
from ...export.text import cell_width, short_exponent
from ...scenario.tape import visible
from ...session.beside import compared, step_beside
from ...session.beside import facts as beside_facts
from ...session.lanes import KEYED_LANES
from ...session.selection import selected, signal_order
from ...session.session import Session
from ...session.words import say, why_covered
from ..frame import Frame, ink
from ..layout import SMALL_GUTTER, LaneBox, Layout
from ..palette import BOLD, UNDERLINE
from .maps import Maps
from .panels.view import LaneFact
from .text import bar, number, short_role, shortened

_NUMBER = 6  # Cells of a forecast.
_ROOMY = 96  # Cells of a header from which on there is room for all of it.
_ANSWERED = 3  # Pieces of an answer before the shares of single classes.
_FORECAST = 2  # Pieces of a forecast before the one that has come true.
_TITLED = 6  # Cells of a title that gives way.


@dataclass(frozen=True)
class _Fact:
    """What a header says, in forms from long to short.

    ``due`` is the form that it has before a fact behind it is shown at all; the title gives way to
    one that ``leads``.
    """

    forms: tuple[str, ...]
    due: int = -1
    leads: bool = False


def shown_signals(session: Session, lane: str) -> tuple[tuple[str, int], ...]:
    """What a lane can show as maps, states first: (signal, units)."""
    model = session.run.scenario.models[lane]
    names = (n for n in signal_order(model.cell) if n not in model.cell.appended)
    return tuple((name, model.sizes.signals[name]) for name in names)


def wanted_gutter(session: Session, lane: str) -> int:
    """Columns left of a lane's maps in which the role of each signal would have room."""
    signals = session.cell(lane).graph.signals
    roles = {name: short_role(signals[name].role) for name, _ in shown_signals(session, lane)}
    return max((_role_at(name) + cell_width(role) for name, role in roles.items()), default=0) + 8


def _role_at(shown: str) -> int:
    """The column in which a role stands, behind the name of its signal."""
    return 1 + max(2, cell_width(shown) + 1)


def paint_lane(
    frame: Frame, session: Session, layout: Layout, box: LaneBox, maps: Maps, glyphs: str,
    fact: LaneFact | None = None,
) -> None:  # fmt: skip
    """Draw one lane; ``fact`` is what the open panel has to say of it."""
    _header(frame, session, layout, box, glyphs, fact)
    trace = session.run.traces[box.name]
    graph = trace.lane.cell.graph
    page = layout.page_of(session.t)
    unit = session.units[box.name]
    active = box.name == session.active
    chosen = selected(session).signal if active else ""
    other, shift, step = compared(session, box.name), session.beside.shift, step_beside(session)
    for band in box.bands:
        signal = graph.signals[band.signal]
        image = maps.image(
            trace, band.signal, band.rows, layout.columns, page, glyphs, other, shift
        )
        until = trace.length if session.future else session.known(box.name, band.signal)
        steps = max(0, min(until, page[1], trace.length) - page[0] + 1)
        columns = steps * layout.columns
        if columns:
            frame.cells(
                band.top, layout.left, image.chars[:, :columns], image.styles[:, :columns]
            )
        value = session.value(box.name, band.signal)
        if other is not None and step is not None:
            value = value - other.value(band.signal, step)
        size = len(value)
        if active and unit < size:
            here = band.signal == chosen
            marker = (">" if here else "-") if glyphs == "ascii" else "▸" if here else "▹"
            colour = "cursor" if here else "dim"
            frame.text(band.top + image.row_of(unit), 0, marker, ink(colour, attributes=BOLD))
        colour = "cursor" if band.signal == chosen else "state" if signal.is_state else "text"
        name = ink(colour, attributes=BOLD)
        shown = band.signal if other is None else f"Δ{band.signal}"
        frame.text(band.top, 1, shown, name, max(layout.left - 9, 4))
        start = _role_at(shown)
        room = layout.left - 8 - start
        if layout.left > SMALL_GUTTER and room > 2:
            frame.text(band.top, start, shortened(short_role(signal.role), room), ink("dim"), room)
        known = session.known(box.name, band.signal) >= session.t
        at = min(unit, size - 1) if size == 1 else unit
        if known and at < size and not (session.t == 0 and not signal.is_state):
            text = number(float(value[at]), signal.is_gate and other is None)
            text = text if other is None or step is not None else MISSING
            frame.text(band.top, layout.left - 1 - len(text), text,
                       ink("bad" if math.isnan(float(value[at])) else "text"))  # fmt: skip


def _fork_facts(session: Session, lane: str) -> list[_Fact]:
    """What a lane is compared with, and what is patched in it; of a fork, what is its own."""
    found = [_Fact(forms, leads=True) for forms in beside_facts(session, lane)]
    model, trace = session.run.scenario.models[lane], session.run.traces[lane]
    parent = trace.shared.parent.lane.patches if trace.shared else ()
    own = [str(patch) for patch in trace.lane.patches[len(parent) :]]
    forms = [", ".join(own)]
    if len(own) > 1:
        forms.append(f"{own[0]} +{len(own) - 1}")
    if trace.shared:
        begins = f"from step {trace.shared.first}"
        parts = f"{model.fork_of or lane} {begins}"
        found.append(_Fact((f"{parts}: {forms[0]}", *forms, parts, begins), 1, bool(own)))
    elif own:
        found.append(_Fact((*forms, say(session, "patched")), 0, True))
    return found


def _header(
    frame: Frame, session: Session, layout: Layout, box: LaneBox, glyphs: str,
    fact: LaneFact | None,
) -> None:  # fmt: skip
    active = box.name == session.active
    back = "active" if active else "panel"
    stop = layout.inspector.left - 1 if layout.inspector else layout.width
    frame.fill(box.top, 0, 1, stop, ink("text", back))
    model = session.run.scenario.models[box.name]
    place = session.lanes.index(box.name) + 1
    digit = str(place) if place <= KEYED_LANES else " "
    marker = ">" if glyphs in ("ascii", "unicode") and active else " "
    how = ink("dim", back) if fact is None else ink(fact.colour, back, BOLD)
    column = frame.text(box.top, 0, f"{marker}{digit} ", how, stop)
    if fact and fact.mark:
        column = frame.text(box.top, column, f"{fact.mark} ", ink(fact.colour, back, BOLD), stop)
    attributes = BOLD | (UNDERLINE if active and glyphs != "blocks" else 0)
    pieces = _answer(session, box.name, glyphs)
    facts = _facts(session, box, fact)
    if stop < _ROOMY and (session.diff or (fact is not None and fact.forms)):
        # What was asked for goes before the rest of an answer, in all lanes alike.
        pieces = pieces[: _FORECAST if _forecasts(session) else _ANSWERED]
    right = stop - sum(cell_width(text) for text, _ in pieces) - 1
    most, room = min(cell_width(model.title), stop // 3), right - column - 1
    beside = room > min(most, _TITLED)
    shown = _chosen(facts, room, most) if beside else []
    title = shortened(model.title, min(most, room - _width(shown)) if beside else most)
    column = frame.text(box.top, column, title, ink("text", back, attributes))
    if not beside:
        for text, name in pieces[: max(1, len(pieces) // 2)]:
            if column + 1 + cell_width(text) < stop:
                column = frame.text(box.top, column + 1, text, ink(name, back))
        return
    at = right
    for text, name in pieces:
        at = frame.text(box.top, at, text, ink(name, back, BOLD if name != "dim" else 0))
    for number_, text in enumerate(shown):
        name = "text" if fact and fact.forms and number_ == 0 else "dim"
        column = frame.text(box.top, column, text, ink(name, back))


def _facts(session: Session, box: LaneBox, fact: LaneFact | None) -> list[_Fact]:
    """What a header says behind the title; what is left out of the lane stands last."""
    model = session.run.scenario.models[box.name]
    facts = [*([_Fact(fact.forms, leads=True)] if fact else []), *_fork_facts(session, box.name)]
    if model.solved and not why_covered(session) and not fact:
        good, tried = model.solved
        facts.append(_both(session, "learned", good=good, tried=tried))
    if model.free_from is not None:
        facts.append(_both(session, "free", step=model.free_from))
    if box.left_out:
        facts.append(replace(_both(session, "left out", count=box.left_out), leads=True))
    return [one for one in facts if one.forms]


def _both(session: Session, phrase: str, **values: object) -> _Fact:
    """A phrase and its short form."""
    return _Fact((say(session, phrase, **values), say(session, f"{phrase} in short", **values)))


def _chosen(facts: list[_Fact], room: int, title: int) -> list[str]:
    """What is shown of each fact in the room that a title of some cells shares.

    Those that lead have their room first, each in the longest form up to its due one that fits;
    then the title; then the others. What is left over makes facts longer, as they stand.
    """
    shown: dict[int, str] = {}
    least = min(title, _TITLED)
    room -= least
    for leads in (True, False):
        for place, fact in enumerate(facts):
            fitting = (f for f in fact.forms[fact.due :] if cell_width(f) + 3 <= room)
            form = next(fitting, "") if fact.leads is leads else ""
            if form:
                shown[place] = form
                room -= cell_width(form) + 3
        if leads:
            room = max(room - (title - least), 0)
    for place in sorted(shown):
        room += cell_width(shown[place])
        shown[place] = next(form for form in facts[place].forms if cell_width(form) <= room)
        room -= cell_width(shown[place])
    return [f" · {shown[place]}" if place in shown else "" for place in range(len(facts))]


def _width(texts: list[str]) -> int:
    return sum(map(cell_width, texts))


def _aligned(text: str) -> str:
    """A number as wide as most, so that those of lanes stand under each other."""
    text = short_exponent(text)
    return " " * (_NUMBER - cell_width(text)) + text


def _forecasts(session: Session) -> bool:
    """Whether answers are values to come, neither right nor wrong."""
    tape = session.run.scenario.tape
    return tape.target is not None and not tape.labels and tape.tolerance is None


def _answer(session: Session, lane: str, glyphs: str) -> list[tuple[str, str]]:
    """What the lane would answer now, in pieces with their colours."""
    tape = session.run.scenario.tape
    if tape.target is None:
        return [("", "dim")]
    cell = session.cell(lane)
    if session.t <= cell.warm_up or session.known(lane, cell.answer) < session.t:
        return [(say(session, "no answer"), "dim")]
    answer = session.run.answer(lane, session.t)
    if answer is None:
        return [("", "dim")]
    plain = glyphs == "ascii"
    if answer.probabilities is None and tape.tolerance is None:
        before = session.run.answer(lane, session.t - 1)
        pieces = [(f"{say(session, 'next')} ", "dim"), (_aligned(answer.text), "text")]
        if before is not None and before.error is not None:
            said, came = _aligned(before.text), short_exponent(before.target)
            pieces.append((f" · {say(session, 'said', said=said, came=came)}", "dim"))
        return pieces
    verdict, colour = "", "text"
    if answer.right is not None:
        phrase, mark = ("is right", "✓") if answer.right else ("is wrong", "✗")
        verdict = f" {mark} {say(session, phrase)}"
        colour = "good" if answer.right else "bad"
    sure = "" if answer.confidence is None else f" {answer.confidence:.0%}"
    pieces = [(f"{say(session, 'says')} ", "dim")]
    pieces += [(f"{short_exponent(answer.text)}{verdict}", colour), (f"{sure}  ", "dim")]
    if answer.probabilities is None:
        return pieces
    order = np.arange(len(tape.labels))
    if len(order) > 6:
        order = np.argsort(-answer.probabilities)[:4]
    for k in order.tolist():
        label, share = visible(tape.labels[k]), float(answer.probabilities[k])
        name = "good" if label in answer.due else "text" if share > 0.5 else "dim"
        pieces.append((f"{label}{bar(share, plain)} ", name))
    return pieces
