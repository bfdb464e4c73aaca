"""Units that do not work are found, with a step that shows it; units that do are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from lanes import CELL, make_lane

from rnnstep.cells import custom_cell, get_cell
from rnnstep.simulate import Lane, simulate
from rnnstep.simulate.health import Finding, health


def lstm(change: dict[str, tuple[int, float]], budget: int = 2**28) -> list[Finding]:
    """Findings of an LSTM in which rows of parameters are replaced by a value."""
    lane = make_lane(get_cell("lstm"), 700, seed=7, units=4)
    params = {name: value.copy() for name, value in lane.params.items()}
    for name, (row, value) in change.items():
        params[name][row] = value
    return list(health(simulate(Lane("lane", lane.cell, params, lane.x, lane.initial), budget)))


def found(findings: list[Finding]) -> set[tuple[str, int, str]]:
    return {(f.signal, f.unit, f.verdict) for f in findings}


@pytest.mark.parametrize("label", CELL)
def test_a_random_model_has_no_dead_or_broken_unit(label: str) -> None:
    lane = make_lane(CELL[label], 300, seed=8)
    verdicts = {f.verdict for f in health(simulate(lane))}
    assert not verdicts & {"dead", "not finite"}


@pytest.mark.parametrize("budget", [2**28, 0])
def test_a_gate_that_is_always_open_or_shut_is_saturated(budget: int) -> None:
    findings = lstm({"b_f": (1, 60.0), "b_o": (2, -60.0)}, budget)
    assert {("f", 1, "saturated"), ("o", 2, "saturated")} <= found(findings)
    open_gate = next(f for f in findings if (f.signal, f.unit) == ("f", 1))
    assert open_gate.step == 1 and "100% of the steps at 1" in open_gate.why


def test_a_gate_that_jumps_between_its_ends_is_saturated() -> None:
    x = np.tile([[1.0], [-1.0]], (50, 1))
    lane = Lane("lane", custom_cell("h = sigmoid(W @ x)"), {"W": np.array([[60.0]])}, x)
    (finding,) = health(simulate(lane))
    assert finding.verdict == "saturated" and "50% of the steps at 0, 50%" in finding.why


@pytest.mark.parametrize(("shut", "saturated"), [(94, False), (95, True)])
def test_a_gate_that_is_at_its_ends_less_often_is_not_saturated(shut: int, saturated: bool) -> None:
    x = np.repeat([[-1.0], [0.0]], [shut, 100 - shut], axis=0)
    lane = Lane("lane", custom_cell("h = sigmoid(W @ x)"), {"W": np.array([[60.0]])}, x)
    assert (("h", 0, "saturated") in found(list(health(simulate(lane))))) is saturated


def test_what_a_shut_gate_hides_is_never_used() -> None:
    findings = lstm({"b_i": (0, -60.0)})
    hidden = next(f for f in findings if (f.signal, f.unit) == ("g", 0))
    assert hidden.verdict == "never used" and "what c multiplies it with" in hidden.why
    assert 1 <= hidden.step <= 700
    assert not any(f.signal == "g" and f.unit != 0 for f in findings)


def test_a_unit_whose_weights_are_nothing_is_never_used() -> None:
    cell = get_cell("rnn").with_readout("linear")
    lane = make_lane(cell, 100, seed=9, units=4)
    params = {name: value.copy() for name, value in lane.params.items()}
    params["U_h"][:, 2] = 0
    trace = simulate(Lane("lane", cell, params, lane.x, units=lane.sizes.signals))
    assert ("h", 2, "never used") not in found(list(health(trace)))
    params["V"][:, 2] = 1e-9
    trace = simulate(Lane("lane", cell, params, lane.x, units=lane.sizes.signals))
    finding = next(f for f in health(trace) if (f.signal, f.unit) == ("h", 2))
    assert finding.verdict == "never used" and "of the largest" in finding.why
    params |= {"U_h": np.zeros((4, 4)), "V": np.zeros(params["V"].shape)}
    trace = simulate(Lane("lane", cell, params, lane.x, units=lane.sizes.signals))
    assert {("h", unit, "never used") for unit in range(4)} <= found(list(health(trace)))


def test_a_unit_that_never_moves_is_dead() -> None:
    cell = custom_cell("h = relu(W @ x - b)\ny = V @ h")
    x = np.random.default_rng(0).uniform(0, 1, size=(50, 2))
    params = {"W": np.array([[1.0, 1.0], [-1.0, -1.0]]), "b": np.array([0.5, 0.1]),
              "V": np.ones((1, 2))}  # fmt: skip
    findings = health(simulate(Lane("lane", cell, params, x)))
    assert [(f.signal, f.unit, f.verdict, f.why) for f in findings] == [
        ("h", 1, "dead", "always 0")
    ]


def test_the_first_broken_step_is_the_evidence() -> None:
    x = np.ones((400, 1))
    x[199] = 900.0
    trace = simulate(Lane("boom", custom_cell("a = exp(b * x)\nh = a - a * h[t-1]"),
                          {"b": np.ones(1)}, x))  # fmt: skip
    findings = [f for f in health(trace) if f.verdict == "not finite"]
    assert [(f.signal, f.step) for f in findings] == [("a", 200), ("h", 200)]


def test_what_parameters_alone_decide_is_not_called_dead() -> None:
    lane = make_lane(get_cell("latent_ar", form="smoothing"), 60)
    assert not [f for f in health(simulate(lane)) if f.signal == "a"]


def test_progress_is_reported_and_can_end_it() -> None:
    trace = simulate(make_lane(get_cell("gru"), 2000), 0)
    seen: list[int] = []
    health(trace, lambda done, total: seen.append(done))
    assert seen == sorted(seen) and seen[-1] == 2000

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        health(trace, stop)
