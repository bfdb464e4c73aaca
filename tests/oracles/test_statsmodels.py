"""Our AR(τ), fitted by least squares, equals statsmodels' AutoReg on the sunspots."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from make_statsmodels import KNOWN, ORDERS, SERIES, STEPS, compute, read_series
from values import number

from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.scenario.training import train_scenario
from rnnstep.weights import load_params

FOLDER = Path(__file__).parent
SCENARIO = """\
format: 1
title: Autoregression
input: {csv: {file: %s, column: SUNACTIVITY, index: YEAR, target: next}}
train: {method: least_squares}
models:
  ar1: {cell: ar, options: {order: 1}}
  ar2: {cell: ar, options: {order: 2}}
  ar9: {cell: ar, options: {order: 9}}
  free9: {cell: ar, options: {order: 9}, free_running: {from: 200}}
"""


@pytest.fixture(scope="module")
def stored() -> dict[str, np.ndarray]:
    with np.load(FOLDER / "statsmodels_ar.npz") as file:
        arrays = dict(file)
    assert json.loads(str(arrays.pop("provenance")))["made_by"].endswith("make_statsmodels.py")
    return arrays


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("ar") / "ar.yaml"
    path.write_text(SCENARIO % SERIES)
    train_scenario(load_scenario(path, need_weights=False))
    return run_scenario(load_scenario(path))


@pytest.mark.parametrize("order", ORDERS)
def test_coefficients_are_those_of_autoreg(
    run: Run, stored: dict[str, np.ndarray], order: int
) -> None:
    params, metadata = load_params(run.scenario.models[f"ar{order}"].weights)
    ours = [params["c"][0], *(params[f"phi_{k}"][0, 0] for k in range(1, order + 1))]
    np.testing.assert_allclose(ours, stored[f"params_{order}"], rtol=1e-8)
    assert metadata["result"]["equations"] == 309 - order
    assert number(run, f"parameter(ar{order}, 'phi_1', 0, 0)") == ours[1]


@pytest.mark.parametrize("order", ORDERS)
def test_one_step_predictions_are_those_of_autoreg(
    run: Run, stored: dict[str, np.ndarray], order: int
) -> None:
    ours = run[f"ar{order}"]["y"][order:-1, 0]
    np.testing.assert_allclose(ours, stored[f"predictions_{order}"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("order", ORDERS)
def test_forecasts_of_many_steps_are_those_of_autoreg(
    run: Run, stored: dict[str, np.ndarray], order: int
) -> None:
    for kind, known in (("after", 309), ("inside", KNOWN)):
        ours = [number(run, f"forecast(ar{order}, {known}, {k})") for k in range(1, STEPS + 1)]
        np.testing.assert_allclose(ours, stored[f"{kind}_{order}"], rtol=1e-8, atol=1e-8)


def test_a_lane_that_runs_free_gives_the_same_forecast(
    run: Run, stored: dict[str, np.ndarray]
) -> None:
    path = run.scenario.path
    weights = path.parent / "weights"
    assert (weights / "ar.free9.safetensors").is_file()
    ours = run["free9"]["y"][KNOWN : KNOWN + STEPS, 0]
    np.testing.assert_allclose(ours, stored["inside_9"], rtol=1e-8, atol=1e-8)


@pytest.mark.skipif(not importlib.util.find_spec("statsmodels"), reason="needs statsmodels")
def test_the_stored_oracle_is_what_statsmodels_gives(stored: dict[str, np.ndarray]) -> None:
    for name, value in compute().items():
        np.testing.assert_allclose(value, stored[name], rtol=1e-10)
    assert len(read_series()) == 309
