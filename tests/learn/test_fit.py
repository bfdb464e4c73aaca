"""Least squares and counting: what they find, what they refuse, and what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from values import number

from rnnstep.cells import Cell, custom_cell, get_cell
from rnnstep.cells.chain import stationary
from rnnstep.equations.compiled import compile_cell
from rnnstep.errors import EquationError, ParamsError
from rnnstep.export.show import show_step
from rnnstep.learn import Batch, Counting, LeastSquares, evaluate, find_params
from rnnstep.learn.counting import table
from rnnstep.learn.least_squares import check_affine
from rnnstep.learn.loss import answer_signal, loss_and_adjoint
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.scenario.training import train_scenario
from rnnstep.weights import load_params

Array = np.ndarray


class Given:
    """Draws the batch that it was made with."""

    def __init__(self, x: Array, target: Array) -> None:
        self.batch = Batch(x, target)

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        return self.batch


def series(x: Array) -> Given:
    """A series ``(T, D)`` with its next value as the target."""
    following = np.concatenate([x[1:], np.full((1, x.shape[1]), np.nan)])
    return Given(x[:, None], following[:, None])


def symbols(text: str, letters: str) -> Given:
    codes = np.array([letters.index(letter) for letter in text])
    target = np.append(codes[1:], -1)
    return Given(np.eye(len(letters))[codes][:, None], target[:, None])


def chain(order: int = 1) -> Cell:
    return get_cell("markov", order=order).with_readout("probabilities")


def test_a_series_made_by_an_ar_of_two_variables_gives_its_coefficients_back() -> None:
    rng = np.random.default_rng(0)
    one, two = 0.4 * rng.normal(size=(2, 2)), 0.3 * rng.normal(size=(2, 2))
    x = [rng.normal(size=2), rng.normal(size=2)]
    for _ in range(30):
        x.append(one @ x[-1] + two @ x[-2] + [1.0, -2.0])
    cell = get_cell("ar", order=2)
    result = find_params(cell, cell.sizes(given={"x": 2}), series(np.array(x)), LeastSquares())
    np.testing.assert_allclose(result.params["phi_1"], one, atol=1e-10)
    np.testing.assert_allclose(result.params["phi_2"], two, atol=1e-10)
    np.testing.assert_allclose(result.params["c"], [1, -2], atol=1e-10)
    assert result.facts["rank"] == 10 and result.facts["equations"] == 2 * 30


def test_least_squares_is_where_the_gradient_of_the_loss_vanishes() -> None:
    given = series(np.random.default_rng(1).normal(size=(80, 1)))
    cell = get_cell("ar", order=3)
    sizes = cell.sizes(given={"x": 1})
    params = find_params(cell, sizes, given, LeastSquares()).params
    model = compile_cell(cell.graph, sizes)
    run = model.run(params, given.batch.x)
    batch = given.batch.asked_after(cell.warm_up)
    _, adjoint = loss_and_adjoint(run["y"], batch)
    for gradient in model.gradients(params, run, {"y": adjoint}).params.values():
        assert np.abs(gradient).max() < 1e-13


def test_the_naive_model_has_no_one_best_fit_and_says_so() -> None:
    cell = get_cell("full_history")
    sizes = cell.sizes(given={"x": 1}, steps=25)
    given = series(np.random.default_rng(2).normal(size=(20, 1)))
    with pytest.raises(ParamsError, match=r"19 equations for 26 parameters, of rank 19.*W\[0,19\]"):
        find_params(cell, sizes, given, LeastSquares())
    result = find_params(cell, sizes, given, LeastSquares(minimum_norm=True))
    assert result.checks[0].train_loss < 1e-20  # it repeats what it has seen, whatever that is
    assert (result.params["W"][0, 19:] == 0).all()


def test_an_error_names_the_parameters_that_can_be_traded_for_each_other() -> None:
    x = np.sin(0.3 * np.arange(60))[:, None]  # x_{t+1} = 2 cos(0.3) x_t - x_{t-1}: two lags say all
    cell = get_cell("ar", order=3, intercept=False)
    with pytest.raises(ParamsError, match=r"rank 2.*phi_1, phi_2, phi_3 can be traded.*minimum_no"):
        find_params(cell, cell.sizes(given={"x": 1}), series(x), LeastSquares())


@pytest.mark.parametrize("scale", [1e-14, 1e14])
def test_the_units_of_a_column_decide_neither_about_the_rank_nor_about_the_fit(
    scale: float,
) -> None:
    rng = np.random.default_rng(3)
    x, wanted = rng.normal(size=(40, 3)), np.array([[2.0, -1.0, 0.5]])
    target = x @ wanted.T + 0.1 * rng.normal(size=(40, 1))
    oracle = np.linalg.lstsq(x, target, rcond=None)[0].T
    cell = custom_cell("h = W @ x")
    given = Given((x * [1, scale, 1])[:, None], target[:, None])
    result = find_params(cell, cell.sizes(given={"x": 3, "h": 1}), given, LeastSquares())
    np.testing.assert_allclose(result.params["W"] * [1, scale, 1], oracle, rtol=1e-12)
    assert result.facts["rank"] == 3


@pytest.mark.parametrize("rows", [2, 40])
def test_of_several_best_fits_the_smallest_is_taken(rows: int) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(rows, 3)) * [1.0, 5.0, 1.0]
    x[:, 2] = x[:, 0] + x[:, 1]
    target = rng.normal(size=(rows, 1))
    oracle = np.linalg.lstsq(x, target, rcond=None)[0].T
    cell = custom_cell("h = W @ x")
    given = Given(x[:, None], target[:, None])
    recipe = LeastSquares(minimum_norm=True)
    result = find_params(cell, cell.sizes(given={"x": 3, "h": 1}), given, recipe)
    np.testing.assert_allclose(result.params["W"], oracle, rtol=1e-10)
    assert result.facts["rank"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "h = tanh(W @ x)", "h = W @ (V @ x)", "h = A @ h[t-1] + B @ x", "h = x / b", "h = b ** 2",
        "h = W @ outer(b, b)", "g = b * x\nh = g * g",
    ],
)  # fmt: skip
def test_what_is_not_linear_in_its_parameters_is_refused_with_its_equation(text: str) -> None:
    with pytest.raises(ParamsError, match=r"linear in the parameters; own has 'h = "):
        check_affine(custom_cell(text))


def test_any_cell_that_is_linear_in_its_parameters_can_be_fitted() -> None:
    """A level that forgets with a fixed weight, and a weight for it and for the change."""
    cell = custom_cell(
        "level = 0.2 * x + 0.8 * level[t-1]\nh = a * level + b * (x - x[t-1]) + sum(c) / 2"
    )
    sizes = cell.sizes(given={"x": 1, "c": 1})
    rng = np.random.default_rng(3)
    x = rng.normal(size=(50, 1))
    truth = {"a": np.array([0.7]), "b": np.array([-1.2]), "c": np.array([3.0])}
    wanted = compile_cell(cell.graph, sizes).run(truth, x)["h"][1:]
    result = find_params(cell, sizes, Given(x[:, None], wanted[:, None]), LeastSquares())
    for name, value in truth.items():
        np.testing.assert_allclose(result.params[name], value, atol=1e-12)


def test_counts_are_transitions_and_smoothing_is_added_to_each() -> None:
    given = symbols("ABAACAB", "ABC")
    cell = chain()
    sizes = cell.sizes(given={"x": 3})
    exact = find_params(cell, sizes, given, Counting())
    # After A came B, A, C, B; after B came A; after C came A.
    np.testing.assert_allclose(
        exact.params["P"].T, [[1 / 4, 2 / 4, 1 / 4], [1, 0, 0], [1, 0, 0]], atol=1e-15
    )
    smooth = find_params(cell, sizes, given, Counting(smoothing=1.0)).params["P"]
    np.testing.assert_allclose(
        smooth.T, [[2 / 7, 3 / 7, 2 / 7], [2 / 4, 1 / 4, 1 / 4], [2 / 4, 1 / 4, 1 / 4]], atol=1e-15
    )
    assert exact.facts["counted"] == 6 and exact.facts["contexts_unseen"] == 0


@pytest.mark.parametrize("order", [1, 2, 3])
def test_counts_of_any_order_are_those_of_looking_at_the_text(order: int) -> None:
    letters = "ABC"
    rng = np.random.default_rng(order)
    text = "".join(rng.choice(list(letters), 200))
    cell = chain(order)
    found = find_params(cell, cell.sizes(given={"x": 3}), symbols(text, letters), Counting())
    for column in range(3**order):
        newest_first = [letters[(column // 3 ** (order - 1 - k)) % 3] for k in range(order)]
        context = "".join(reversed(newest_first))
        follow = [text[k + order] for k in range(len(text) - order) if text[k:].startswith(context)]
        expected = [follow.count(c) / len(follow) for c in letters] if follow else [1 / 3] * 3
        np.testing.assert_allclose(found.params["P"][:, column], expected, atol=1e-15)


def test_counting_is_the_likeliest_table() -> None:
    given = symbols("ABAACABBACCAB" * 4, "ABC")
    cell = chain()
    sizes = cell.sizes(given={"x": 3})
    best = find_params(cell, sizes, given, Counting()).params["P"]
    loss = evaluate(cell, {"P": best}, given.batch, sizes).loss
    rng = np.random.default_rng(0)
    for _ in range(20):
        moved = np.abs(best + 0.05 * rng.normal(size=best.shape))
        other = evaluate(cell, {"P": moved / moved.sum(axis=0)}, given.batch, sizes).loss
        assert other > loss


def test_what_was_never_seen_is_uniform_or_impossible_and_both_are_said() -> None:
    cell = chain()
    sizes = cell.sizes(given={"x": 4})
    result = find_params(cell, sizes, symbols("ABABAC", "ABCD"), Counting())
    assert (result.params["P"][:, 2:] == 1 / 4).all()  # nothing came after C, and D never stood
    assert result.facts["contexts_unseen"] == 2 and result.facts["never_due"] == [3]
    unlucky = evaluate(cell, result.params, symbols("ABAD", "ABCD").batch, sizes)
    assert unlucky.loss == np.inf and not np.isnan(unlucky.loss)
    smooth = find_params(cell, sizes, symbols("ABABAC", "ABCD"), Counting(smoothing=0.5)).params
    assert np.isfinite(evaluate(cell, smooth, symbols("ABAD", "ABCD").batch, sizes).loss)
    assert np.allclose(table(np.zeros((4, 1)), 0.5), 1 / 4)


def test_counting_refuses_what_has_no_table_or_no_symbols() -> None:
    with pytest.raises(ParamsError, match="one table times a context"):
        cell = get_cell("rnn").with_readout("softmax")
        sizes = cell.sizes(3, {"x": 2, "y": 2})
        find_params(cell, sizes, symbols("ABAB", "AB"), Counting())
    with pytest.raises(ParamsError, match="one-hot"):
        cell = chain()
        given = symbols("ABAB", "AB")
        soft = Given(given.batch.x * 0.5, given.batch.target)
        find_params(cell, cell.sizes(given={"x": 2}), soft, Counting())


def test_the_derivative_of_a_loss_of_probabilities_is_that_of_its_logarithm() -> None:
    rng = np.random.default_rng(4)
    cell = custom_cell("y = softmax(W @ x)", output="y").with_readout("probabilities")
    sizes = cell.sizes(given={"x": 2, "y": 3})
    batch = Batch(rng.normal(size=(6, 2, 2)), rng.integers(-1, 3, (6, 2)))
    params = {"W": rng.normal(size=(3, 2))}
    scores = custom_cell("y = W @ x", output="y")
    model, plain = compile_cell(cell.graph, sizes), compile_cell(scores.graph, sizes)
    run, direct = model.run(params, batch.x), plain.run(params, batch.x)
    assert answer_signal(cell, True) == "y"
    loss, adjoint = loss_and_adjoint(run["y"], batch, are_scores=False)
    wanted, slope = loss_and_adjoint(direct["y"], batch)
    assert loss == pytest.approx(wanted, rel=1e-14)
    ours = model.gradients(params, run, {"y": adjoint}).params["W"]
    np.testing.assert_allclose(
        ours, plain.gradients(params, direct, {"y": slope}).params["W"], atol=1e-14
    )


def test_the_long_run_of_a_chain_is_the_eigenvector_of_its_table() -> None:
    rng = np.random.default_rng(5)
    table_ = rng.dirichlet(np.ones(4), size=4).T
    values, vectors = np.linalg.eig(table_)
    eigen = np.real(vectors[:, np.argmax(values.real)])
    shares = stationary(table_)
    np.testing.assert_allclose(shares, eigen / eigen.sum(), atol=1e-12)
    # The umbrella world's weather stays with probability 0.7, whichever it is.
    np.testing.assert_allclose(
        stationary(np.array([[0.7, 0.3], [0.3, 0.7]])), [0.5, 0.5], atol=1e-14
    )
    # A chain of order 2 that looks only at its newest symbol is the chain of order 1.
    np.testing.assert_allclose(stationary(np.repeat(table_, 4, axis=1), 2), shares, atol=1e-12)


MARKOV = """\
format: 1
title: Letters
input: {text: {text: "ABABACABABBAAC", target: next}}
train: {method: counting, smoothing: 0.5}
models:
  one: {cell: markov}
  two: {cell: markov, options: {order: 2}, train: {smoothing: 0}}
