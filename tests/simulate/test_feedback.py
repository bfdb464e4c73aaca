"""Free running: from a step on a lane reads its own answers, exactly as if stepped by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnstep.cells import CELLS, Cell, custom_cell, get_cell
from rnnstep.equations.compiled import SEGMENT
from rnnstep.equations.functions import history
from rnnstep.equations.history import history_name
from rnnstep.equations.interpret import initial_rows, micro_steps
from rnnstep.errors import SizeError, StepError
from rnnstep.simulate import Feedback, Lane, Trace, simulate
from rnnstep.simulate.feedback import uniform

Array = np.ndarray
FAR = custom_cell(
    "h = tanh(W @ x + U @ x[t-3] + R @ h[t-2])  # state\ny = V @ h + b", "far", output="y"
)
"""Reads its input and its state from further back than one step."""
WHOLE = custom_cell(
    "h = tanh(W @ history(x) + U @ x[t-2] + R @ h[t-1])  # state\ny = V @ h", "whole", output="y"
)
"""Reads all of its input, and what stood before step 1."""


def cells(kind: str) -> list[Cell]:
    found = [get_cell(name) for name in CELLS]
    built = [cell.with_readout(way) for cell in found if (way := cell.readout_for(kind))]
    return [*built, FAR, WHOLE] if kind == "numbers" else built


def lane_of(
    cell: Cell, feedback: Feedback | None, length: int, dtype: str = "float64", seed: int = 0
) -> Lane:
    rng = np.random.default_rng(seed)
    sizes = cell.sizes(4, {"x": 3, cell.answer: 3}, length)
    params = {name: rng.normal(size=shape) for name, shape in sizes.params.items()}
    if cell.readout == "probabilities":
        params = {name: np.abs(value) / np.abs(value).sum(0) for name, value in params.items()}
    elif cell.graph.histories:
        # Or the answers grow without bound, and rounding with them.
        params = {name: value / value.size for name, value in params.items()}
    x = rng.normal(size=(length, 3))
    if feedback and feedback.classes:
        x = np.eye(3)[rng.integers(0, 3, length)]
    return Lane("free", cell, params, x, {}, np.dtype(dtype), sizes.signals, feedback)


def by_hand(lane: Lane) -> dict[str, Array]:
    """Every signal and the input, one equation at a time, from the interpreter."""
    feedback, graph, sizes = lane.feedback, lane.cell.graph, lane.sizes.signals
    assert feedback is not None
    before = {
        name: initial_rows(lane.initial.get(name), lag, (sizes[name],), lane.dtype)
        for name, lag in graph.lags.items()
    }
    rows: dict[str, list[Array]] = {name: [] for name in ("x", *graph.signals)}
    for t in range(1, len(lane.x) + 1):
        now = lane.x[t - 1]
        if t > feedback.start:
            now = feedback.next_input(rows[lane.cell.answer][-1], t - 1)
        rows["x"].append(now)

        def past(name: str, k: int) -> Array:
            given = rows[name][: len(rows["x"]) - 1]
            return given[-k] if len(given) >= k else before[name][len(given) - k]

        inputs = {"x": now}
        inputs |= {history_name(name): history(np.array(rows[name])) for name in graph.histories}
        for name, value in micro_steps(graph, lane.params, inputs, past):
            rows[name].append(value)
    return {name: np.array(value) for name, value in rows.items()}


def assert_by_hand(trace: Trace, tolerance: float) -> None:
    for name, wanted in by_hand(trace.lane).items():
        np.testing.assert_allclose(
            trace[name][1:], wanted, rtol=tolerance, atol=tolerance, err_msg=name
        )


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-3)])
@pytest.mark.parametrize("cell", cells("numbers"), ids=lambda cell: cell.name)
def test_numbers_run_free_as_stepped_by_hand(cell: Cell, dtype: str, tolerance: float) -> None:
    assert_by_hand(simulate(lane_of(cell, Feedback(7), 30, dtype)), tolerance)


@pytest.mark.parametrize("seed", [None, 5])
@pytest.mark.parametrize("cell", cells("classes"), ids=lambda cell: cell.name)
def test_symbols_run_free_as_stepped_by_hand(cell: Cell, seed: int | None) -> None:
    trace = simulate(lane_of(cell, Feedback(4, True, seed), 40))
    assert_by_hand(trace, 1e-9)
    assert (trace["x"][1:].sum(axis=1) == 1).all()


@pytest.mark.parametrize("start", [1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT + 40])
@pytest.mark.parametrize("cell", cells("numbers"), ids=lambda cell: cell.name)
def test_what_is_computed_again_has_the_same_bits(cell: Cell, start: int) -> None:
    lane = lane_of(cell, Feedback(start), 3 * SEGMENT - 5)
    full, states, checkpoints = (simulate(lane, budget) for budget in (2**30, 40_000, 1_000))
    assert full.kept == "everything"
    assert checkpoints.kept == ("checkpoints" if cell.graph.states else "states")
    for name in full.signals:
        for other in (states, checkpoints):
            np.testing.assert_array_equal(full[name], other[name])
    np.testing.assert_array_equal(full["x"][start + 1 :], full[cell.answer][start:-1])
    np.testing.assert_array_equal(full["x"][1 : start + 1], lane.x[:start])


def test_the_past_of_a_free_lane_is_that_of_the_lane_that_reads_the_tape() -> None:
    free = lane_of(get_cell("lstm").with_readout("linear"), Feedback(20), 40)
    bound = simulate(replace(free, feedback=None))
    trace = simulate(free)
    for name in trace.signals:
        np.testing.assert_allclose(trace[name][:21], bound[name][:21], rtol=0, atol=1e-14)
    assert not np.allclose(trace["h"][22:], bound["h"][22:])


def test_a_free_linear_model_gives_the_forecast_of_its_closed_form() -> None:
    """x_{t+1} = 1.8 cos(w) x_t - 0.81 x_{t-1} is the damped wave 0.9^k cos(w k)."""
    w = 0.3
    cell = custom_cell("y = a * x + b * x[t-1]", "ar2", output="y")
    k = np.arange(200)
    wave = 0.9**k * np.cos(w * k)
    tape = np.where(k < 10, wave, 77.0)[:, None]
    params = {"a": np.array([1.8 * np.cos(w)]), "b": np.array([-0.81])}
    trace = simulate(Lane("ar2", cell, params, tape, feedback=Feedback(10)))
    np.testing.assert_allclose(trace["x"][11:, 0], wave[10:], atol=1e-13)


def test_what_a_step_draws_depends_on_the_seed_and_the_step_alone() -> None:
    p = np.array([0.2, 0.5, 0.3])
    steps = np.arange(1, 20_001)
    drawn = np.array([Feedback(1, True, 3).choose(p, int(t)) for t in steps])
    again = np.array([Feedback(9, True, 3).choose(p, int(t)) for t in steps[::-1]])[::-1]
    assert (drawn == again).all()
    assert (drawn != [Feedback(1, True, 4).choose(p, int(t)) for t in steps]).any()
    shares = np.bincount(drawn, minlength=3) / len(steps)
    assert np.abs(shares - p).max() < 5 * np.sqrt(0.25 / len(steps))
    # A class of probability zero is never drawn.
    never = np.array([0.0, 1.0, 0.0])
    assert {Feedback(1, True, 3).choose(never, t) for t in range(500)} == {1}


def test_the_generator_is_philox_as_published() -> None:
    """First word of Philox4x64-10 for counter (1, 0, 0, 0), which NumPy makes of counter 0."""
    def philox(counter: list[int], key: list[int]) -> list[int]:
        mask = 2**64 - 1
        for turn in range(10):
            if turn:
                key = [(key[0] + 0x9E3779B97F4A7C15) & mask, (key[1] + 0xBB67AE8584CAA73B) & mask]
            a, b = counter[0] * 0xD2E7470EE14C6C93, counter[2] * 0xCA5A826395121157
            counter = [
                (b >> 64) ^ counter[1] ^ key[0], b & mask, (a >> 64) ^ counter[3] ^ key[1], a & mask
            ]
        return counter

    for seed, t in ((0, 0), (7, 41), (2**40, 10**6)):
        word = philox([t + 1, 0, 0, 0], [seed, 0])[0]
        assert uniform(seed, t) == (word >> 11) / 2**53


def test_a_broken_answer_is_not_hidden_by_feeding_it_back() -> None:
    given = Feedback(1, classes=True).next_input(np.array([np.nan, 0.5]), 3)
    assert np.isnan(given).all()


def test_feedback_that_cannot_be_is_refused() -> None:
    lane = lane_of(get_cell("rnn").with_readout("linear"), None, 6)
    with pytest.raises(StepError, match="after steps 1 to 6"):
        replace(lane, feedback=Feedback(0))
    bare = custom_cell("h = W @ x", "two")
    with pytest.raises(SizeError, match="h has size 2 and cannot be the next input"):
        Lane("two", bare, {"W": np.ones((2, 3))}, np.ones((4, 3)), feedback=Feedback(2))
