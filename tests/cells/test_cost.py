"""The cost of a step is what its equations multiply."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnstep.cells import CELLS, Cell, custom_cell, get_cell
from rnnstep.cells.cost import Cost, cost, costs
from rnnstep.errors import StepError
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario

H, D, K = 5, 3, 4
BY_HAND = {
    "rnn": H * D + H * H,
    # Four gates; c = f * c[t-1] + i * g and h = o * tanh(c).
    "lstm": 4 * (H * D + H * H) + 3 * H,
    # Three products with each of x and h; r * (…), (1 - z) * n and z * h[t-1].
    "gru": 3 * (H * D + H * H) + 3 * H,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_recurrent_step_costs_what_one_counts_by_hand_at_every_step(name: str) -> None:
    cell = get_cell(name)
    sizes = cell.sizes(H, {"x": D})
    for t in (1, 2, 10**6):
        assert cost(cell, sizes, t) == Cost(sizes.count, BY_HAND[name])
    read = cell.with_readout("softmax")
    sizes = read.sizes(H, {"x": D, "y": K})
    assert cost(read, sizes, 1) == Cost(sizes.count, BY_HAND[name] + H * K)


@pytest.mark.parametrize("name", [name for name in CELLS if name != "full_history"])
def test_a_cell_of_fixed_size_uses_all_its_parameters_at_every_step(name: str) -> None:
    cell = get_cell(name)
    sizes = cell.sizes(H, {"x": D, **({cell.answer: D} if cell.output == "y" else {})})
    parameters, products = costs(cell, sizes, np.arange(1, 50))
    assert (parameters == sizes.count).all()
    assert (products == products[0]).all() and products[0] >= sizes.count - sum(
        shape[0] for shape in sizes.params.values() if len(shape) == 1
    )


def test_the_naive_model_costs_more_with_every_step() -> None:
    cell = get_cell("full_history")
    sizes = cell.sizes(given={"x": D, "y": K}, steps=40)
    parameters, products = costs(cell, sizes, np.arange(1, 41))
    assert (parameters == K * D * np.arange(1, 41) + K).all()
    assert (products == K * D * np.arange(1, 41)).all()
    assert parameters[-1] == sizes.count


@pytest.mark.parametrize(
    ("text", "parameters", "products"),
    [
        ("h = x", 0, 0),
        ("h = a * x + b", 2 * D, D),
        ("h = -x / 2 + x ** 2", 0, 2 * D),
        ("h = 0.5 * sum(a * x)", D, D + 1),
        ("h = W @ concat(x, x)", H * 2 * D, H * 2 * D),
        ("h = W @ x + W @ x[t-1]", H * D, 2 * H * D),
        ("h = outer(x, x)", 0, D * D),
        ("h = tanh(W @ (x - x[t-1]))", H * D, H * D),
    ],
)
def test_what_is_counted(text: str, parameters: int, products: int) -> None:
    cell = custom_cell(text)
    shapes = {"W": (H, 2 * D if "concat" in text else D)}
    given = {name: shapes[name] for name in cell.graph.params if name in shapes}
    assert cost(cell, cell.sizes(given={"x": D, **given}), 1) == Cost(parameters, products)


def test_the_initial_state_costs_nothing_and_asking_for_it_is_an_error() -> None:
    cell: Cell = get_cell("rnn")
    with pytest.raises(StepError, match="the first step that is computed is 1"):
        cost(cell, cell.sizes(H, {"x": D}), 0)


def test_conditions_and_show_know_the_cost(tmp_path: Path) -> None:
    from rnnstep.export.show import show_step
    from rnnstep.scenario.expect import judge

    text = """\
format: 1
title: Cost
input: {values: {series: [1, 2, 3]}}
models:
  own:
    equations: h = W @ x + u * h[t-1]
    units: 2
    weights: {values: {W: [[1], [2]], u: 0.5}}
expect:
  - that: own.multiply_adds == 4 and own.parameters_used == parameters(own)
  - that: every(own.multiply_adds == own.multiply_adds, 1, last)
  - that: isnan(at(own.multiply_adds, 0)) == 1
"""
    run = run_scenario(parse_scenario(text, tmp_path / "cost.yaml"))
    assert [outcome.passed for outcome in judge(run)] == [True, True, True]
    assert "costs 4 multiply-adds with 4 of its 4 parameters" in show_step(run, 2)
    assert "costs" not in show_step(run, 0)
