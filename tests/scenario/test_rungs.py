"""The first rungs: identities that need no library, and what their scenarios rest on."""

from __future__ import annotations

import re
from pathlib import Path

import make_noisy_level
import numpy as np
import pytest
from values import number

from rnnstep.cells import get_cell
from rnnstep.equations.compiled import compile_cell
from rnnstep.learn import Counting, LeastSquares, find_params
from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.scenario.training import train_scenario
from rnnstep.simulate import Feedback, Lane, simulate

Array = np.ndarray


@pytest.mark.parametrize("order", [1, 2, 5])
def test_an_autoregressive_model_is_a_linear_rnn_on_its_companion_matrix(order: int) -> None:
    rng = np.random.default_rng(order)
    weights, constant = 0.5 * rng.normal(size=order), rng.normal()
    x = rng.normal(size=(60, 1))
    params = {f"phi_{k + 1}": np.array([[w]]) for k, w in enumerate(weights)}
    ar = Lane("ar", get_cell("ar", order=order), {"c": np.array([constant]), **params}, x)
    # The state is the window: what is read comes in front, everything else moves on by one.
    shift = np.eye(order, k=-1)
    enter = np.eye(order)[:, :1]
    latent = Lane(
        "latent", get_cell("latent_ar"),
        {"A": shift, "B": enter, "C": weights[None], "d": np.array([constant])}, x,
    )  # fmt: skip
    rnn = Lane(
        "rnn", get_cell("rnn", phi="identity").with_readout("linear"),
        {"U_h": shift, "W_h": enter, "b_h": np.zeros(order), "V": weights[None],
         "a": np.array([constant])}, x,
    )  # fmt: skip
    wanted = simulate(ar)["y"][order:]
    for lane in (latent, rnn):
        np.testing.assert_allclose(simulate(lane)["y"][order:], wanted, atol=1e-13)


