"""Ablation where every number is known by heart: what counts, and what comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnstep.scenario.ablation import Ablation, ablate
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario

TEXT = """\
format: 1
title: Small
input: {values: {series: [1, 2, 3, 4], target: next}}
models:
  own:
    equations: |
      g = W @ x
      h = sqrt(g * g + c)
    weights:
      values: {W: [[1], [0], [1]], c: [0, 0, 0], V: [[1, 5, 2]], a: 0}
expect:
  - that: own.y[0] > 8
    at: 3
  - that: own.y[0] > 5
    at: 2
  - that: t == 2
    at: 2
  - that: parameters(own) == 10
"""


def ablated(operation: str, text: str = TEXT) -> Ablation:
    run = run_scenario(parse_scenario(text, Path("small.yaml")))
    return ablate(run, "own", "g", operation=operation)


def test_units_rank_by_the_claims_that_they_break_and_by_the_loss() -> None:
    found = ablated("set 0")
    # The answers are 3, 6, 9 where 2, 3, 4 come; what no patch of the tape can change is not asked.
    assert found.loss == pytest.approx((1 + 9 + 25) / 3) and found.scored == 3
    assert [e.that for e in found.judged] == ["own.y[0] > 8", "own.y[0] > 5"]
    assert [(e.unit, len(e.broken)) for e in found.effects] == [(0, 2), (2, 2), (1, 0)]
    first, second, last = found.effects
    assert first.loss == pytest.approx((0 + 1 + 4) / 3)
    assert second.loss == pytest.approx((1 + 1 + 1) / 3)
    assert [e.change for e in found.effects] == [e.loss - found.loss for e in found.effects]
    assert (first.moved, second.moved, last.moved) == (2.5, 5.0, 0.0)


def test_what_makes_the_loss_unspeakable_comes_first() -> None:
    text = TEXT.replace("g * g + c", "g + c").replace("c: [0, 0, 0]", "c: [3, 3, 1]")
    found = ablated("set -2", text.partition("expect:")[0])
    assert found.effects[0].unit == 2 and np.isnan(found.effects[0].loss)
    assert np.isfinite([e.loss for e in found.effects[1:]]).all()


def test_the_answer_moves_in_the_units_of_the_data() -> None:
    series = "series: [1, 2, 3, 4]"
    scaled = TEXT.replace(series, f"{series}, scale: {{offset: 0, factor: 0.5}}")
    moved = {effect.unit: effect.moved for effect in ablated("set 0", scaled).effects}
    assert moved == {0: 2.5, 1: 0.0, 2: 5.0}
