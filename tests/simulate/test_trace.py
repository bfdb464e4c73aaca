"""A trace answers the same numbers whatever it keeps; time 0 is the initial state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnstep.cells import CELLS, custom_cell, get_cell
from rnnstep.equations.interpret import micro_steps
from rnnstep.errors import ParamsError, SignalError, SizeError, StepError
from rnnstep.simulate import Lane, simulate

OWN = {
    "own": "h = tanh(W @ x + U @ h[t-1] - V @ h[t-3])",
    "past": "h = tanh(W @ history(x) + U @ h[t-1] + V @ x[t-2])",
    "pairs": "h = tanh(W @ outer(x, h[t-1]))",
}


def lane(
    name: str = "lstm", length: int = 300, seed: int = 0, units: int = 5, dtype: str = "float64"
) -> Lane:
    cell = custom_cell(OWN[name]) if name in OWN else get_cell(name)
    rng = np.random.default_rng(seed)
    sizes = cell.sizes(units, {"x": 3}, length)
    params = {n: rng.normal(size=s) for n, s in sizes.params.items()}
    initial = {n: rng.normal(size=sizes.signals[n]) for n in cell.graph.states}
    return Lane(name, cell, params, rng.normal(size=(length, 3)), initial, np.dtype(dtype))


@pytest.mark.parametrize("name", [*CELLS, *OWN])
@pytest.mark.parametrize(
    ("length", "dtype"),
    [(1, "float64"), (127, "float64"), (128, "float64"), (129, "float32"), (1000, "float64")],
)
def test_states_and_checkpoints_give_the_bits_of_a_full_recording(
    name: str, length: int, dtype: str
) -> None:
    recipe = lane(name, length, dtype=dtype)
    full = simulate(recipe)
    item = full.lane.dtype.itemsize
    states = sum(recipe.sizes.signals[n] for n in recipe.cell.graph.states) * item * length
    less = [simulate(recipe, budget=states), simulate(recipe, budget=0)]
    assert full.kept == "everything"
    assert less[-1].kept == ("checkpoints" if states else "states")
    for trace in less:
        for signal in full.signals:
            assert trace[signal].tobytes() == full[signal].tobytes(), (trace.kept, signal)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.data())
def test_seeking_gives_the_frame_of_walking_there(length: int, data: st.DataObject) -> None:
    recipe = lane("gru", length, seed=1)
    full, sparse = simulate(recipe), simulate(recipe, budget=0)
    for _ in range(5):
        t = data.draw(st.integers(0, length))
        for name, value in sparse.frame(t).items():
            assert value.tobytes() == full.value(name, t).tobytes()


def test_time_zero_is_the_initial_state_and_nan_for_the_rest() -> None:
    trace = simulate(lane("lstm", 5))
    assert trace["h"].shape == (6, 5)
    assert (trace["h"][0] == trace.lane.initial["h"]).all()
    assert np.isnan(trace["f"][0]).all() and np.isnan(trace["x"][0]).all()
    assert (trace["x"][3] == trace.lane.x[2]).all()


def test_micro_steps_from_the_recorded_past_give_the_recorded_frame() -> None:
    for own in OWN:
        trace = simulate(lane(own, 40))
        graph, params = trace.lane.cell.graph, trace.lane.params
        for t in (1, 2, 3, 17, 40):
            for name, value in micro_steps(graph, params, trace.inputs(t), trace.past(t)):
                np.testing.assert_allclose(value, trace.value(name, t), rtol=1e-12, atol=1e-12)


def test_a_history_is_a_view_of_one_array_newest_first_that_ends_at_step_1() -> None:
    trace = simulate(lane("past", 40))
    late, early = trace.inputs(40)["history(x)"], trace.inputs(3)["history(x)"]
    assert (early == trace.lane.x[2::-1].reshape(-1)).all()
    assert late.shape == (120,) and np.shares_memory(late, early)
    with pytest.raises(ValueError, match="read-only"):
        early[0] = 0


def test_what_lies_before_step_1_is_not_read_as_zero_but_not_read_at_all() -> None:
    recipe = lane("full_history", 30)
    spoilt = {**recipe.params, "W": recipe.params["W"].copy()}
    spoilt["W"][:, 60:] = np.nan
    trace = simulate(Lane("spoilt", recipe.cell, spoilt, recipe.x))
    assert np.isfinite(trace["y"][1:21]).all() and np.isnan(trace["y"][21:]).all()


def test_a_run_longer_than_the_matrix_of_its_history_is_refused_with_the_line() -> None:
    recipe = lane("full_history", 30)
    with pytest.raises(SizeError, match=r"W covers history\(x\) for 30 steps.*has 31: line 1"):
        simulate(Lane("long", recipe.cell, recipe.params, np.ones((31, 3))))
    with pytest.raises(SizeError, match="multiple"):
        Lane("odd", recipe.cell, {**recipe.params, "W": np.ones((3, 91))}, recipe.x)


def test_recordings_are_read_only() -> None:
    trace = simulate(lane())
    with pytest.raises(ValueError, match="read-only"):
        trace["h"][3] = 0
    with pytest.raises(ValueError, match="read-only"):
        trace.lane.params["W_i"][0] = 0


@pytest.mark.parametrize("budget", [2**28, 0])
def test_the_first_value_that_is_not_finite_is_reported_and_the_run_goes_on(budget: int) -> None:
    cell = custom_cell("a = exp(b * x)\nh = a - a * h[t-1]")
    x = np.ones((400, 1))
    x[199] = 900.0
    trace = simulate(Lane("boom", cell, {"b": np.ones(1)}, x), budget)
    found = trace.first_nonfinite
    assert found is not None
    assert (found.step, found.signal, found.unit) == (200, "a", 0)
    assert "a[0]" in str(found) and "step 200" in str(found)
    assert trace["h"].shape == (401, 1)
    assert np.isnan(trace.value("h", 400)).all()


def test_errors_say_what_is_possible() -> None:
    trace = simulate(lane())
    with pytest.raises(SignalError, match=r"no signal 'ff'.*x, i, f"):
        trace["ff"]
    with pytest.raises(StepError, match="steps 0 to 300"):
        trace.frame(301)
    given_lane = trace.lane
    with pytest.raises(ParamsError, match="also needs W_i"):
        Lane("a", given_lane.cell, {k: v for k, v in given_lane.params.items() if k != "W_i"},
             given_lane.x)  # fmt: skip
    with pytest.raises(ParamsError, match="no parameter 'W_q'"):
        Lane("a", given_lane.cell, {**given_lane.params, "W_q": np.ones(2)}, given_lane.x)
    with pytest.raises((SizeError, ParamsError)):
        Lane("a", given_lane.cell, {**given_lane.params, "W_i": np.ones((5, 9))}, given_lane.x)


def test_float32_runs_in_float32() -> None:
    recipe = lane("lstm", 20)
    small = Lane("s", recipe.cell, recipe.params, recipe.x, recipe.initial, np.dtype("float32"))
    trace = simulate(small)
    assert trace["c"].dtype == np.float32
    np.testing.assert_allclose(trace["c"], simulate(recipe)["c"], atol=1e-4)


def test_a_trace_can_be_read_from_several_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    full, sparse = simulate(lane("rnn", 4000)), simulate(lane("rnn", 4000), budget=0)
    steps = np.random.default_rng(0).integers(1, 4001, size=1500).tolist()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda t: sparse.value("h", t), steps))
    for t, value in zip(steps, found, strict=True):
        assert value.tobytes() == full.value("h", t).tobytes()
