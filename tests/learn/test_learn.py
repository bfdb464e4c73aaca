"""Training: deterministic, honest about what it kept, and right about losses and optimisers."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest

from rnnstep.cells import CELLS, custom_cell, get_cell
from rnnstep.errors import ParamsError, SizeError
from rnnstep.learn import (
    INITIALISATIONS,
    Batch,
    Check,
    Optimiser,
    Recipe,
    clip_by_norm,
    evaluate,
    initialise,
    loss_and_adjoint,
    loss_gradients,
    train,
)
from rnnstep.scenario.generators import Recall

TASK = Recall(3, 4, "other")


def model(name: str = "gru", units: int = 8):  # type: ignore[no-untyped-def]
    cell = get_cell(name).with_readout("softmax")
    return cell, cell.sizes(units, {"x": len(TASK.names), "logits": TASK.classes})


def quick(**changes: object) -> Recipe:
    settings: dict[str, object] = {
        "initialisation": "orthogonal", "learning_rate": 0.02, "updates": 200, "batch": 16,
        "stop_accuracy": 0.99, "check_every": 20, "check_count": 64, "passes": 2,
    }  # fmt: skip
    return Recipe(**{**settings, **changes})  # type: ignore[arg-type]


def test_the_same_recipe_gives_the_same_parameters_bit_for_bit() -> None:
    cell, sizes = model()
    one, two = (train(cell, sizes, TASK, quick(updates=40)) for _ in range(2))
    assert all(one.params[n].tobytes() == two.params[n].tobytes() for n in one.params)
    other = train(cell, sizes, TASK, quick(updates=40, seed=1))
    assert any((one.params[n] != other.params[n]).any() for n in one.params)


def test_checking_more_often_does_not_change_what_is_learned_from() -> None:
    cell, sizes = model()
    seldom = train(cell, sizes, TASK, quick(updates=40, check_every=40, stop_accuracy=None))
    often = train(cell, sizes, TASK, quick(updates=40, check_every=5, stop_accuracy=None))
    assert seldom.checks[-1].gradient_norm == often.checks[-1].gradient_norm


@pytest.mark.parametrize("name", [n for n in CELLS if get_cell(n).graph.states])
def test_every_cell_with_a_state_learns_a_short_recall(name: str) -> None:
    cell, sizes = model(name, 12)
    result = train(cell, sizes, TASK, quick())
    assert result.solved
    fresh = TASK.sample(np.random.default_rng(999), 300)
    assert (evaluate(cell, result.params, fresh).accuracy or 0) > 0.97


class Says:
    """Asks for the given classes, one batch after the other, whatever was shown."""

    longest = TASK.longest

    def __init__(self, *classes: int) -> None:
        self.classes = cycle(classes)

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        batch = TASK.sample(rng, count)
        return replace(batch, target=np.where(batch.asked, next(self.classes), batch.target))


def test_a_goal_is_reached_by_checks_that_pass_in_a_row_and_the_last_of_them_is_kept() -> None:
    cell, sizes = model()
    recipe = quick(updates=200, passes=3)
    good = train(cell, sizes, Says(0), recipe, validation=Says(0))
    assert good.solved_at is not None and good.solved_at < good.update
    assert good.best is good.checks[-1]
    # Every second check asks for what was never learned.
    never = train(cell, sizes, Says(0), recipe, validation=Says(0, 1))
    assert sum(check.accuracy == 1 for check in never.checks) >= 3
    assert not never.solved and len(never.checks) == 11


def test_ctrl_c_keeps_the_best_so_far() -> None:
    cell, sizes = model()

    def interrupt(check: Check) -> None:
        if check.update >= 60:
            raise KeyboardInterrupt

    result = train(cell, sizes, TASK, quick(stop_accuracy=None), interrupt)
    assert result.interrupted and not result.solved
    assert result.best.loss == min(check.loss for check in result.checks)


def linear(text: str, x: list[float]):  # type: ignore[no-untyped-def]
    cell = custom_cell(text).with_readout("linear")
    column = np.array(x)[:, None, None]

    class Series:
        def sample(self, rng: np.random.Generator, count: int) -> Batch:
            return Batch(column, column)

    return cell, cell.sizes(2, {"x": 1, "y": 1}), Series()


def test_a_loss_that_is_not_finite_from_the_start_is_an_error() -> None:
    with np.errstate(all="ignore"), pytest.raises(ParamsError, match=r"first check is nan, before"):
        train(*linear("h = sqrt(W @ x - 9) + U @ h[t-1]", [0.5, 0.5]), quick(stop_accuracy=None))


def test_a_loss_that_stops_being_finite_ends_the_training_and_is_told() -> None:
    recipe = quick(learning_rate=1e200, clip=0.0, optimiser="sgd", updates=50, check_every=1,
                   stop_accuracy=None)  # fmt: skip
    with np.errstate(all="ignore"):
        result = train(*linear("h = W @ x + U @ h[t-1]", [0.5, 0.2, 0.1]), recipe)
    assert np.isfinite(result.best.loss) and result.update == 0
    assert "not finite at update" in str(result.summary()["ended"])


def test_the_loss_is_the_cross_entropy_and_its_adjoint_the_derivative() -> None:
    rng = np.random.default_rng(0)
    batch = TASK.sample(rng, 5)
    values = rng.normal(size=(TASK.longest + 1, 5, 3))
    loss, adjoint = loss_and_adjoint(values, batch)
    last, wanted = values[-1], batch.target[-1]
    chances = np.exp(last) / np.exp(last).sum(axis=1, keepdims=True)
    assert loss == pytest.approx(-np.log(chances[np.arange(5), wanted]).mean())
    moved = values.copy()
    moved[-1, 2, 1] += 1e-6
    slope = (loss_and_adjoint(moved, batch)[0] - loss) / 1e-6
    assert adjoint[-1, 2, 1] == pytest.approx(slope, abs=1e-6)
    assert (adjoint[:-1] == 0).all()


def test_scores_as_large_as_a_thousand_do_not_overflow() -> None:
    batch = TASK.sample(np.random.default_rng(0), 2)
    values = np.full((TASK.longest + 1, 2, 3), 1000.0)
    values[-1, :, 0] = -1000.0
    loss, adjoint = loss_and_adjoint(values, batch)
    assert np.isfinite(loss) and np.isfinite(adjoint).all()


def test_gradients_of_the_loss_equal_the_complex_step() -> None:
    cell, sizes = model("lstm", 3)
    params = initialise(cell, sizes, "uniform", 1)
    batch = TASK.sample(np.random.default_rng(2), 4)
    loss, gradients = loss_gradients(cell, sizes, params, batch)
    step = 1e-6
    for name in ("W_f", "U_c" if "U_c" in params else "U_g", "b_o", "V"):
        place = (0,) * params[name].ndim
        moved = {n: v.copy() for n, v in params.items()}
        moved[name][place] += step
        there, _ = loss_gradients(cell, sizes, moved, batch)
        assert gradients[name][place] == pytest.approx((there - loss) / step, abs=1e-6)


def test_clipping_holds_the_global_norm() -> None:
    clipped, norm = clip_by_norm({"a": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    assert norm == 5.0
    assert np.hypot(clipped["a"][0], clipped["b"][0]) == pytest.approx(1.0)
    same, _ = clip_by_norm({"a": np.array([0.3])}, 1.0)
    assert same["a"][0] == 0.3


def test_adam_takes_the_first_step_of_its_paper() -> None:
    # Kingma and Ba 2015: after bias correction the first step is the learning rate times the sign.
    params = {"a": np.array([1.0, 1.0])}
    moved = Optimiser("adam", 0.1).update(params, {"a": np.array([5.0, -0.01])})
    assert moved["a"] == pytest.approx([0.9, 1.1], abs=1e-6)
    assert params["a"].tolist() == [1.0, 1.0]


def test_sgd_gathers_momentum() -> None:
    optimiser = Optimiser("sgd", 0.1, momentum=0.5)
    params = {"a": np.array([0.0])}
    for _ in range(2):
        params = optimiser.update(params, {"a": np.array([1.0])})
    assert params["a"][0] == pytest.approx(-0.1 - 0.15)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_initialisations_do_what_their_names_say(name: str) -> None:
    cell, sizes = model("lstm", 16)
    params = initialise(cell, sizes, name, 0, longest=50)
    if name == "uniform":
        assert max(np.abs(v).max() for v in params.values()) <= 0.25
    if name in ("orthogonal", "forget_bias", "chrono"):
        assert np.allclose(params["U_f"] @ params["U_f"].T, np.eye(16))
    if name == "identity":
        assert (params["U_f"] == np.eye(16)).all()
    if name == "forget_bias":
        assert (params["b_f"] == 1).all() and (params["b_i"] == 0).all()
    if name == "chrono":
        assert (params["b_i"] == -params["b_f"]).all()
        assert params["b_f"].min() >= 0 and params["b_f"].max() <= np.log(49)


def test_the_keeping_gate_is_read_off_the_equations() -> None:
    for z, sign in (("keeps", 1), ("updates", -1)):
        cell = get_cell("gru", z=z)
        params = initialise(cell, cell.sizes(4, {"x": 2}), "forget_bias", value=2.0)
        assert (params["b_z"] == sign * 2.0).all()
    coupled = get_cell("lstm", coupled=True)
    params = initialise(coupled, coupled.sizes(4, {"x": 2}), "forget_bias")
    assert (params["b_i"] == -1).all()
    own = custom_cell("k = sigmoid(A @ x + bias)\nh = tanh(B @ x) + h[t-1] * k")
    assert (initialise(own, own.sizes(3, {"x": 2}), "forget_bias")["bias"] == 1).all()


def test_impossible_recipes_are_refused() -> None:
    cell = get_cell("rnn").with_readout("softmax")
    sizes = cell.sizes(4, {"x": 2, "logits": 2})
    with pytest.raises(ParamsError, match="no gate that keeps"):
        initialise(cell, sizes, "chrono", longest=9)
    with pytest.raises(ParamsError, match="did you mean 'chrono'"):
        initialise(cell, sizes, "crono")
    with pytest.raises(ParamsError, match="adam, sgd"):
        Optimiser("rmsprop")
    with pytest.raises(ParamsError, match="classes is 11"):
        Recall(11)
    with pytest.raises(SizeError, match="must begin with"):
        Batch(np.zeros((3, 2, 1)), np.zeros((2, 2), int))
    with pytest.raises(ParamsError, match="readout softmax"):
        evaluate(get_cell("rnn"), {"W_h": np.zeros((2, 7)), "U_h": np.zeros((2, 2)),
                 "b_h": np.zeros(2)}, TASK.sample(np.random.default_rng(0), 1))  # fmt: skip


@pytest.mark.parametrize("kind", ["same", "other"])
def test_recall_asks_for_its_cue_at_the_last_step_only(kind: str) -> None:
    task = Recall(4, 10, kind)
    symbols = task.draw(np.random.default_rng(0), 50)
    batch = task.sample(np.random.default_rng(0), 50)
    assert (batch.target[-1] == symbols[0]).all() and (batch.target[:-1] == -1).all()
    assert (symbols[-1] == len(task.names) - 1).all()
    inside = symbols[1:-1]
    assert inside.min() >= (0 if kind == "same" else 4)
    assert (batch.x.sum(axis=2) == 1).all()
