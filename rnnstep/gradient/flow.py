"""Gradient flow of a lane: what every earlier state and input still means to step t.

Everything is asked of a :class:`Flow`; ``flow_of(trace)`` makes one, or returns the one that the
trace already has. Jacobians are computed stretch by stretch when they are needed. Inputs are held:
in a lane that reads its own answers the way through the answers is not followed. Panels and
searches ask from threads of their own; one at a time computes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from itertools import pairwise
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from ..equations.nodes import build_dag
from ..errors import SignalError, StepError, listed, suggest
from ..simulate import Trace
from .affine import Affine, affine_form
from .inputs import InputGradient, pull_back
from .jacobians import Jacobians
from .map import norm_map
from .reach import Reach, Walk, direct_reach
from .state import ALL, state_layout
from .verdict import Verdict, verdict_of

Array = np.ndarray
P = ParamSpec("P")
R = TypeVar("R")

VERDICT_STEPS = 128
"""How far back a verdict looks unless told otherwise."""

_WALKS = 16


@dataclass(frozen=True, eq=False)
class StepMeasures:
    """Measures of single steps' Jacobians.

    Attributes
    ----------
    steps : (n,) ndarray of int
    singular_values : (n, size) ndarray
        Largest first.
    spectral_radius, spectral_norm, frobenius_norm : (n,) ndarray
        NaN where a Jacobian is not finite.
    """

    steps: Array
    singular_values: Array
    spectral_radius: Array
    spectral_norm: Array
    frobenius_norm: Array


def one_at_a_time(
    ask: Callable[Concatenate[Flow, P], R]
) -> Callable[Concatenate[Flow, P], R]:
    """Have threads wait for each other: what a flow keeps is changed by whoever asks."""

    @wraps(ask)
    def alone(flow: Flow, /, *arguments: P.args, **keywords: P.kwargs) -> R:
        with flow.lock:
            return ask(flow, *arguments, **keywords)

    return alone


class Flow:
    """Gradient flow of one trace.

    Attributes
    ----------
    trace : Trace
    target : ndarray or None
        What is asked at each step, as on the tape; needed for gradients of the loss.
    states : tuple of str
        What flow can be asked of: each state, and ``all`` for the whole state vector; empty for a
        cell without states.
    """

    def __init__(self, trace: Trace, target: Array | None = None) -> None:
        self.trace = trace
        self.target = target
        lane = trace.lane
        self.layout = state_layout(lane.cell.graph, lane.sizes)
        patching = trace.machine.patching
        patched = patching.signals if patching else frozenset()
        self.dag = build_dag(lane.cell.graph, lane.sizes, patched, unpatched=True)
        self.jacobians = Jacobians(trace, self.dag, self.layout)
        self.states: tuple[str, ...] = self.layout.names if self.layout.blocks else ()
        self._affine = {
            name: affine_form(self.dag, name, patched) for name in lane.cell.graph.states
        }
        self._walks: OrderedDict[tuple[int, str, str], Walk] = OrderedDict()
        self.lock = RLock()

    def affine(self, state: str) -> Affine | None:
        """A state's equation as a ⊙ s[t-1] + b, if it has this form."""
        return self._affine.get(state)

    def paths(self, state: str) -> tuple[str, ...]:
        """The paths on which a state's reach can be asked for.

        ``direct`` is the way along the state itself, Π diag(a) where its equation is
        a ⊙ s[t-1] + b (the LSTM's forget gates, the GRU's update gates); ``gates`` is all the rest:
        through the gates, the candidate and the other states.
        """
        self.layout.where(state, self.trace.lane.name)
        return ("total", "direct", "gates") if self.affine(state) else ("total",)

    @one_at_a_time
    def kept(self, state: str, first: int, last: int) -> Array:
        """a of ``s = a ⊙ s[t-1] + b`` at steps ``first`` to ``last``, (steps, n).

        Raises
        ------
        SignalError
            If the state's equation does not have this form.
        """
        found = self._rows(self._form(state).keep, state, first, last)
        slope = self._slope(state, first, last)
        # What a patch put in a value's place kept nothing of it, not even NaN.
        return found if slope is None else np.where(slope == 0, 0.0, found * slope)

    @one_at_a_time
    def written(self, state: str, first: int, last: int) -> Array:
        """b of ``s = a ⊙ s[t-1] + b`` at steps ``first`` to ``last``, (steps, n)."""
        write = self._form(state).write
        if write is None:
            found = np.zeros((last - first + 1, self.trace.lane.sizes.signals[state]))
        else:
            found = self._rows(write, state, first, last)
        slope = self._slope(state, first, last)
        if slope is None:
            return found
        # Whatever a patch did beside scaling the value is part of what was written.
        before = self._rows(self.dag.nodes[self.dag.signals[state]].args[0], state, first, last)
        after = np.asarray(self.trace.rows(state, first, last + 1), float)
        with np.errstate(invalid="ignore"):
            return np.where(slope == 0, after, found * slope + (after - before * slope))

    def _slope(self, state: str, first: int, last: int) -> Array | None:
        """What patches make of a state's derivative; None without a patch."""
        patching = self.trace.machine.patching
        if patching is None or state not in patching.signals:
            return None
        before = self._rows(self.dag.nodes[self.dag.signals[state]].args[0], state, first, last)
        return patching.slopes(state, before, first)

    def _form(self, state: str) -> Affine:
        form = self.affine(state)
        if form is None:
            raise SignalError(f"{self.trace.lane.name}: no gate keeps {state}")
        return form

    def _rows(self, index: int, state: str, first: int, last: int) -> Array:
        """Values of a node of ``dag`` that has a state's size, or one number for all units."""
        out = np.empty((max(last - first + 1, 0), self.trace.lane.sizes.signals[state]))
        at = first
        while at <= last:
            stretch = self.jacobians.stretch(at)
            end = min(last, stretch.last)
            values = stretch.values[index]
            if len(values) > 1:
                values = values[at - stretch.first : end - stretch.first + 1]
            out[at - first : end - first + 1] = values
            at = end + 1
        return out

    @one_at_a_time
    def jacobian(self, t: int, of: str = ALL, by: str = ALL) -> Array:
        """∂(of at t)/∂(by at t-1) with the other states of step t-1 held.

        Parameters
        ----------
        t : int
            Step, 1 to T.
        of, by : str
            States, or ``all``.

        Returns
        -------
        (n, m) ndarray
        """
        self._check_step(t, 1)
        rows, columns = (self.layout.where(n, self.trace.lane.name) for n in (of, by))
        stretch = self.jacobians.stretch(t)
        return stretch.matrices(t, t)[0, rows, columns]

    @one_at_a_time
    def measures(self, state: str = ALL, first: int = 1, last: int | None = None) -> StepMeasures:
        """Singular values, spectral radius and norms of each step's Jacobian ∂s_t/∂s_{t-1}."""
        where = self.layout.where(state, self.trace.lane.name)
        last = self.trace.length if last is None else last
        self._check_step(first, 1)
        self._check_step(last, first)
        steps = np.arange(first, last + 1)
        size = where.stop - where.start
        values = np.full((len(steps), size), np.nan)
        radius, frobenius = np.full(len(steps), np.nan), np.full(len(steps), np.nan)
        at = first
        while at <= last:
            stretch = self.jacobians.stretch(at)
            end = min(last, stretch.last)
            part = stretch.matrices(at, end)[:, where, where]
            good = np.isfinite(part).all(axis=(1, 2))
            rows = np.flatnonzero(good) + at - first
            values[rows] = np.linalg.svd(part[good], compute_uv=False)
            radius[rows] = np.abs(np.linalg.eigvals(part[good])).max(axis=1)
            frobenius[rows] = np.linalg.norm(part[good], axis=(1, 2))
            at = end + 1
        return StepMeasures(steps, values, radius, values[:, 0], frobenius)

    @one_at_a_time
    def reach(self, t: int, state: str, first: int = 0, path: str = "total") -> Reach:
        """How much of each earlier step's state reaches step t.

        Walking back costs one small matrix product a step; what was walked for a (t, state) before
        is kept and only continued.

        Parameters
        ----------
        t : int
            Step, 0 to T.
        state : str
            One of ``states``.
        first : int
            The earliest step to look at.
        path : {"total", "direct", "gates"}
            Which of ``paths(state)``.

        Returns
        -------
        Reach

        Raises
        ------
        SignalError
            If there is no such state, or the state has no such path.
        StepError
            If the steps leave the trace.
        """
        where = self.layout.where(state, self.trace.lane.name)
        self._check_step(t, 0)
        if not 0 <= first <= t:
            raise StepError(f"the reach of step {t} begins at a step from 0 to {t}, not {first}")
        if path not in self.paths(state):
            raise SignalError(
                f"{self.trace.lane.name}: {state} has no path {path!r}"
                f"{suggest(path, self.paths(state))}; it has {listed(self.paths(state))}"
            )
        if path == "direct":
            found = direct_reach(self.kept(state, first + 1, t))
        else:
            found = self._walk(t, state, path, where).to(first)
        return Reach(state, t, path, np.arange(first, t + 1), found[::-1].copy())

    def verdict(
        self, t: int, state: str, first: int | None = None, path: str = "total"
    ) -> Verdict:
        """Whether the gradient vanishes, explodes or stays, looking back from step t.

        Looks at the ``VERDICT_STEPS`` steps before t unless ``first`` says otherwise.
        """
        first = max(0, t - VERDICT_STEPS) if first is None else first
        return verdict_of(self.reach(t, state, first, path))

    @one_at_a_time
    def map(
        self, state: str, steps: Sequence[int], progress: Callable[[float], object] | None = None
    ) -> Array:
        """log10 ‖∂s_t/∂s_k‖ for all pairs of the chosen steps.

        Parameters
        ----------
        state : str
        steps : sequence of int
            Increasing, 0 to T.
        progress : callable, optional
            Called with the share that is done; what it raises ends the computation.

        Returns
        -------
        (n, n) ndarray
            Row t, column k; NaN above the diagonal.
        """
        where = self.layout.where(state, self.trace.lane.name)
        grid = [int(step) for step in steps]
        for step in grid:
            self._check_step(step, 0)
        if any(b <= a for a, b in pairwise(grid)):
            raise StepError("the steps of a map must increase")
        return norm_map(self.jacobians, where, grid, progress)

    @one_at_a_time
    def input_gradient(
        self, t: int, signal: str, unit: int | None = None, first: int = 1
    ) -> InputGradient:
        """∂(a signal's unit, or the loss, at t)/∂x_k for every k from ``first`` to t.

        Parameters
        ----------
        t : int
            Step, 1 to T.
        signal : str
            A signal of the cell, or ``loss``: that of the answer at t against the target.
        unit : int, optional
            Which unit of the signal; not for the loss.
        first : int
            The earliest step to look at.

        Raises
        ------
        SignalError
            If there is no such signal, or no target to have a loss against.
        StepError
            If there is no such unit or step, or nothing is asked at t.
        """
        self._check_step(t, 1)
        if not 1 <= first <= t:
            raise StepError(f"inputs of step {t} are looked at from a step from 1 to {t} on,"
                            f" not {first}")  # fmt: skip
        return pull_back(self.jacobians, t, signal, unit, first, self.target)

    def _walk(self, t: int, state: str, path: str, where: slice) -> Walk:
        key = (t, state, path)
        if key not in self._walks:
            factors = partial(self.kept, state) if path == "gates" else None
            self._walks[key] = Walk(self.jacobians, where, t, factors)
            while len(self._walks) > _WALKS:
                self._walks.popitem(last=False)
        self._walks.move_to_end(key)
        return self._walks[key]

    def _check_step(self, t: int, lowest: int) -> None:
        if not lowest <= t <= self.trace.length:
            raise StepError(
                f"{self.trace.lane.name}: step {t} is none of {lowest} to {self.trace.length}"
            )


def flow_of(trace: Trace, target: Array | None = None) -> Flow:
    """The gradient flow of a trace; asking again gives the same object, with what it has kept.

    Parameters
    ----------
    trace : Trace
    target : (T,) or (T, K) ndarray, optional
        What is asked at each step, as on the tape; for gradients of the loss.
    """
    flow = trace.derived.get("flow")
    if not isinstance(flow, Flow):
        trace.derived["flow"] = flow = Flow(trace, target)
    elif target is not None:
        flow.target = target
    return flow
