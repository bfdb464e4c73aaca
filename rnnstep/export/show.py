"""One step of a run as plain text, for pipes, notes and terminals without cursor control."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..equations.graph import Signal
from ..equations.interpret import Past
from ..equations.parts import Part, parts_of
from ..equations.render import with_numbers
from ..scenario.run import Run
from ..scenario.tape import visible
from ..simulate.patched import fired_at, patches_at
from .glyphs import GATE_GLYPHS, LARGE, SIGNED_GLYPHS, SMALL
from .patched import changes_text, edit_text
from .text import padded


def show_step(run: Run, t: int, lanes: tuple[str, ...] = (), unit: int | None = None) -> str:
    """Describe a step.

    Parameters
    ----------
    run : Run
    t : int
        Step, 0 to T.
    lanes : tuple of str
        Which lanes; all, in brief, if empty. Named lanes are shown with every value.
    unit : int, optional
        Show the equations of this unit with their numbers.

    Returns
    -------
    str

    Raises
    ------
    SignalError, StepError
        If there is no such lane, unit or step.
    """
    scenario, tape = run.scenario, run.scenario.tape
    names = [name for name, step in scenario.marks.items() if step == t]
    head = f"{scenario.title} · step {t} of {tape.length}"
    if names:
        head += f" ({', '.join(names)})"
    if t > 0:
        index = f"{tape.index[t - 1]}: " if tape.index else ""
        head += f" · input {index}{visible(tape.symbols[t - 1])}"
    else:
        head += " · initial state"
    rows = [head]
    rows += [f"  {remark}" for remark in scenario.remarks]
    rows += [f"  {note.text}" for note in scenario.notes if note.step == t]
    for name in lanes or tuple(run.traces):
        rows += ["", *_lane(run, name, t, bool(lanes), unit)]
    return "\n".join(rows)


def _lane(run: Run, name: str, t: int, full: bool, unit: int | None) -> list[str]:
    trace, model = run[name], run.scenario.models[name]
    trace.check_step(t)
    head = f"{name}: {model.title}"
    if model.solved:
        head += f" · learned by {model.solved[0]} of {model.solved[1]} seeds"
    if model.free_from is not None:
        head += f" · free running from step {model.free_from}"
    rows = [head]
    if full and model.learned:
        rows.append(f"  {model.learned}")
    rows += _read(run, name, t)
    if trace.first_nonfinite:
        rows.append(f"  NOT FINITE: {trace.first_nonfinite}")
    rows += _answer(run, name, t)
    cost = run.cost(name, t)
    if cost is not None:
        rows.append(
            f"  costs {cost.multiply_adds} multiply-adds with {cost.parameters} of its"
            f" {model.sizes.count} parameters"
        )
    graph = model.cell.graph
    for signal in graph.signals.values():
        values = trace.value(signal.name, t)
        if t == 0 and not signal.is_state:
            continue
        rows.append(_brief(signal, values))
        if fired := fired_at(trace, signal.name, t):
            rows.append(f"    patched: {'; '.join(map(str, fired))}")
        if full:
            rows += _all_values(values)
    if unit is not None and t > 0:
        rows += ["", *equations_with_numbers(run, name, t, unit)]
    return rows


def _read(run: Run, name: str, t: int) -> list[str]:
    """What a lane reads, where that is not what stands on the tape or was patched."""
    if t < 1:
        return []
    reading = run.reading(name, t)
    source = "its own answer of the step before"
    if reading.patches:
        given = f"{source} is" if reading.own else "the tape has"
        return [f"  reads {reading.text}, patched: {edit_text(reading, given)}"]
    return [f"  reads {reading.text}, {source}"] if reading.own else []


def _answer(run: Run, name: str, t: int) -> list[str]:
    answer = run.answer(name, t)
    warm_up = run.scenario.models[name].cell.warm_up
    if answer is None and 0 < t <= warm_up:
        return [f"  no answer yet: it has its first one at step {warm_up + 1}"]
    if answer is None:
        return []
    verdict = ""
    if answer.right is not None:
        verdict = " · right" if answer.right else f" · wrong, it is {answer.target}"
    if answer.error is not None:
        verdict += f" · comes {answer.target}, off by {answer.error:.4g}"
    sure = f" ({answer.confidence:.1%} sure)" if answer.confidence is not None else ""
    rows = [f"  answers {answer.text}{sure}{verdict}"]
    if answer.probabilities is not None:
        labels = run.scenario.tape.labels
        parts = [f"{visible(k)} {p:.3f}" for k, p in zip(labels, answer.probabilities, strict=True)]
        rows.append("  " + "  ".join(parts))
    return rows


def _brief(signal: Signal, values: np.ndarray) -> str:
    finite = values[np.isfinite(values)]
    if len(finite):
        numbers = f"{finite.min():+9.4f} {finite.mean():+9.4f} {finite.max():+9.4f}"
    else:
        numbers = f"{'nan':>9} {'nan':>9} {'nan':>9}"
    picture = glyphs(values[:64], signal.is_gate)
    role = signal.role if signal.role != signal.name else ""
    more = "…" if len(values) > 64 else ""
    return f"  {signal.name:<7} {padded(role, 14)} {numbers}  {picture}{more}"


def glyphs(values: np.ndarray, gate: bool) -> str:
    """One letter a unit: the height of a gate, or the sign and size of a value."""
    found = []
    gates, signs = GATE_GLYPHS["unicode"], SIGNED_GLYPHS["unicode"]
    scale = max(1.0, float(np.nanmax(np.abs(values)))) if np.isfinite(values).any() else 1.0
    for value in values.tolist():
        if not np.isfinite(value):
            found.append("!")
        elif gate:
            found.append(gates[max(0, min(7, int(value * 8)))])
        else:
            size = abs(value) / scale
            step = 0 if size < SMALL else 1 if size < LARGE else 2
            found.append(signs[2 + (step if value > 0 else -step)])
    return "".join(found)


def _all_values(values: np.ndarray) -> list[str]:
    rows = []
    for start in range(0, len(values), 8):
        part = values[start : start + 8]
        rows.append(f"    {start:>4}: " + " ".join(f"{value:+9.5f}" for value in part))
    return rows


def equations_with_numbers(run: Run, name: str, t: int, unit: int) -> list[str]:
    """The equations of one step for one unit, in symbols and in numbers."""
    from ..errors import StepError

    trace, model = run[name], run.scenario.models[name]
    width = model.sizes.signals[model.cell.output]
    if not 0 <= unit < width:
        raise StepError(f"{name} has no unit {unit}; it has units 0 to {width - 1}")
    now: dict[str, np.ndarray] = {**trace.lane.params, **trace.inputs(t)}
    parts = parts_of(model.cell.graph)
    rows = [f"  unit {unit}:"]
    for signal in model.cell.graph.signals.values():
        now[signal.name] = trace.value(signal.name, t)
        size = len(now[signal.name])
        if size not in (width, 1):
            continue
        changes = patches_at(trace, signal.name, t, min(unit, size - 1))
        given = changes[0].before if changes else None
        found = with_numbers(signal.equation, now, trace.past(t), unit, given=given)
        rows.append(f"    {found.symbols}")
        rows.append(f"    {'':{len(signal.name)}} = {found.numbers} = {found.value:.6g}")
        labelled = parts.get(signal.name, ())
        rows += [f"      {line}" for line in _parts(labelled, now, trace.past(t), unit)]
        if changes:
            rows.append(f"      patched: {changes_text(changes, '{:.6g}'.format)}")
    return rows


def _parts(
    parts: tuple[Part, ...], now: Mapping[str, np.ndarray], past: Past, unit: int
) -> list[str]:
    """The labelled terms of an equation, each with its value; see equations/parts.py."""
    rows = []
    for part in sorted(parts, key=lambda part: part.label):
        value = part.with_numbers(now, past, unit).value
        rows.append(f"{part.label} {part.words}: {part.symbols} = {value:.6g}")
    return rows
