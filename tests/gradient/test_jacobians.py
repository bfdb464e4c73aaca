"""Jacobians, reach and input gradients of every cell against the complex step."""

from __future__ import annotations

import numpy as np
import pytest
from forms import FORMS, label
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_cells import cells, sized

from rnnstep.cells import Cell, custom_cell
from rnnstep.equations.interpret import interpret
from rnnstep.equations.sizes import Sizes
from rnnstep.gradient import Flow, contributions, flow_of
from rnnstep.simulate import Lane, simulate

STEP = 1e-30
OWN = [
    "h = tanh(W @ x + U @ h[t-1] + V @ h[t-3])",
    "c = c[t-1] + softplus(A @ x)\nh = c / (1 + sum(c * c))",
    "s = softmax(A @ h[t-1] + B @ x)\nh = s * tanh(C @ concat(x, h[t-1]))",
    "h = hard_sigmoid(W @ x + U @ h[t-1]) * sqrt(1 + exp(0.1 * h[t-1]))",
    "h = tanh(W @ x[t-2] + 0.5 * h[t-1]) ** 2",
    "h = maximum(W @ x, 0.3 * h[t-1]) - minimum(b, log(2 + abs(h[t-2])))",
    "m = sum(h[t-1]) * 0.3\nh = tanh(W @ x + m * b)",
]


def make(cell: Cell, length: int = 5, seed: int = 0, units: int = 3) -> Lane:
    answers = dict.fromkeys(cell.appended, units + 1)
    sizes = cell.sizes(units, {"x": 2, **answers}, length)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) * 0.7 for name, shape in sizes.params.items()}
    x = rng.normal(size=(length, 2))
    return Lane("own", cell, params, x, before(cell, sizes, rng), units=sizes.signals)


def before(cell: Cell, sizes: Sizes, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Values before step 1; from zeros, abs and relu would begin at their kink."""
    return {
        name: 0.5 * rng.normal(size=(lag, sizes.signals[name])[lag == 1 :])
        for name, lag in cell.graph.lags.items()
    }


def rows_before(lane: Lane, name: str) -> np.ndarray:
    """The values of a state or input at and before step 0, oldest first."""
    given = lane.initial.get(name)
    lag = lane.cell.graph.lags[name]
    if given is None:
        return np.zeros((lag, lane.sizes.signals[name]))
    return given if given.ndim == 2 else given[None]


def vector_at(flow: Flow, k: int) -> np.ndarray:
    """The whole state vector of step k."""
    past = flow.trace.past(k + 1) if k < flow.trace.length else None
    parts = []
    for block in flow.layout.blocks:
        if past is None:
            parts.append(flow.trace.past(k)(block.name, block.age) if block.age else
                         flow.trace.value(block.name, k))
        else:
            parts.append(past(block.name, block.age + 1))
    return np.concatenate(parts)


def rerun(flow: Flow, k: int, vector: np.ndarray, x: np.ndarray) -> dict[str, np.ndarray]:
    """Steps k+1 … T from a state vector at step k, with the inputs from ``x`` (all steps)."""
    lane = flow.trace.lane
    graph = lane.cell.graph
    initial = {}
    for block in reversed(flow.layout.blocks):
        initial.setdefault(block.name, []).append(vector[block.at])
    states = {n: np.stack(rows) if graph.lags[n] > 1 else rows[0] for n, rows in initial.items()}
    if graph.lags.get("x"):
        lag = graph.lags["x"]
        before = np.concatenate([rows_before(lane, "x"), x[:k]])[-lag:]
        states["x"] = before
    return interpret(graph, lane.params, x[k:], states, lane.sizes.signals)


def by_complex_step(flow: Flow, t: int, k: int) -> np.ndarray:
    """∂s_t/∂s_k of the whole state vector."""
    x = flow.trace.lane.x
    start = vector_at(flow, k)
    columns = []
    for unit in range(len(start)):
        moved = start.astype(complex)
        moved[unit] += 1j * STEP
        run = rerun(flow, k, moved, x)
        parts = []
        for block in flow.layout.blocks:
            at = t - k - block.age
            if at >= 1:
                parts.append(run[block.name][at].imag / STEP)
            else:
                where = next(b for b in flow.layout.blocks
                             if b.name == block.name and b.age == -at)
                parts.append(moved[where.at].imag / STEP)
        columns.append(np.concatenate(parts))
    return np.stack(columns, axis=1)


def check_lane(lane: Lane) -> None:
    flow = flow_of(simulate(lane))
    last = flow.trace.length
    # The interpreter begins a history where it begins; from the middle it would be another run.
    starts = range(1 if lane.cell.graph.histories else last)
    for k in starts if flow.states else ():
        np.testing.assert_allclose(
            flow.jacobian(k + 1), by_complex_step(flow, k + 1, k), rtol=1e-10, atol=1e-12
        )
    for state in flow.states:
        where = flow.layout.where(state, "")
        reach = flow.reach(last, state)
        wanted = [np.linalg.norm(by_complex_step(flow, last, k)[where, where], 2) for k in starts]
        found = 10.0 ** reach.log10[: len(starts)]
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13)
        assert reach.log10[-1] == 0
    check_inputs(flow)


def check_inputs(flow: Flow) -> None:
    lane, last = flow.trace.lane, flow.trace.length
    name = lane.cell.answer
    vector = vector_at(flow, 0) if flow.states else np.zeros(0)
    for t in (1, last):
        found = flow.input_gradient(t, name, 0)
        ours = found.direction * 10.0 ** np.maximum(found.log10, -300)[:, None]
        for k in range(t):
            for d in range(lane.x.shape[1]):
                moved = lane.x.astype(complex)
                moved[k, d] += 1j * STEP
                wanted = rerun(flow, 0, vector, moved)[name][t, 0].imag / STEP
                assert abs(ours[k, d] - wanted) <= 1e-9 * max(abs(wanted), 1e-3)


@pytest.mark.parametrize(
    "cell",
    [form for cell in FORMS for form in (cell, *map(cell.with_readout, cell.readouts))],
    ids=lambda cell: f"{label(cell)}-{cell.readout}",
)
def test_flow_of_every_cell_equals_the_complex_step(cell: Cell) -> None:
    check_lane(make(cell))


@pytest.mark.parametrize("text", OWN)
def test_flow_of_ones_own_cells_equals_the_complex_step(text: str) -> None:
    check_lane(make(custom_cell(text)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells(), st.integers(0, 10_000))
def test_flow_of_random_cells_equals_the_complex_step(text: str, seed: int) -> None:
    cell = custom_cell(text, output="a")
    sizes = sized(cell, 4)
    rng = np.random.default_rng(seed)
    params = {name: rng.normal(size=shape) for name, shape in sizes.params.items()}
    x, initial = rng.normal(size=(4, 2)), before(cell, sizes, rng)
    lane = Lane("own", cell, params, x, initial, units=sizes.signals)
    check_lane(lane)
    check_sums(lane)


def check_sums(lane: Lane) -> None:
    trace = simulate(lane)
    for state in lane.cell.graph.states:
        for t in range(trace.length + 1):
            found = contributions(trace, t, state, 0)
            if found.kind == "exact":
                assert abs(found.gap) <= 1e-12 * np.abs(found.values).sum()


@pytest.mark.parametrize("cell", FORMS, ids=label)
def test_contributions_that_are_called_exact_sum_to_the_value(cell: Cell) -> None:
    lane = make(cell, length=40)
    check_sums(lane)
