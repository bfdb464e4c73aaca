"""Units that do not work: saturated, dead, never used, or no numbers, with the steps that show it.

What counts, over steps 1 to T:

- **saturated**: at ``SHARE`` of the steps or more the value lies within ``EDGE`` of the range from
  one of its bounds; bounds are those that follow from the equations (0 and 1 of a gate).
- **dead**: not saturated, but the value never moves by more than ``STILL``.
- **never used**: wherever the equations read the unit, what they make of it is next to nothing:
  the matrix that it meets has a column with a norm below ``EDGE`` of the matrix's largest one, or
  what it is multiplied with (a gate) never exceeds ``EDGE`` in magnitude. A signal that no equation
  reads is not judged.
- **not finite**: NaN or infinite at some step.

A signal that parameters alone decide is the same at every step, and only judged by its use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..equations import syntax as s
from ..equations.functions import FUNCTIONS
from ..equations.interpret import evaluate
from .breakpoint import stretches
from .trace import Trace

Array = np.ndarray
Progress = Callable[[int, int], object]

SHARE = 0.95
EDGE = 0.01
STILL = 1e-9
VERDICTS = ("not finite", "dead", "saturated", "never used")


@dataclass(frozen=True)
class Finding:
    """One unit that does not work.

    Attributes
    ----------
    signal : str
    unit : int
    verdict : str
        One of ``VERDICTS``.
    step : int
        Where to look: the first saturated or broken step, the first step of what never moves, the
        step at which a gate over what is never used was widest open.
    why : str
        The numbers.
    """

    signal: str
    unit: int
    verdict: str
    step: int
    why: str


@dataclass
class _Watched:
    """What is gathered of one signal over the run, unit by unit."""

    low: Array
    high: Array
    at_low: Array
    at_high: Array
    first_edge: Array
    broken: Array


def health(trace: Trace, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Find the units of a run that do not work.

    Parameters
    ----------
    trace : Trace
    progress : callable, optional
        As in ``breakpoint.search``.

    Returns
    -------
    tuple of Finding
        By signal in the order of the equations, then by unit.
    """
    graph, sizes = trace.lane.cell.graph, trace.lane.sizes.signals
    watched = {
        name: _Watched(*(np.full(sizes[name], v) for v in (np.inf, -np.inf, 0, 0, 0, 0)))
        for name in graph.signals
    }
    uses = _Uses(trace)
    moving = _moving(trace)
    for start, stop in stretches(trace.length, 0, 1, trace.kept == "everything"):
        for name, signal in graph.signals.items():
            _watch(watched[name], trace.rows(name, start, stop), signal.low, signal.high, start)
        uses.watch(start, stop)
        if progress:
            progress(stop - 1, trace.length)
    found: list[Finding] = []
    for name, signal in graph.signals.items():
        seen = watched[name]
        for unit in range(sizes[name]):
            verdict = _judge(name, unit, seen, (signal.low, signal.high), trace.length) if (
                name in moving) else None  # fmt: skip
            found += [verdict] if verdict else []
            unused = uses.judge(name, unit)
            found += [unused] if unused else []
    return tuple(found)


def _moving(trace: Trace) -> set[str]:
    """Signals that an input or the past reaches."""
    graph = trace.lane.cell.graph
    found: set[str] = set()
    for equation in graph.equations:
        for node in equation.expression.walk():
            if isinstance(node, s.Lagged) or (
                isinstance(node, s.Name) and node.id in (*graph.inputs, *found)
            ):
                found.add(equation.name)
    return found


def _watch(seen: _Watched, rows: Array, low: float, high: float, start: int) -> None:
    finite = np.isfinite(rows)
    with np.errstate(all="ignore"):
        seen.low = np.minimum(seen.low, np.where(finite, rows, np.inf).min(axis=0))
        seen.high = np.maximum(seen.high, np.where(finite, rows, -np.inf).max(axis=0))
    edge = np.zeros(rows.shape, bool)
    if np.isfinite(low) and np.isfinite(high):
        width = EDGE * (high - low)
        at_low, at_high = rows <= low + width, rows >= high - width
        seen.at_low = seen.at_low + at_low.sum(axis=0)
        seen.at_high = seen.at_high + at_high.sum(axis=0)
        edge = at_low | at_high
    for first, mask in ((seen.first_edge, edge), (seen.broken, ~finite)):
        fresh = mask.any(axis=0) & (first == 0)
        first[fresh] = mask.argmax(axis=0)[fresh] + start


