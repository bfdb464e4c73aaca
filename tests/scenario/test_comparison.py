"""Two lanes of a run compare by gradient flow too, whatever their cells and sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnstep.export.travel import comparison_text
from rnnstep.scenario.comparison import (
    BACK,
    MemoryFlow,
    compare_lanes,
    memory_flow,
    memory_flows,
)
from rnnstep.scenario.expect import judge
from rnnstep.scenario.forks import with_fork
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.simulate import Patch

LANES = """\
format: 1
title: Lanes of unlike sizes
input: {recall: {classes: 3, lag: 150}}
models:
  lstm: {cell: lstm, units: 5, weights: {init: {seed: 1}}}
  again: {cell: lstm, units: 5, weights: {init: {seed: 2}}}
  large: {cell: lstm, units: 7, weights: {init: {seed: 3}}}
  gru: {cell: gru, units: 4, weights: {init: {seed: 4}}}
  rnn: {cell: rnn, units: 3, weights: {init: {seed: 5}}}
  bare: {equations: "h = tanh(W @ x)", sizes: {h: 2}, weights: {init: {seed: 6}}}
"""


@pytest.fixture(scope="module")
def run() -> Run:
    return run_scenario(parse_scenario(LANES, Path("lanes.yaml")))


@pytest.mark.parametrize(("lane", "state"), [("lstm", "c"), ("gru", "h"), ("rnn", "h")])
def test_the_flow_of_a_lane_is_the_product_of_its_jacobians(
    run: Run, lane: str, state: str
) -> None:
    flow = run.flow(lane)
    found = memory_flow(run, lane, 140)
    assert (found.state, found.step, found.back) == (state, 140, BACK)
    where = flow.layout.where(state, lane)
    for back, value in zip(found.back, found.log10, strict=True):
        product = np.eye(flow.layout.size)
        for step in range(140 - back + 1, 141):
            product = flow.jacobian(step) @ product
        assert value == pytest.approx(np.log10(np.linalg.norm(product[where, where], 2)), abs=1e-8)
    assert found.verdict is not None and found.verdict.looked_at == 128
    assert found.verdict == flow.verdict(140, state)


def test_steps_before_the_initial_state_are_left_out(run: Run) -> None:
    assert memory_flow(run, "gru", 20).back == (1, 2, 5, 10, 20)
    first = memory_flow(run, "gru", 0)
    assert first.back == () and first.verdict is not None and first.verdict.kind == "undefined"


def test_the_flow_of_a_fork_parts_only_where_its_jacobians_do(run: Run) -> None:
    last = run.length
    shown = with_fork(run, "lstm", [Patch("o", "set", (0.0,), first=last)])
    shut = with_fork(run, "lstm", [Patch("f", "scale", (0.5,), first=last)])
    before = memory_flow(run, "lstm", last)
    # What is shown at the last step is read by no step behind it.
    assert memory_flow(shown, "lstm_2", last).log10 == before.log10
    assert memory_flow(shut, "lstm_2", last - 1) == MemoryFlow(
        "lstm_2", "c", last - 1, BACK, memory_flow(run, "lstm", last - 1).log10,
        memory_flow(run, "lstm", last - 1).verdict,
    )  # fmt: skip
    after = memory_flow(shut, "lstm_2", last).log10
    assert all(b < a for a, b in zip(before.log10, after, strict=True))


def test_lanes_of_unlike_sizes_compare_by_flow_and_the_text_says_so(run: Run) -> None:
    found = compare_lanes(run, "large", "gru")
    flows = memory_flows(run, found)
    assert not found.alike and [flow.state for flow in flows] == ["c", "h"]
    text = comparison_text(run, found, flows, {})
    assert "a unit of one is no unit of the other" in text
    for flow in flows:
        assert flow.verdict is not None and f"{flow.lane}: {flow.verdict.text}" in text
        row = next(line.split() for line in text.splitlines()
                   if line.split()[:3] == [flow.lane, flow.state, str(flow.step)])  # fmt: skip
        assert [float(word) for word in row[3:]] == pytest.approx(flow.log10, abs=5e-4)
    assert "128 steps" in text


def test_only_lanes_of_the_same_equations_and_sizes_are_alike(run: Run) -> None:
    assert compare_lanes(run, "lstm", "again").alike
    forked = with_fork(run, "lstm", [Patch("f", "set", (0.0,), first=9)])
    assert compare_lanes(forked, "lstm_2", "lstm").alike
    for one, other in (("lstm", "large"), ("gru", "rnn"), ("lstm", "bare")):
        assert not compare_lanes(run, one, other).alike


def test_a_lane_without_a_state_has_no_flow_and_the_text_says_so(run: Run) -> None:
    found = compare_lanes(run, "bare", "rnn", 20)
    flows = memory_flows(run, found)
    assert flows[0] == MemoryFlow("bare", "", found.last)
    assert flows[1].step == found.last + 20 == run.length
    text = comparison_text(run, found, flows, {})
    assert "bare has no state: no gradient flows from step to step" in text
    nothing = compare_lanes(run, "bare", "bare")
    assert "gradient flow: log10" not in comparison_text(
        run, nothing, memory_flows(run, nothing), {}
    )


MARKED = """\
format: 1
title: Marks
input: {INPUT}
models: {a: {cell: rnn, units: 2, weights: {init: {seed: 1}}}}
expect: [{that: t == again and dip == 2, at: again}]
"""


@pytest.mark.parametrize(
    "given",
    ["values: {series: [1, 2, 3, 1, 2, 3], marks: MARKS}", "text: {text: abcabc, marks: MARKS}"],
)
def test_steps_of_any_tape_are_named_and_laid_beside_each_other(given: str) -> None:
    text = MARKED.replace("INPUT", given)
    marked = run_scenario(parse_scenario(text.replace("MARKS", "{dip: 2, again: 5}"), Path("m")))
    assert marked.scenario.marks == {"dip": 2, "again": 5, "last": 6}
    assert judge(marked)[0].passed
    assert marked.scenario.find_shift("dip:again") == 3
    for wrong in ("{dip: 7, again: 5}", "{last: 2, again: 5}", "{dip: none, again: 5}"):
        with pytest.raises(ScenarioError, match=r"m:3:\d+: the mark"):
            parse_scenario(text.replace("MARKS", wrong), Path("m"))
