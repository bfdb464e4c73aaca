"""Gradient flow and contributions at one step, as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass

import numpy as np

from ..equations.parts import memory_of
from ..errors import SignalError, listed, suggest
from ..gradient import Contributions, Reach, Verdict, contributions, verdict_of
from ..scenario.run import Run
from .tables import real
from .text import padded, short_exponent

Array = np.ndarray

_ROWS = 32
"""Steps that the text shows of a longer run, evenly; those that have a name come on top."""

_BAR = 24


@dataclass(frozen=True, eq=False)
class FlowRow:
    """What reaches a step in one lane.

    Attributes
    ----------
    lane, title : str
    state : str
        Empty if the lane has no state.
    reaches : tuple of Reach
        One for each path.
    verdict : Verdict or None
    shares : Contributions or None
        Of the unit that was asked for.
    """

    lane: str
    title: str
    state: str
    reaches: tuple[Reach, ...] = ()
    verdict: Verdict | None = None
    shares: Contributions | None = None


def lane_flows(
    run: Run,
    t: int,
    first: int = 0,
    lanes: tuple[str, ...] = (),
    state: str = "",
    unit: int | None = None,
) -> tuple[FlowRow, ...]:
    """Ask every lane what reaches a step.

    Parameters
    ----------
    run : Run
    t, first : int
        The step, and the earliest one to look back to.
    lanes : tuple of str
        Which; all if empty.
    state : str
        Which state, or ``all``; each lane's memory if empty (see ``memory_of``). Lanes that lack
        the state are left out where lanes are not named.
    unit : int, optional
        Also say what each step contributed to this unit of the state.

    Raises
    ------
    SignalError, StepError
        If there is no such lane, state, unit or step.
    """
    found = []
    for name in lanes or tuple(run.traces):
        flow, title = run.flow(name), run.scenario.models[name].title
        if state and state not in flow.states and not lanes:
            continue
        chosen = state or memory_of(run.scenario.models[name].cell.graph)
        if not chosen:
            found.append(FlowRow(name, title, ""))
            continue
        reaches = tuple(flow.reach(t, chosen, first, path) for path in flow.paths(chosen))
        shares = None
        if unit is not None:
            shares = contributions(flow.trace, t, chosen, unit)
        found.append(FlowRow(name, title, chosen, reaches, verdict_of(reaches[0]), shares))
    if not found:
        names = sorted({n for lane in run.traces for n in run.flow(lane).states})
        raise SignalError(
            f"no lane has a state {state!r}{suggest(state, names)}; there are {listed(names)}"
        )
    return tuple(found)


def flow_text(run: Run, t: int, flows: tuple[FlowRow, ...], whole: bool = False) -> str:
    """The reach of step t as a table for each lane, with bars on one log axis.

    Of a long run only some steps are shown unless the whole is asked for: the ends, those that have
    a name and some between them. The text says how many there are.
    """
    scenario = run.scenario
    values = np.concatenate([np.zeros(1), *(f.reaches[0].log10 for f in flows if f.reaches)])
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    rows = [f"{scenario.title} · step {t} of {run.length} · log10 of the norm of ∂s_{t}/∂s_k"]
    for found in flows:
        rows += ["", *_lane_rows(run, found, min(low, high - 1), high, whole)]
    return "\n".join(rows)


def contributions_text(run: Run, t: int, flows: tuple[FlowRow, ...], whole: bool = False) -> str:
    """What each step contributed to a unit, lane by lane; steps as for :func:`flow_text`."""
    rows = [f"{run.scenario.title} · step {t} of {run.length} · what each step contributed"]
    for found in flows:
        rows.append("")
        if found.shares is None:
            rows.append(f"{found.lane}: {found.title} · has no state")
            continue
        shares = found.shares
        name = f"{shares.signal}[{shares.unit}]"
        rows.append(f"{found.lane}: {found.title} · {name} = {shares.total:.6g}")
        rows.append(f"  {shares.explanation}")
        finite = shares.values[np.isfinite(shares.values)]
        largest = float(np.abs(finite).max(initial=0.0)) or 1.0
        left = _BAR if (finite < 0).any() else 0
        chosen = _chosen(run, np.arange(t + 1), whole)
        width = _label_width(run, found.lane, chosen)
        for k in chosen:
            value = float(shares.values[k])
            bar = _signed_bar(value / largest, left)
            label = padded(_label(run, found.lane, k), width)
            rows.append(f"  {k:>6} {label} {value:>+13.6g}  {bar}")
        what = "sum" if len(chosen) == t + 1 else "of all"
        rows.append(f"  {what:>6} {'':{width}} {shares.written:>+13.6g}")
        rows += _left_out(len(chosen), t + 1)
    return "\n".join(rows)


def _lane_rows(
    run: Run, found: FlowRow, low: float, high: float, whole: bool
) -> list[str]:
    if found.verdict is None:
        return [f"{found.lane}: {found.title} · has no state; nothing flows from step to step"]
    total = found.reaches[0]
    rows = [f"{found.lane}: {found.title} · {found.state} · {found.verdict.text}"]
    heads = "".join(f"{reach.path:>11}" for reach in found.reaches)
    heads += f"  {_scale(low, high)}"
    chosen = _chosen(run, total.steps, whole)
    width = _label_width(run, found.lane, chosen)
    rows.append(f"  {'k':>6} {'':{width}}{heads}")
    for k in chosen:
        at = k - int(total.steps[0])
        numbers = "".join(f"{log_text(reach.log10[at]):>11}" for reach in found.reaches)
        value = total.log10[at]
        bar = _bar((value - low) / (high - low), _BAR) if np.isfinite(value) else ""
        rows.append(f"  {k:>6} {padded(_label(run, found.lane, k), width)}{numbers}  │{bar}")
    return rows + _left_out(len(chosen), len(total.steps))


def _label(run: Run, lane: str, k: int) -> str:
    """What a lane read at step k, and the names that the step has."""
    if k == 0:
        return "start"
    names = sorted(name for name, step in run.scenario.tape.marks.items() if step == k)
    return " ".join((run.reading(lane, k).text, *names))


def _label_width(run: Run, lane: str, steps: list[int]) -> int:
    return max(8, *(len(_label(run, lane, k)) + 1 for k in steps))


def _scale(low: float, high: float) -> str:
    """What the ends of a bar stand for, above them."""
    least, most = (short_exponent(f"{10**end:.2g}") for end in (low, high))
    return f"{least:<{max(_BAR + 1 - len(most), 0)}}{most}"


def _chosen(run: Run, steps: Array, whole: bool) -> list[int]:
    """The steps that are shown: all of a short run, else ``_ROWS`` evenly and those with a name."""
    if whole or len(steps) <= _ROWS:
        return [int(k) for k in steps]
    evenly = steps[np.linspace(0, len(steps) - 1, _ROWS).round().astype(int)]
    first, last = int(steps[0]), int(steps[-1])
    named = {k for k in run.scenario.tape.marks.values() if first <= k <= last}
    return sorted(named | {int(k) for k in evenly})


def _left_out(shown: int, count: int) -> list[str]:
    if shown == count:
        return []
    return [f"  {shown} of {count} steps; --all prints every one, --csv and --json have them too"]


def log_text(value: float) -> str:
    """A logarithm for people."""
    if math.isnan(value):
        return "not finite"
    return "zero" if value == -math.inf else f"{value:.3f}"


def _bar(share: float, width: int) -> str:
    if not math.isfinite(share):
        return ""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    return "█" * (eighths // 8) + ("", *"▏▎▍▌▋▊▉")[eighths % 8]


def _signed_bar(share: float, left: int) -> str:
    """A bar from an axis: to the right if positive, to the left, where there is room, if not."""
    if share >= 0 or not math.isfinite(share):
        return f"{' ' * left}│{_bar(share, _BAR)}"
    # Terminals have no eighths from the right; a half there is the finest.
    halves = max(round(-share * left * 2), 1)
    bar = "▐" * (halves % 2) + "█" * (halves // 2)
    return f"{bar:>{left}}│"


def flow_json(t: int, flows: tuple[FlowRow, ...], file: str) -> str:
    """All of it; what is infinite is "inf" or "-inf" (log10 of exactly zero), what is NaN null.

    A log10 of what is not finite is NaN, so it is null; a contribution may be infinite.
    """
    return json.dumps(
        {"format": 1, "file": file, "step": t, "lanes": [_as_data(found) for found in flows]},
        indent=2, ensure_ascii=False, allow_nan=False,
    )  # fmt: skip


def _as_data(found: FlowRow) -> dict[str, object]:
    data: dict[str, object] = {"lane": found.lane, "title": found.title, "state": found.state}
    if found.verdict:
        data["verdict"] = verdict_data(found.verdict)
        data["steps"] = found.reaches[0].steps.tolist()
        data["log10"] = {r.path: [real(v) for v in r.log10.tolist()] for r in found.reaches}
    if found.shares:
        data["contributions"] = {
            "signal": found.shares.signal,
            "unit": found.shares.unit,
            "kind": found.shares.kind,
            "total": real(found.shares.total),
            "values": [real(v) for v in found.shares.values.tolist()],
        }
    return data


def verdict_data(verdict: Verdict) -> dict[str, object]:
    """A verdict for programs."""
    return {
        "kind": verdict.kind,
        "half_life": verdict.half_life,
        "rate": real(verdict.rate),
        "steps": verdict.looked_at,
        "text": verdict.text,
    }


def flow_csv(flows: tuple[FlowRow, ...]) -> str:
    """One row for each lane, step and path; contributions are a path of their own."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["lane", "state", "step", "k", "what", "value"])
    for found in flows:
        for reach in found.reaches:
            for k, value in zip(reach.steps.tolist(), reach.log10.tolist(), strict=True):
                writer.writerow([found.lane, found.state, reach.t, k, f"log10 {reach.path}", value])
        if found.shares:
            for k, value in enumerate(found.shares.values.tolist()):
                what = f"contribution to unit {found.shares.unit}"
                writer.writerow([found.lane, found.state, found.shares.t, k, what, value])
    return out.getvalue().rstrip("\n")