def _judge(
    name: str, unit: int, seen: _Watched, bounds: tuple[float, float], steps: int
) -> Finding | None:
    if seen.broken[unit]:
        return Finding(name, unit, "not finite", int(seen.broken[unit]), "NaN or infinite")
    shares = float(seen.at_low[unit]) / steps, float(seen.at_high[unit]) / steps
    if sum(shares) >= SHARE:
        parts = [f"{share:.0%} of the steps at {bound:g}" for share, bound in
                 zip(shares, bounds, strict=True) if share]  # fmt: skip
        return Finding(name, unit, "saturated", int(seen.first_edge[unit]), ", ".join(parts))
    low, high = float(seen.low[unit]), float(seen.high[unit])
    if steps > 1 and high - low <= STILL:
        return Finding(name, unit, "dead", 1, f"always {low:.4g}")
    return None


@dataclass
class _Use:
    """One place where the equations read a signal.

    ``column`` is the share that each unit's column has of its matrix's largest; None without one.
    ``others`` are the factors that it is multiplied with on the way.
    """

    equation: str
    column: Array | None
    others: list[tuple[s.Expression, Array, Array]]


class _Uses:
    """Every place where signals are read, and how wide open it ever was."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sizes = trace.lane.sizes.signals
        self.places: dict[str, list[_Use]] = {name: [] for name in trace.lane.cell.graph.signals}
        for equation in trace.lane.cell.graph.equations:
            self.walk(equation.name, equation.expression, None, [])

    def walk(
        self, equation: str, node: s.Expression, column: Array | None, others: list[s.Expression]
    ) -> None:
        """Go down an equation; unit k of what is below makes only unit k of what is here."""
        if isinstance(node, s.Name | s.Lagged) and node.id in self.places:
            size = self.sizes[node.id]
            factors = [(other, np.zeros(size), np.zeros(size, int)) for other in others]
            self.places[node.id].append(_Use(equation, column, factors))
        elif isinstance(node, s.Binary) and node.op == "@":
            assert isinstance(node.left, s.Name)
            norms = np.linalg.norm(self.trace.lane.params[node.left.id], axis=0)
            # Behind a matrix the units are other ones: what is multiplied above it says nothing.
            largest = norms.max() if norms.max() > 0 else 1.0
            self.walk(equation, node.right, norms / largest, [])
        elif isinstance(node, s.Binary) and node.op == "*":
            self.walk(equation, node.left, column, [*others, node.right])
            self.walk(equation, node.right, column, [*others, node.left])
        elif isinstance(node, s.Call) and FUNCTIONS[node.function].kind != "elementwise":
            for child in node.children():
                self.walk(equation, child, None, [])
        else:
            for child in node.children():
                self.walk(equation, child, column, others)

    def watch(self, start: int, stop: int) -> None:
        """See how large the factors are at some steps."""
        trace = self.trace
        now: dict[str, Array] = dict(trace.lane.params)
        now |= {name: trace.rows(name, start, stop) for name in trace.signals}

        def past(name: str, k: int) -> Array:
            # Before step 1 the trace has no rows, but the equations read something.
            early = [trace.past(t)(name, k) for t in range(start, min(k + 1, stop))]
            first = max(start - k, 1)
            rows = trace.rows(name, first, max(stop - k, first))
            return np.concatenate([np.reshape(early, (-1, rows.shape[1])), rows])

        for name, places in self.places.items():
            for use in places:
                for number, (other, most, at) in enumerate(use.others):
                    if any(isinstance(n, s.Call) and FUNCTIONS[n.function].kind == "history"
                           for n in other.walk()):  # fmt: skip
                        continue
                    with np.errstate(all="ignore"):
                        value = np.abs(evaluate(other, now, past))
                    rows = np.broadcast_to(value, (stop - start, self.sizes[name]))
                    rows = np.where(np.isnan(rows), np.inf, rows)
                    higher = rows.max(axis=0) > most
                    use.others[number] = (
                        other,
                        np.where(higher, rows.max(axis=0), most),
                        np.where(higher, rows.argmax(axis=0) + start, at),
                    )

    def judge(self, name: str, unit: int) -> Finding | None:
        reasons: list[tuple[float, int, str]] = []
        for use in self.places[name]:
            found: tuple[float, int, str] | None = None
            if use.column is not None and use.column[unit] < EDGE:
                share = float(use.column[unit])
                found = (share, 1, f"its weights in {use.equation} are {share:.2g} of the largest")
            for _, most, at in use.others:
                if most[unit] < EDGE:
                    value = float(most[unit])
                    why = f"what {use.equation} multiplies it with never exceeds {value:.2g}"
                    found = (value, int(at[unit]) or 1, why)
            if found is None:
                return None
            reasons.append(found)
        if not reasons:
            return None
        _, step, why = max(reasons)
        return Finding(name, unit, "never used", step, why)
