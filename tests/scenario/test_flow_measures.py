"""What conditions can ask of gradient flow and contributions, and how they say what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import FLAGSHIP
from sessions import run_of

from rnnstep.equations.parse import parse_condition
from rnnstep.errors import EquationError
from rnnstep.gradient import contributions
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import Run
from rnnstep.scenario.space import RunSpace
from rnnstep.simulate.condition import Evaluation


@pytest.fixture(scope="module")
def run() -> Run:
    return run_of("long_dependency")


def value(run: Run, text: str, step: int | None = None) -> np.ndarray:
    step = run.length if step is None else step
    return Evaluation(run.space(), text, step, step + 1).read(parse_condition(text))[0]


def test_measures_are_what_the_flow_of_the_lane_says(run: Run) -> None:
    flow = run.flow("lstm")
    assert value(run, "flow(lstm.c, cue, query)") == flow.reach(52, "c").log10[1]
    assert value(run, "flow(lstm, 0, 9)") == flow.reach(9, "all").log10[0]
    direct = value(run, "flow(lstm.c, 1, 52, path='direct')")
    assert direct == flow.reach(52, "c", 1, "direct").log10[0]
    assert value(run, "flow_rate(rnn.h, 0, 52)") == run.flow("rnn").verdict(52, "h").rate
    radius = run.flow("gru").measures("h", 7, 7).spectral_radius[0]
    assert value(run, "spectral_radius(gru.h, 7)") == radius
    matrix = run.scenario.models["rnn_orthogonal"].params["U_h"]
    wanted = np.abs(np.linalg.eigvals(matrix)).max()
    assert value(run, "spectral_radius(rnn_orthogonal, 'U_h')") == wanted


def test_input_gradients_are_of_a_unit_or_of_the_loss(run: Run) -> None:
    label = run.scenario.tape.labels[2]
    by_label = value(run, f"input_gradient(lstm.y['{label}'], cue, query)")
    assert by_label == value(run, "input_gradient(lstm.y[2], cue, query)")
    assert by_label == run.flow("lstm").input_gradient(52, "y", 2).log10[0]
    loss = run.flow("lstm").input_gradient(52, "loss").log10[0]
    assert value(run, "input_gradient(lstm.loss, cue, query)") == loss


def test_contributions_and_their_gap_are_by_step(run: Run) -> None:
    found = contributions(run["lstm"], 40, "c", 3)
    assert value(run, "contribution(lstm.c[3], 7, 40)") == found.values[7]
    assert value(run, "contribution(lstm.c[-13], 7, 40)") == found.values[7]
    gaps = value(run, "contribution_gap(gru.h)", 30)
    assert gaps.shape == (16,) and gaps.max() < 1e-14


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flow(lstm.c, 1)", "is called as flow\\(lane.state, from step, to step\\)"),
        ("flow(lstm.c, 1, 9, way='direct')", "path='direct'"),
        ("flow(lstm.c, 1, 9, path='straight')", "path can be 'total', 'direct', 'gates'"),
        ("flow(rnn.h, 1, 9, path='direct')", "h has no path 'direct'"),
        ("flow(lstm.f, 1, 9)", "no state 'f'.*it has c, h"),
        ("flow(lstn, 1, 9)", "did you mean 'lstm'"),
        ("flow(lstm, 9, 1)", "this is from 9 to 1"),
        ("flow(lstm, 1, 99)", "there is no step 99"),
        ("spectral_radius(rnn, 'W_h')", "no square matrix 'W_h'.*it has U_h"),
        ("spectral_radius(rnn, 0)", "step 0 has no Jacobian"),
        ("input_gradient(rnn.y, 1, 9)", "is no unit"),
        ("input_gradient(rnn.h[99], 1, 9)", "has units 0 to 31"),
        ("input_gradient(rnn.loss, 1, 9)", "nothing is asked at step 9"),
        ("contribution(rnn.q[1], 1, 9)", "no signal 'q'"),
        ("contribution_gap(rnn)", "is no signal"),
    ],
)
def test_a_wrong_call_is_an_error_at_its_place(run: Run, text: str, message: str) -> None:
    with pytest.raises(EquationError, match=message):
        value(run, text)


def test_a_scenario_is_checked_without_running_it() -> None:
    path: Path = FLAGSHIP
    space = RunSpace(load_scenario(path))
    for text in (
        "flow(lstm.c, 1, 9) < 1",
        "any(contribution_gap(gru.h) == 0)",
        "spectral_radius(rnn.h, 3) == 0",
        "contribution(gru.h[0], 1, 9) == 0",
    ):
        Evaluation(space, text, 9, 10).truth(parse_condition(text))
