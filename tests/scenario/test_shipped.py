"""Every scenario that ships is one case: its claims hold, its weights are its recipe's."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from conftest import SCENARIOS

from rnnstep.learn import train
from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.weights import load_params


def test_there_are_scenarios() -> None:
    assert {path.stem for path in SCENARIOS} >= {"long_dependency", "sunspots"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_expectation_holds(path: Path) -> None:
    scenario = load_scenario(path)
    assert scenario.expectations, "a scenario that claims nothing proves nothing"
    assert not scenario.warnings
    failed = [o.report(str(path)) for o in judge(run_scenario(scenario)) if not o.passed]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_an_expectation_turned_round_fails(path: Path) -> None:
    turned = re.sub(r"that: (.*)", r"that: not (\1)", path.read_text())
    scenario = parse_scenario(turned, path)
    outcomes = judge(run_scenario(scenario))
    assert outcomes and not any(outcome.passed for outcome in outcomes)
    report = outcomes[0].report(str(path))
    assert "FAILED" in report and " = " in report and "rnnstep run" in report


def test_the_grus_weights_are_what_its_recipe_gives(root: Path) -> None:
    scenario = load_scenario(root / "scenarios" / "long_dependency.yaml")
    model = scenario.models["gru"]
    assert model.training is not None and model.weights is not None
    stored, metadata = load_params(model.weights)
    recipe, result = metadata["recipe"], metadata["result"]
    # What a recipe leaves out, as one written before there was such an entry, is None.
    ours = {k: v for k, v in model.training.recipe.as_dict().items() if v is not None}
    assert {k: v for k, v in recipe.items() if v is not None} == {**ours, "seed": recipe["seed"]}
    again = train(model.cell, model.sizes, model.training.sampler, model.training.recipe)
    assert again.solved_at == result["solved_at"]
    # Another machine's BLAS may round otherwise, and training spreads that.
    for check, loss in zip(again.checks, result["first_losses"], strict=False):
        assert check.train_loss == pytest.approx(loss, rel=1e-6)
    for name, value in again.params.items():
        np.testing.assert_allclose(value, stored[name], rtol=0.05, atol=0.05)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_weights_carry_their_recipe_and_all_their_seeds(path: Path) -> None:
    for model in load_scenario(path).models.values():
        if model.weights is None:
            continue
        _, metadata = load_params(model.weights)
        assert str(metadata["made_by"]).startswith("rnnstep train")
        assert model.training is not None
        assert len(metadata["seeds"]) == model.training.seeds
        assert metadata["equations"] == model.cell.equations_text()