expect:
  - that: one.y['A'] > 0
"""


def test_a_counted_lane_answers_scores_and_says_how_it_was_counted(tmp_path: Path) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(MARKOV)
    train_scenario(load_scenario(path, need_weights=False))
    run = run_scenario(load_scenario(path))
    scenario = run.scenario
    assert not scenario.warnings
    one, two = (scenario.models[name] for name in ("one", "two"))
    assert one.learned == "counted: 13 symbols, smoothing 0.5"
    assert two.learned == "counted: 12 symbols, no smoothing; 3 of 9 contexts never seen: uniform"
    shown = show_step(run, 1, ("one", "two"))
    assert one.learned in shown and two.learned in shown
    assert "no answer yet: it has its first one at step 2" in shown
    assert run.answer("two", 1) is None and run.answer("two", 2) is not None
    assert run.answer("one", 1).confidence == run["one"]["y"][1].max()
    losses = [-np.log(run["two"]["y"][t, scenario.tape.target[t - 1]]) for t in range(2, 14)]
    assert number(run, "log_loss(two, 1, last)") == pytest.approx(np.mean(losses))
    assert number(run, "log_likelihood(two, 1, last)") == pytest.approx(-np.sum(losses))
    assert number(run, "isnan(at(two.loss, 1)) + isnan(at(two.right, 1))") == 2
    assert sum(number(run, f"stationary(one, '{k}')") for k in "ABC") == pytest.approx(1)
    _, metadata = load_params(one.weights)
    assert metadata["recipe"] == {"method": "counting", "steps": [1, 14], "samples": 1, "seed": 0,
                                  "smoothing": 0.5}  # fmt: skip
    changed = path.read_text().replace("0.5", "0.25")
    assert "smoothing" in parse_scenario(changed, path).warnings[0]


def test_fits_are_deterministic_and_read_only_their_stretch(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=60).round(3)
    found = []
    for tail in (0.0, 100.0):
        values = [*x[:40], *(x[40:] + tail)]
        path = tmp_path / f"s{tail:.0f}.yaml"
        path.write_text(
            "format: 1\ntitle: S\n"
            f"input: {{values: {{series: [{', '.join(map(str, values))}], target: next}}}}\n"
            "train: {method: least_squares, steps: [1, 40], validate_on: [41, 60]}\n"
            "models: {ar: {cell: ar, options: {order: 2}}}\n"
        )
        result = train_scenario(load_scenario(path, need_weights=False))["ar"]
        found.append(result.kept.result)
    assert found[0].params["phi_1"].tobytes() == found[1].params["phi_1"].tobytes()
    assert found[0].facts["equations"] == 38
    assert found[0].best.loss != found[1].best.loss


SERIES = """\
format: 1
title: S
input: {values: {series: [1, 2, 4, 3, 5, 1, 2, 8, 2], target: next}}
train: {method: least_squares}
models:
"""
WRONG = [
    ("ar: {cell: ar, options: {order: 12}}", "once it has read 12 steps, and the input has 9"),
    ("ar: {cell: ar, options: {order: 0}}", "order is 0; it can be a whole number from 1"),
    ("ar: {cell: ar, train: {smoothing: 1}}", "smoothing is not for the method least_squares"),
    ("ar: {cell: ar, train: {updates: 10}}", "updates is not for the method least_squares"),
    ("l: {cell: lstm, units: 2}", "linear in the parameters; lstm has 'i = "),
    ("m: {cell: markov}", "markov does not answer numbers. .*the Markov model is ar of order 1"),
    ("ar: {cell: ar, train: {method: counting}}", "counting needs an answer that is one table"),
    (
        "ar: {cell: ar, options: {order: 4}, free_running: {from: 3}}",
        "first answer at step 4; it cannot run free from step 3",
    ),
]


@pytest.mark.parametrize(("model", "message"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_fitted_is_said_when_the_file_is_read(model: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(f"{SERIES}  {model}\n", Path("s.yaml"), need_weights=False)


def test_a_window_longer_than_the_stretch_leaves_nothing_to_fit(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    short = "  a: {cell: ar, options: {order: 6}, train: {steps: [1, 5]}}\n"
    path.write_text(SERIES + short)
    with pytest.raises(ParamsError, match=r"nothing to fit in 4 steps; its first answer .* step 6"):
        train_scenario(load_scenario(path, need_weights=False))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("values: {P: [[0.5, 1], [0.4, 0]]}", "column 0 of P must hold probabilities"),
        ("values: {P: [[1.5, 1], [-0.5, 0]]}", "column 0 of P must hold probabilities"),
        ("init: {seed: 1}", "must hold probabilities"),
    ],
)
def test_a_table_given_by_hand_must_hold_probabilities(weights: str, message: str) -> None:
    text = (
        "format: 1\ntitle: S\ninput: {text: {text: ABAB}}\n"
        f"models: {{m: {{cell: markov, weights: {{{weights}}}}}}}\n"
    )
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(text, Path("s.yaml"))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("parameter(m, 'Q', 0, 0) > 0", "has no parameter 'Q'"),
        ("parameter(m, 'P', 0) > 0", "has no entry"),
        ("parameter(m, 'P', 0, 2) > 0", "has no entry"),
        ("parameter(m, P, 0, 0) > 0", "each in quotes"),
        ("stationary(m, 'C') > 0", "the symbols are A, B"),
        ("forecast(m, 2, 1) > 0", "does not foretell"),
    ],
)
def test_measures_of_a_model_say_what_is_possible(condition: str, message: str) -> None:
    text = (
        "format: 1\ntitle: S\ninput: {text: {text: ABAB}}\n"
        "models: {m: {cell: markov, weights: {values: {P: [[0.5, 1], [0.5, 0]]}}}}\n"
        f"expect:\n  - that: {condition}\n"
    )
    with pytest.raises((ScenarioError, EquationError), match=message):
        parse_scenario(text, Path("s.yaml"))
