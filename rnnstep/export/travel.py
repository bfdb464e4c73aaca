"""What health, compare and ablate have found, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from ..scenario.ablation import Ablation
from ..scenario.comparison import Comparison, MemoryFlow
from ..scenario.run import Run
from ..simulate.health import VERDICTS, Finding
from .flow import log_text, verdict_data
from .glyphs import MISSING
from .tables import aligned, number, real

Array = np.ndarray
_KINDS = {"norm": "‖a − b‖", "cosine": "1 − cosine", "norms": "|‖a‖ − ‖b‖|"}


def health_text(run: Run, found: Mapping[str, tuple[Finding, ...]]) -> str:
    """A table of counts for each lane, and below it each unit with where to look."""
    rows = [f"{run.scenario.title}, steps 1 to {run.length}"]
    for lane, findings in found.items():
        rows += ["", f"{lane}: {run.scenario.models[lane].title}"]
        graph, sizes = run[lane].lane.cell.graph, run[lane].lane.sizes.signals
        lines: list[tuple[str, ...]] = [("signal", "role", "units", *VERDICTS)]
        for name, signal in graph.signals.items():
            counts = [
                sum(f.signal == name and f.verdict == verdict for f in findings)
                for verdict in VERDICTS
            ]
            shown = [str(count) if count else "·" for count in counts]
            lines.append((name, signal.role, str(sizes[name]), *shown))
        rows += [f"  {line}" for line in aligned(lines, (0, 1))]
        units = [
            (f"{f.signal}[{f.unit}]", f.verdict, f"look at step {f.step}", f.why) for f in findings
        ]
        rows += [f"  {line}" for line in aligned(units, (0, 1, 2, 3))] if units else []
    return "\n".join(rows)


def health_json(run: Run, found: Mapping[str, tuple[Finding, ...]], file: str) -> str:
    """Every finding, for programs."""
    lanes = {
        lane: [
            {"signal": f.signal, "unit": f.unit, "verdict": f.verdict, "step": f.step, "why": f.why}
            for f in findings
        ]
        for lane, findings in found.items()
    }
    return _json({"file": file, "title": run.scenario.title, "steps": run.length, "lanes": lanes})


def comparison_text(
    run: Run, found: Comparison, flows: Sequence[MemoryFlow], series: Mapping[str, Array]
) -> str:
    """Where two lanes part, whether they agree, a table of distances, one of gradient flow."""
    one, other = found.lanes
    beside = f"; step t of {one} beside t{found.shift:+d} of {other}" if found.shift else ""
    rows = [
        run.scenario.title,
        f"{one} and {other}, steps {found.first} to {found.last}{beside}",
        "",
    ]
    if found.alike:
        rows.append(f"first divergence   {found.divergence or 'none'}")
    agreement = found.agreement
    if agreement is not None:
        text = f"same answer at {agreement.share:.1%} of {agreement.steps} steps"
        if agreement.first is not None:
            text += f", first another at step {agreement.first}"
        if not np.isnan(agreement.difference):
            text += f", mean difference {agreement.difference:.4g}"
        rows.append(f"agreement          {text}")
    lines: list[tuple[str, ...]] = [("signal", "distance", "mean", "largest", "at step")]
    lines += [
        (d.signal, _KINDS[d.kind], number(d.mean), number(d.largest), str(d.step))
        for d in found.distances
    ]
    rows += ["", *aligned(lines, (0, 1))]
    if found.resized:
        rows += ["", f"of another size, compared by their norms: {', '.join(found.resized)}"]
    if found.missing:
        rows += ["", f"of one lane only, not compared: {', '.join(found.missing)}"]
    if not found.alike:
        rows += [
            "",
            f"{one} and {other} have other equations or sizes: a unit of one is no unit of"
            " the other; answers, norms and gradient flow compare",
        ]
    rows += ["", *_flow_rows(flows)]
    if series:
        steps = range(found.first, found.last + 1)
        lines = [("step", *series)]
        columns = [series[name] for name in series]
        lines += [
            (str(step), *(number(float(column[k])) for column in columns))
            for k, step in enumerate(steps)
        ]
        rows += ["", *aligned(lines, ())]
    return "\n".join(rows)


def _flow_rows(flows: Sequence[MemoryFlow]) -> list[str]:
    """The gradient flow of lanes under each other, and how far each verdict looked back."""
    back = max((flow.back for flow in flows), key=len)
    rows = []
    there = [flow for flow in flows if flow.verdict]
    if there:
        rows.append("gradient flow: log10 of ‖∂s_t/∂s_(t-n)‖ of each lane's memory s, n steps back")
        lines: list[tuple[str, ...]] = [("lane", "memory", "t", *(f"n = {n}" for n in back))]
        for flow in there:
            shown = [log_text(value) for value in flow.log10]
            shown += [MISSING] * (len(back) - len(shown))
            lines.append((flow.lane, flow.state, str(flow.step), *shown))
        rows += aligned(lines, (0, 1))
    for flow in flows:
        if flow.verdict is None:
            rows.append(f"{flow.lane} has no state: no gradient flows from step to step")
        else:
            looked = flow.verdict.looked_at
            over = f" (over {looked} {'step' if looked == 1 else 'steps'})"
            said = flow.verdict.text
            rows.append(f"{flow.lane}: {said}{'' if f'over {looked} ' in said else over}")
    return rows


def comparison_json(
    found: Comparison, flows: Sequence[MemoryFlow], series: Mapping[str, Array], file: str
) -> str:
    """The same for programs; ``over_time`` has a number for each step compared."""
    parted, agreement = found.divergence, found.agreement
    return _json(
        {
            "file": file,
            "lanes": list(found.lanes),
            "alike": found.alike,
            "first": found.first,
            "last": found.last,
            "shift": found.shift,
            "first_divergence": parted and {
                "step": parted.step, "signal": parted.signal, "unit": parted.unit,
                "values": [real(value) for value in parted.values],
            },
            "agreement": agreement and {
                "steps": agreement.steps, "share": agreement.share,
                "difference": real(agreement.difference), "first": agreement.first,
            },
            "distances": [
                {"signal": d.signal, "kind": d.kind, "mean": real(d.mean),
                 "largest": real(d.largest), "step": d.step}
                for d in found.distances
            ],
            "resized": list(found.resized),
            "missing": list(found.missing),
            "gradient_flow": [
                {"lane": flow.lane, "memory": flow.state or None, "step": flow.step,
                 "back": list(flow.back), "log10": [real(value) for value in flow.log10],
                 "verdict": verdict_data(flow.verdict) if flow.verdict else None}
                for flow in flows
            ],
            "over_time": {
                name: [real(value) for value in values.tolist()] for name, values in series.items()
            },
        }
    )  # fmt: skip


def ablation_text(found: Ablation, file: str) -> str:
    """The units by what patching each does, the one that matters most first."""
    rows = [f"{found.lane}.{found.signal}[unit] {found.operation}"]
    if found.scored:
        steps = "1 step" if found.scored == 1 else f"{found.scored} steps"
        rows.append(f"loss without a patch {found.loss:#.4g}, a mean over {steps} of the tape")
    else:
        rows.append("there is no loss: the tape asks nothing that the lane answers")
    count = len(found.judged)
    rows += [f"expectations about {found.lane} that a patch can break: {count}", ""]
    lines = [("unit", "breaks", "loss", "change", "answer moves")]
    lines += [
        (str(e.unit), str(len(e.broken)) if count else MISSING, number(e.loss),
         number(e.change, "{:+.3g}"), number(e.moved))
        for e in found.effects
    ]  # fmt: skip
    rows += aligned(lines, ())
    broken = {claim.line: claim for effect in found.effects for claim in effect.broken}
    for line, claim in sorted(broken.items()):
        units = [str(e.unit) for e in found.effects if claim in e.broken]
        rows += ["", f"{file}:{line}: {claim.that}", f"  broken by unit {', '.join(units)}"]
    return "\n".join(rows)


def ablation_json(found: Ablation, file: str) -> str:
    """The same for programs."""
    return _json(
        {
            "file": file,
            "lane": found.lane,
            "signal": found.signal,
            "operation": found.operation,
            "loss": real(found.loss),
            "scored": found.scored,
            "judged": [{"that": e.that, "line": e.line} for e in found.judged],
            "units": [
                {"unit": e.unit, "loss": real(e.loss), "change": real(e.change),
                 "moved": real(e.moved), "broken": [claim.line for claim in e.broken]}
                for e in found.effects
            ],
        }
    )  # fmt: skip


def _json(data: dict[str, object]) -> str:
    return json.dumps({"format": 1, **data}, indent=2, ensure_ascii=False, allow_nan=False)
