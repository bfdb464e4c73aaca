"""Flow where the exact value is known, its log scale, its paths, its verdicts and its errors."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import numpy as np
import pytest

from rnnstep.cells import custom_cell, get_cell
from rnnstep.equations.interpret import evaluate
from rnnstep.errors import SignalError, StepError
from rnnstep.gradient import Flow, contributions, flow_of
from rnnstep.gradient.norms import spectral_norms
from rnnstep.learn import initialise
from rnnstep.learn.initialise import orthogonal
from rnnstep.simulate import Lane, Trace, fork, simulate
from rnnstep.simulate.patch_text import parse_patch

Array = np.ndarray


def lane_of(name: str, units: int = 4, length: int = 30, seed: int = 0, **options: bool) -> Lane:
    cell = get_cell(name, **options)
    sizes = cell.sizes(units, {"x": 2})
    rng = np.random.default_rng(seed)
    return Lane(name, cell, initialise(cell, sizes, seed=seed), rng.normal(size=(length, 2)))


def own(text: str, params: dict[str, Array], x: Array, **more: object) -> Flow:
    output = text.rstrip().splitlines()[-1].split(" = ")[0]
    lane = Lane("own", custom_cell(text, output=output), params, x, **more)  # type: ignore[arg-type]
    return flow_of(simulate(lane))


@pytest.mark.parametrize("text", ["h = 0.5 * h[t-1] + W @ x", "h = U @ h[t-1] + W @ x"])
def test_ten_thousand_steps_of_contraction_do_not_underflow(text: str) -> None:
    params = {"W": np.ones((3, 1))} | ({"U": 0.5 * np.eye(3)} if "U" in text else {})
    flow = own(text, params, np.ones((10_000, 1)))
    reach = flow.reach(10_000, "h")
    exact = np.log10(0.5) * (10_000 - reach.steps)
    np.testing.assert_allclose(reach.log10, exact, rtol=1e-9)
    assert reach.log10[0] == pytest.approx(-3010.3, abs=1e-3)


@pytest.mark.parametrize(
    ("rho", "norm", "kind"), [(0.9, 2.7e-5, "vanishing"), (1.0, 1.0, "steady"),
                              (1.1, 1.4e4, "exploding")],
)  # fmt: skip
def test_an_orthogonal_rnn_at_rest_contracts_by_its_spectral_radius(
    rho: float, norm: float, kind: str
) -> None:
    cell = get_cell("rnn")
    params = {"W_h": np.zeros((32, 1)), "b_h": np.zeros(32),
              "U_h": rho * orthogonal(np.random.default_rng(0), 32)}  # fmt: skip
    flow = flow_of(simulate(Lane("rnn", cell, params, np.zeros((100, 1)))))
    reach = flow.reach(100, "h")
    assert 10 ** reach.log10[0] == pytest.approx(norm, rel=0.03)
    np.testing.assert_allclose(reach.log10, (100 - reach.steps) * np.log10(rho), atol=1e-9)
    verdict = flow.verdict(100, "h")
    assert verdict.kind == kind
    assert verdict.rate == pytest.approx(rho, rel=1e-9)
    measures = flow.measures("h", 1, 100)
    np.testing.assert_allclose(measures.spectral_radius, rho, rtol=1e-9)
    np.testing.assert_allclose(measures.singular_values, rho, rtol=1e-9)
    np.testing.assert_allclose(measures.frobenius_norm, rho * np.sqrt(32), rtol=1e-9)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_the_norm_of_a_product_is_at_most_the_product_of_the_norms(name: str) -> None:
    flow = flow_of(simulate(lane_of(name)))
    reach = flow.reach(30, "all")
    norms = np.log10(flow.measures("all").spectral_norm)
    bound = np.append(np.cumsum(norms[::-1])[::-1], 0.0)
    assert (reach.log10 <= bound + 1e-12).all()
    assert reach.log10[0] < bound[0]


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_the_direct_path_is_the_product_of_the_gates(name: str) -> None:
    trace = simulate(lane_of(name))
    state, gate = ("c", trace["f"]) if name == "lstm" else ("h", trace["z"])
    flow = flow_of(trace)
    direct = flow.reach(30, state, path="direct")
    wanted = [np.prod(gate[k + 1 : 31], axis=0).max() for k in range(31)]
    np.testing.assert_allclose(10.0**direct.log10, wanted, rtol=1e-12)


@pytest.mark.parametrize("options", [{}, {"peepholes": True}, {"coupled": True}])
def test_the_paths_of_a_cell_state_add_up_to_the_whole(options: dict[str, bool]) -> None:
    flow = flow_of(simulate(lane_of("lstm", **options)))
    where = flow.layout.where("c", "")
    product = np.eye(flow.layout.size)
    gates = flow.reach(30, "c", path="gates")
    assert gates.log10[-1] == -np.inf
    for k in range(29, -1, -1):
        product = product @ flow.jacobian(k + 1)
        direct = np.diag(np.prod(flow.kept("c", k + 1, 30), axis=0))
        rest = np.linalg.norm(product[where, where] - direct, 2)
        assert 10 ** gates.log10[k] == pytest.approx(rest, rel=1e-9, abs=1e-15)


def test_the_path_through_the_gates_is_exact_far_below_what_a_float_holds() -> None:
    x = np.random.default_rng(0).normal(size=(900, 1))
    text = "f = sigmoid(v * c[t-1] - b)\nc = f * c[t-1] + x"
    flow = own(text, {"v": np.array([0.8]), "b": np.array([1.0])}, x)
    f, c = flow.trace["f"][:, 0], flow.trace["c"][:, 0]
    found = flow.reach(900, "c", path="gates").log10
    whole, direct = Decimal(1), Decimal(1)
    for t in range(900, 0, -1):
        whole *= Decimal(f[t] + f[t] * (1 - f[t]) * 0.8 * c[t - 1])
        direct *= Decimal(f[t])
        wanted = float(abs(whole - direct).log10())
        assert found[t - 1] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert found[0] < -330


def test_without_a_way_through_the_gates_there_is_exactly_none() -> None:
    # One step back, c reaches c through the forget gate alone.
    flow = flow_of(simulate(lane_of("lstm")))
    assert flow.reach(30, "c", path="gates").log10[-2] == -np.inf


def test_a_signal_of_ones_own_in_between_does_not_hide_the_gate() -> None:
    x = np.random.default_rng(0).normal(size=(20, 2))
    params = {"W": np.ones((3, 2)), "p": np.array([0.3, -0.2, 0.9])}
    text = "f = sigmoid(W @ x + p * c[t-1])\nold = f * c[t-1]\nc = old + tanh(W @ x)\n"
    flow = own(text, params, x)
    np.testing.assert_array_equal(flow.kept("c", 1, 20), flow.trace["f"][1:])
    assert contributions(flow.trace, 20, "c", 1).kind == "exact"


@pytest.mark.parametrize(
    "text", ["h = tanh(W @ x + U @ h[t-1])", "h = relu(W @ x + u * h[t-1])", "h = h[t-1] * h[t-1]",
             "h = W @ x + 0.5 * h[t-2]", "h = W @ x / (2 + u * h[t-1])"],
)  # fmt: skip
def test_a_state_that_no_gate_keeps_has_no_direct_path(text: str) -> None:
    params = {"W": np.ones((2, 1)), "U": np.eye(2), "u": np.ones(2)}
    used = {n: v for n, v in params.items() if f"{n} " in text}
    flow = own(text, used, np.ones((5, 1)), units={"h": 2})
    assert flow.paths("h") == ("total",)
    with pytest.raises(SignalError, match="h has no path 'direct'"):
        flow.reach(5, "h", path="direct")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("h = 0.5 * h[t-1] - (W @ x - 0.2 * h[t-1])", 0.7),
        ("h = W @ x - (b - h[t-1] / 2)", 0.5),
        ("h = -(W @ x - 0.9 * h[t-1]) / 2", 0.45),
    ],
)
def test_signs_and_quotients_are_followed_to_what_is_kept_and_written(
    text: str, kept: float
) -> None:
    params = {"W": np.array([[1.0], [-2.0]]), "b": np.array([0.3, 0.1])}
    used = {name: value for name, value in params.items() if name in text}
    x = np.random.default_rng(0).normal(size=(6, 1))
    flow = own(text, used, x, initial={"h": np.array([0.4, -0.2])})
    np.testing.assert_allclose(flow.kept("h", 1, 6), np.full((6, 2), kept), rtol=1e-15)
    shares = contributions(flow.trace, 6, "h", 1)
    assert shares.kind == "exact" and abs(shares.gap) < 1e-15


def test_a_walk_that_is_continued_equals_one_in_a_single_go() -> None:
    lane = lane_of("lstm", length=300)
    near = flow_of(simulate(lane))
    for first in (290, 170, 171, 0):
        part = near.reach(300, "h", first)
        assert len(part.log10) == 301 - first
    whole = Flow(simulate(lane)).reach(300, "h")
    np.testing.assert_allclose(near.reach(300, "h").log10, whole.log10, rtol=1e-14)


def test_flow_is_the_same_however_the_trace_is_kept() -> None:
    lane = lane_of("gru", length=300)
    kept = [simulate(lane, budget) for budget in (2**28, 300 * 4 * 8, 1)]
    assert [trace.kept for trace in kept] == ["everything", "states", "checkpoints"]
    first, *others = [flow_of(trace).reach(300, "h").log10 for trace in kept]
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_a_lane_in_float32_flows_like_the_same_lane_in_float64() -> None:
    lane = lane_of("lstm", length=60)
    low = replace(lane, dtype=np.dtype(np.float32))
    wanted = flow_of(simulate(lane)).reach(60, "c").log10
    found = flow_of(simulate(low)).reach(60, "c").log10
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    shares = contributions(simulate(low), 60, "c", 1)
    assert abs(shares.gap) < 1e-6 * np.abs(shares.values).sum()


def test_flow_of_a_fork_is_that_of_the_same_run_from_the_start() -> None:
    trace = simulate(lane_of("gru", length=40))
    patch = parse_patch("z[1] set 0 at 20..22")[1]
    forked = fork(trace, "fork", (patch,))
    whole = simulate(replace(trace.lane, patches=(patch,)))
    np.testing.assert_allclose(
        flow_of(forked).reach(40, "h").log10, flow_of(whole).reach(40, "h").log10, rtol=1e-12
    )
    # What the gate lets in at step 22 is all that unit 1 has from before.
    shares = contributions(forked, 40, "h", 1)
    assert (shares.values[:22] == 0).all() and shares.values[22] != 0


@pytest.mark.parametrize("name", ["rnn", "lstm"])
@pytest.mark.parametrize("grid", [[0, 1, 2, 3, 4], [0, 7, 30, 31, 90, 200], [5]])
def test_the_map_has_the_reach_of_every_step(name: str, grid: list[int]) -> None:
    flow = flow_of(simulate(lane_of(name, length=200)))
    found = flow.map("h", grid)
    assert np.isnan(found[np.triu_indices(len(grid), 1)]).all()
    for row, t in enumerate(grid):
        wanted = flow.reach(t, "h").log10[grid[: row + 1]]
        np.testing.assert_allclose(found[row, : row + 1], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gap", [150, 900])
def test_states_that_fade_at_their_own_rates_stay_exact_beside_each_other(gap: int) -> None:
    text = "a = p * a[t-1] + x\nb = q * b[t-1] + x\n"
    params = {"p": np.array([0.3, 0.25]), "q": np.array([0.9, 0.31])}
    flow = own(text, params, np.ones((5 * gap, 2)))
    grid = list(range(0, 5 * gap + 1, gap))
    back = np.array([[t - k if t >= k else np.nan for k in grid] for t in grid])
    for state, rate in (("a", 0.3), ("b", 0.9), ("all", 0.9)):
        np.testing.assert_allclose(flow.map(state, grid), back * np.log10(rate), atol=1e-9)
        reach = flow.reach(5 * gap, state)
        np.testing.assert_allclose(
            reach.log10, (5 * gap - reach.steps) * np.log10(rate), atol=1e-9
        )


def test_a_map_can_be_given_up() -> None:
    flow = flow_of(simulate(lane_of("gru")))

    def stop(share: float) -> None:
        assert 0 < share <= 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow.map("h", [0, 10, 20], stop)


def test_a_value_that_is_not_finite_is_passed_on_and_named() -> None:
    flow = own("h = sqrt(h[t-1] * x)", {}, np.array([[1.0], [0.0], [1.0], [1.0]]),
               initial={"h": np.ones(1)})  # fmt: skip
    reach = flow.reach(4, "h")
    assert np.isnan(reach.log10[0]) and reach.nonfinite is not None
    verdict = flow.verdict(4, "h")
    assert verdict.kind == "undefined"
    assert f"step {reach.nonfinite}" in verdict.text
    assert np.isnan(flow.measures("h").spectral_norm).any()


def test_a_gate_that_shut_makes_the_reach_exactly_zero() -> None:
    x = np.ones((10, 1))
    x[4] = 0
    flow = own("h = x * h[t-1] + 1", {}, x)
    reach = flow.reach(10, "h")
    assert (reach.log10[:5] == -np.inf).all() and (reach.log10[5:] == 0).all()
    verdict = flow.verdict(10, "h")
    assert verdict.kind == "vanishing" and "exactly 0 from 6 steps back" in verdict.text
    # Behind the gate it grew: nothing halves.
    grew = own("h = x * h[t-1] + 1", {}, np.where(x == 0, 0, 2.0)).verdict(10, "h")
    assert grew.kind == "vanishing" and grew.half_life is None
    assert grew.rate == pytest.approx(2.0)


def test_contributions_behind_a_shut_gate_are_exactly_zero_whatever_was_written() -> None:
    x = np.array([[1.0, 1e307], [1.0, 1e307], [0.0, 3.0], [1.0, 4.0]])
    text = "h = pick @ x * h[t-1] + take @ x\n"
    params = {"pick": np.array([[1.0, 0.0]]), "take": np.array([[0.0, 1.0]])}
    found = contributions(own(text, params, x).trace, 4, "h", 0)
    assert found.values.tolist() == [0.0, 0.0, 0.0, 3.0, 4.0]
    assert found.total == 7.0 and found.kind == "exact"


def test_nan_behind_a_shut_gate_is_part_of_the_sum_as_it_is_of_the_value() -> None:
    x = np.array([[1.0, 4.0], [1.0, -1.0], [0.0, 3.0], [1.0, 4.0]])
    text = "h = pick @ x * h[t-1] + sqrt(take @ x)\n"
    params = {"pick": np.array([[1.0, 0.0]]), "take": np.array([[0.0, 1.0]])}
    found = contributions(own(text, params, x).trace, 4, "h", 0)
    assert np.isnan(found.total) and np.isnan(found.values.sum())
    assert np.isnan(found.values[2]) and found.values[4] == 2.0


@pytest.mark.parametrize(
    ("change", "before", "gate"),
    [("set 7", (1.0, -1.0), 1.0), ("set 7", (1.0, -1.0), 0.0), ("set 7", (1.0, -1.0), np.nan),
     ("clamp -1 7", (1e308, 4.0), 1.0)],
)  # fmt: skip
def test_what_is_not_finite_before_a_patch_that_puts_a_finite_value_there_is_no_part_of_the_sum(
    change: str, before: tuple[float, float], gate: float
) -> None:
    x = np.array([[1.0, 4.0], before, [gate, 3.0], [1.0, 4.0]])
    text = "h = pick @ x * h[t-1] + sqrt(take @ x)\n"
    params = {"pick": np.array([[1.0, 0.0]]), "take": np.array([[0.0, 1.0]])}
    parent = own(text, params, x).trace
    child = fork(parent, "child", [parse_patch(f"h {change} at 3")[1]])
    found = contributions(child, 4, "h", 0)
    assert not np.isfinite(parent.value("h", 4)).any()
    assert found.values.tolist() == [0.0, 0.0, 0.0, 7.0, 2.0]
    assert found.total == 9.0 and found.gap == 0.0


def test_contributions_survive_products_that_leave_the_range_of_floats() -> None:
    # Up by 10 for 400 steps and down again: the products on the way are 1e400.
    x = np.concatenate([np.full((400, 1), 0.1), np.full((400, 1), 10.0)])
    flow = own("h = x * h[t-1]", {}, x, initial={"h": np.ones(1)})
    found = contributions(flow.trace, 800, "h", 0)
    assert found.values[0] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_contributions_of_long_runs_sum_exactly(name: str) -> None:
    trace = simulate(lane_of(name, length=2000))
    state = "c" if name == "lstm" else "h"
    for t in (0, 1, 127, 128, 129, 2000):
        for unit in range(4):
            found = contributions(trace, t, state, unit)
            assert found.kind == "exact" and len(found.values) == t + 1
            assert found.total == trace[state][t, unit]
            assert abs(found.gap) <= 1e-12 * abs(found.total)


def test_contributions_of_an_lstm_are_those_of_levy_et_al() -> None:
    trace = simulate(lane_of("lstm", length=12))
    found = contributions(trace, 12, "c", 2)
    f, i, g = (trace[name][:, 2] for name in "fig")
    for k in range(1, 13):
        assert found.values[k] == pytest.approx(np.prod(f[k + 1 :]) * i[k] * g[k], rel=1e-13)


def test_a_linear_readout_without_bias_is_the_sum_of_gradient_times_input() -> None:
    cell = get_cell("rnn", phi="identity").with_readout("linear")
    sizes = cell.sizes(3, {"x": 2, "y": 1})
    params = initialise(cell, sizes) | {"b_h": np.zeros(3), "a": np.zeros(1)}
    x = np.random.default_rng(1).normal(size=(20, 2))
    trace = simulate(Lane("rnn", cell, params, x, {"h": np.ones(3)}))
    found = contributions(trace, 20, "y", 0)
    assert found.kind == "gradient × input"
    assert abs(found.gap) < 1e-14


@pytest.mark.parametrize("reads", ["W @ x", "W @ history(x)"])
def test_what_stood_before_the_first_step_has_its_share(reads: str) -> None:
    rng = np.random.default_rng(2)
    columns = 16 if "history" in reads else 2
    params = {"W": rng.normal(size=(3, columns)), "V": rng.normal(size=(3, 2)),
              "U": 0.4 * rng.normal(size=(3, 3)), "R": rng.normal(size=(1, 3))}  # fmt: skip
    flow = own(
        f"h = {reads} + V @ x[t-2] + U @ h[t-1]\ny = R @ h", params, rng.normal(size=(8, 2)),
        initial={"x": rng.normal(size=(2, 2)), "h": rng.normal(size=3)},
    )  # fmt: skip
    for t in (1, 2, 8):
        shares = contributions(flow.trace, t, "y", 0)
        assert shares.kind == "gradient × input"
        assert abs(shares.gap) < 1e-13 and shares.values[0] != 0


def test_a_tanh_rnn_is_linearised_and_says_how_far_it_is_off() -> None:
    found = contributions(simulate(lane_of("rnn")), 30, "h", 1)
    assert found.kind == "gradient × input" and abs(found.gap) > 1e-6
    assert "linearised" in found.explanation and f"{found.gap:.2g}" in found.explanation


def test_gradients_of_the_loss_follow_from_those_of_the_scores() -> None:
    cell = get_cell("gru").with_readout("softmax")
    sizes = cell.sizes(3, {"x": 2, "y": 4})
    x = np.random.default_rng(1).normal(size=(9, 2))
    trace = simulate(Lane("gru", cell, initialise(cell, sizes), x))
    target = np.full(9, -1)
    target[8] = 2
    flow = flow_of(trace, target)
    loss = flow.input_gradient(9, "loss")
    parts = [flow.input_gradient(9, "logits", unit) for unit in range(4)]
    slope = trace["y"][9] - np.eye(4)[2]
    wanted = sum(
        weight * part.direction * 10.0 ** part.log10[:, None]
        for weight, part in zip(slope, parts, strict=True)
    )
    np.testing.assert_allclose(loss.direction * 10.0 ** loss.log10[:, None], wanted, rtol=1e-9)
    with pytest.raises(StepError, match="nothing is asked at step 3"):
        flow.input_gradient(3, "loss")
    with pytest.raises(SignalError, match="no target"):
        Flow(trace).input_gradient(9, "loss")


def test_inputs_beyond_the_window_of_an_autoregression_mean_exactly_nothing() -> None:
    cell = get_cell("ar", order=2)
    params = {"c": np.ones(1), "phi_1": np.full((1, 1), 0.5), "phi_2": np.full((1, 1), -0.25)}
    flow = flow_of(simulate(Lane("ar", cell, params, np.ones((6, 1)))))
    assert flow.states == ()
    found = flow.input_gradient(6, "y", 0)
    assert (10.0**found.log10 * found.direction[:, 0]).tolist() == pytest.approx(
        [0, 0, 0, 0, -0.25, 0.5]
    )
    assert (found.log10[:4] == -np.inf).all()


def test_every_input_of_the_naive_model_has_its_own_weight() -> None:
    cell = get_cell("full_history")
    weights = np.arange(1.0, 7.0)[None]
    trace = simulate(Lane("naive", cell, {"W": weights, "b": np.zeros(1)}, np.ones((6, 1))))
    found = flow_of(trace).input_gradient(4, "y", 0)
    assert 10.0**found.log10 == pytest.approx([4, 3, 2, 1])
    shares = contributions(trace, 4, "y", 0)
    assert shares.values == pytest.approx([0, 4, 3, 2, 1]) and abs(shares.gap) < 1e-12


def test_what_is_asked_of_the_wrong_name_or_step_is_an_error_that_says_what_there_is() -> None:
    trace = simulate(lane_of("lstm"))
    flow = flow_of(trace)
    with pytest.raises(SignalError, match="its states are c, h, all"):
        flow.reach(3, "q")
    with pytest.raises(SignalError, match="no path 'gate' \\(did you mean 'gates'\\?\\)"):
        flow.reach(3, "c", path="gate")
    for call in (
        lambda: flow.reach(31, "h"),
        lambda: flow.reach(3, "h", first=4),
        lambda: flow.map("h", [3, 2]),
        lambda: flow.input_gradient(0, "h", 0),
        lambda: flow.input_gradient(3, "h", 4),
        lambda: flow.input_gradient(3, "h"),
        lambda: flow.jacobian(0),
        lambda: contributions(trace, 3, "c", 4),
        lambda: contributions(trace, 0, "i", 0),
    ):
        with pytest.raises(StepError):
            call()
    with pytest.raises(SignalError, match="has no signal 'k'"):
        contributions(trace, 3, "k", 0)


def test_norms_are_those_of_the_singular_values() -> None:
    rng = np.random.default_rng(0)
    few = rng.normal(size=(40, 6, 5)) * 10.0 ** rng.integers(-200, 200, size=(40, 1, 1))
    few[3] = 0
    few[4] = np.outer(rng.normal(size=6), rng.normal(size=5))
    few[5] = np.eye(6, 5)
    few[6, 0, 0] = np.nan
    norms, _ = spectral_norms(few)
    for matrix, norm in zip(few, norms, strict=True):
        if np.isfinite(matrix).all():
            assert norm == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-14)
        else:
            assert np.isnan(norm)


@pytest.mark.parametrize(
    "patch", ["c scale 0.5 at 4..9", "c[1] set 0.3 at 6", "i add 0.2 at 3..8", "f scale 0.7",
              "c clamp -0.05 0.05 at 5..7", "h hold at 6..8", "g noise 0.3 at 2..9",
              "c scale 0.5 at 4..9; c scale 3 at 6..12"],
)  # fmt: skip
def test_flow_and_contributions_follow_a_patched_run(patch: str) -> None:
    plain = lane_of("lstm", length=12)
    lane = replace(plain, patches=tuple(parse_patch(text)[1] for text in patch.split("; ")))
    trace = simulate(lane)
    flow = flow_of(trace)
    shift = 1e-6
    for t in range(2, 13):
        ours = flow.jacobian(t)
        for state in ("c", "h"):
            start = {name: trace.value(name, t - 1) for name in ("c", "h")}
            for unit in range(4):
                ends = []
                for sign in (1, -1):
                    moved = {name: value.copy() for name, value in start.items()}
                    moved[state][unit] += sign * shift
                    ends.append(one_step(trace, moved, t))
                column = (ends[0] - ends[1]) / (2 * shift)
                at = flow.layout.where(state, "").start + unit
                np.testing.assert_allclose(ours[:, at], column, atol=1e-8)
    for unit in range(4):
        found = contributions(trace, 12, "c", unit)
        assert found.kind == "exact" and abs(found.gap) < 1e-14


def one_step(trace: Trace, state: dict[str, Array], t: int) -> Array:
    """The state after step t of a patched run, from another state before it."""
    patching = trace.machine.patching
    assert patching is not None
    lane = trace.lane
    now: dict[str, Array] = {**lane.params, "x": trace.value("x", t)}
    for equation in lane.cell.graph.equations:
        value = np.array(evaluate(equation.expression, now, lambda name, k: state[name]))
        if equation.name in patching.signals:
            patching.apply(equation.name, value, t)
        now[equation.name] = value
    return np.concatenate([now["c"], now["h"]])


def test_a_flow_can_be_asked_from_several_threads() -> None:
    trace = simulate(lane_of("lstm", length=600))
    asked = [("total", 0), ("gates", 300), ("total", 100), ("gates", 0), ("direct", 0)]

    def answer(flow: Flow, begin: Barrier, path: str, first: int) -> Array:
        begin.wait()
        return flow.reach(600, "c", first, path).log10

    alone = [answer(Flow(trace), Barrier(1), *question) for question in asked]
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(1e-6)
        for _ in range(5):
            flow, begin = Flow(trace), Barrier(len(asked))
            with ThreadPoolExecutor(len(asked)) as pool:
                answers = [pool.submit(answer, flow, begin, *question) for question in asked]
            for found, wanted in zip(answers, alone, strict=True):
                np.testing.assert_allclose(found.result(), wanted, rtol=1e-9)
    finally:
        sys.setswitchinterval(before)