def test_the_naive_model_with_few_weights_is_an_autoregressive_one() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    one, two, constant = rng.normal(size=(2, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    ar = Lane("ar", get_cell("ar", order=2), {"c": constant, "phi_1": one, "phi_2": two}, x)
    whole = np.concatenate([one, two, np.zeros((2, 56))], axis=1)
    full = Lane("full", get_cell("full_history"), {"W": whole, "b": constant}, x)
    np.testing.assert_allclose(simulate(full)["y"][2:], simulate(ar)["y"][2:], atol=1e-14)


def test_an_impulse_through_ar_1_runs_free_as_powers_of_its_weight() -> None:
    weight = 0.8
    cell = get_cell("ar", intercept=False)
    x = np.zeros((40, 1))
    x[0] = 1.0
    lane = Lane("ar", cell, {"phi_1": np.array([[weight]])}, x, feedback=Feedback(1))
    np.testing.assert_allclose(simulate(lane)["y"][1:, 0], weight ** np.arange(1, 41), rtol=1e-14)


def test_exponential_smoothing_is_its_weighted_sum_and_a_latent_model() -> None:
    rng = np.random.default_rng(1)
    x, a = rng.normal(size=(50, 1)), 0.3
    alpha = np.array([np.log(a / (1 - a))])
    lane = Lane("ses", get_cell("latent_ar", form="smoothing"), {"alpha": alpha}, x)
    found = simulate(lane)["y"][1:, 0]
    weights = a * (1 - a) ** np.arange(50)
    sums = [weights[: t + 1] @ x[t::-1, 0] for t in range(50)]
    np.testing.assert_allclose(found, sums, atol=1e-14)
    linear = Lane(
        "linear", get_cell("latent_ar"),
        {"A": np.array([[1 - a]]), "B": np.array([[a]]), "C": np.eye(1), "d": np.zeros(1)}, x,
    )  # fmt: skip
    np.testing.assert_allclose(simulate(linear)["y"][1:, 0], found, atol=1e-14)


def test_a_markov_chain_is_a_linear_map_of_one_hot_symbols() -> None:
    rng = np.random.default_rng(2)
    table = rng.dirichlet(np.ones(3), size=3).T
    x = np.eye(3)[rng.integers(0, 3, 20)]
    chain = simulate(Lane("markov", get_cell("markov"), {"P": table}, x))["y"]
    rnn = get_cell("rnn", phi="identity")
    params = {"W_h": table, "U_h": np.zeros((3, 3)), "b_h": np.zeros(3)}
    assert (simulate(Lane("rnn", rnn, params, x))["h"][1:] == chain[1:]).all()
    # The long run is where the powers of the table go.
    powers = np.linalg.matrix_power(table, 200)
    assert np.abs(powers - powers[:, :1]).max() < 1e-12


def test_a_window_of_the_lag_passes_and_one_step_less_fails(root: Path, tmp_path: Path) -> None:
    """The scenario, with the lane's weights fitted: at order 4 it passes, at order 3 it fails."""
    text = (root / "scenarios" / "exact" / "ar_blind.yaml").read_text()
    head, _, expectations = text.partition("models:")
    claim = re.search(r"  - that: rmse\(four.*\n    because: .*\n", expectations)
    assert claim is not None
    passed = {}
    for order in (4, 3):
        path = tmp_path / f"order{order}.yaml"
        path.write_text(
            f"{head}models:\n  four:\n    cell: ar\n    options: {{order: {order},"
            " intercept: false}\n    train: {method: least_squares}\n\nexpect:\n"
            + claim.group(0).replace("== 0", "< 1e-12")
        )
        train_scenario(load_scenario(path, need_weights=False))
        run = run_scenario(load_scenario(path))
        passed[order] = judge(run)[0].passed
        if order == 3:
            assert number(run, "rmse(four, 1, last)") == pytest.approx(1.0, abs=1e-12)
    assert passed == {4: True, 3: False}


def test_no_function_of_the_shorter_window_does_better_than_saying_zero(root: Path) -> None:
    tape = load_scenario(root / "scenarios" / "exact" / "ar_blind.yaml").tape
    asked = np.flatnonzero(np.isfinite(tape.target[:, 0]))
    seen: dict[tuple[float, ...], list[float]] = {}
    for row in asked:
        seen.setdefault(tuple(tape.x[row - 2 : row + 1, 0]), []).append(tape.target[row, 0])
    assert len(asked) == 64
    assert all(sum(values) == 0 for values in seen.values())  # so the best answer is their mean, 0


def test_the_tables_of_the_scenario_are_what_counting_gives(root: Path) -> None:
    scenario = load_scenario(root / "scenarios" / "exact" / "markov_beaten.yaml")

    class Tape:
        def sample(self, rng: np.random.Generator, count: int) -> object:
            return scenario.tape.batch()

    for model in scenario.models.values():
        found = find_params(model.cell, model.sizes, Tape(), Counting())
        assert (found.params["P"] == model.params["P"]).all()


def test_the_noisy_level_is_what_its_script_makes() -> None:
    made = make_noisy_level.as_csv(make_noisy_level.noisy_level(0))
    assert make_noisy_level.PATH.read_text() == made


def test_on_twenty_noisy_levels_the_state_wins_as_the_scenario_says() -> None:
    table = make_noisy_level.compare()
    assert (table[:, 1] < table[:, 0]).all() and (table[:, 3] < table[:, 2]).all()
    less = 1 - table.mean(axis=0)[[1, 3]] / table.mean(axis=0)[[0, 2]]
    assert less.round(2).tolist() == [0.24, 0.07]


def test_the_trained_smoothing_weight_is_near_the_best_one(root: Path) -> None:
    run = run_scenario(load_scenario(root / "scenarios" / "claims" / "latent_beats_ar.yaml"))
    best = make_noisy_level.state(make_noisy_level.noisy_level(0), True)
    assert number(run, "mse(smoothing, 600, 1000)") == pytest.approx(best, rel=0.05)


def test_weights_that_are_fitted_are_what_their_scenarios_give(root: Path) -> None:
    for name in ("latent_beats_ar", "naive_repeats"):
        scenario = load_scenario(root / "scenarios" / "claims" / f"{name}.yaml")
        for model in scenario.models.values():
            training = model.training
            assert training is not None
            if not isinstance(training.recipe, LeastSquares):
                continue
            again = find_params(model.cell, model.sizes, training.sampler, training.recipe)
            run = compile_cell(model.cell.graph, model.sizes)
            x = training.sampler.sample(np.random.default_rng(0), 1).x
            # Where the fit is not unique, another machine's weights may differ; its answers not.
            np.testing.assert_allclose(
                run.run(again.params, x)["y"][1:], run.run(model.params, x)["y"][1:], atol=1e-5
            )


def test_markov_on_numbers_points_to_ar_of_order_1() -> None:
    text = (
        "format: 1\ntitle: N\ninput: {values: {series: [1, 2, 3], target: next}}\n"
        "models: {m: {cell: markov}}\n"
    )
    with pytest.raises(ScenarioError, match="On numbers the Markov model is ar of order 1"):
        parse_scenario(text, Path("n.yaml"))


def test_the_naive_model_covers_the_longest_sequence_that_its_generator_draws() -> None:
    text = (
        "format: 1\ntitle: N\n"
        "input: {temporal_order: {length: 20, seed: 1}}\n"
        "models: {full: {cell: full_history, weights: {init: {seed: 0}}}}\n"
        "expect:\n  - that: accuracy(full, 50) >= 0\n"
    )
    scenario = parse_scenario(text, Path("n.yaml"))
    covered = scenario.models["full"].sizes.signals["history(x)"]
    assert covered == scenario.tape.x.shape[1] * scenario.fresh.longest
    assert judge(run_scenario(scenario))[0].passed
