"""Patches and forks in a scenario's file, and made while one looks at a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sessions import run_of

from rnnstep.errors import SignalError
from rnnstep.scenario.expect import judge
from rnnstep.scenario.forks import MAX_LANES, own_patches, with_fork, without_lane
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.order import CircleError, in_order
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.simulate import Patch, PatchError

TEXT = """\
format: 1
title: Forks
input: {recall: {classes: 3, lag: 8, distractors: other, seed: 1}}
models:
  lstm: {cell: lstm, units: 4, weights: {init: {seed: 2}}}
  shut:
    title: forget gate shut
    fork: {of: lstm, patch: ["f[1] set 0 at 4..6"]}
  deeper:
    fork: {of: shut, patch: ["o set 1 at query", "c swap lstm from 2 at 8"]}
  cued: {cell: gru, units: 4, weights: {init: {seed: 3}}, patch: ["x symbol 'B' at cue"]}
expect:
  - that: first_divergence(lstm, shut) == 4 and lstm.f[1] > 0
  - that: at(shut.f[1], 5) == 0 and at(shut.f[1], 3) == at(lstm.f[1], 3)
  - that: first_divergence(shut, deeper) == 8 and at(deeper.c[0], 8) == at(lstm.c[0], 2)
  - that: at(cued.x['B'], 1) == 1 and at(sum(cued.x), 1) == 1
  - that: distance(lstm, shut, 'h', 3) == 0 and distance(lstm, shut, 'h', 4) > 0
  - that: agreement(lstm, lstm, 1, last) == 1 and agreement(lstm, cued, 1, last) <= 1
"""


def run(tmp_path: Path) -> Run:
    return run_scenario(parse_scenario(TEXT, tmp_path / "forks.yaml"))


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("q set 0", "q", "names 'q', which is no signal"),
        ("f[0,2:9] set 0", "2:9", "names unit 4; f has units 0 to 3"),
        ("f[1,1:3,7] set 0", "7", "names unit 7"),
        ("f[0,1] set 1 2 3", "1 2 3", "3 numbers for 2 units"),
        ("f clamp 1 0", "1 0", "needs two numbers"),
        ("f noise -1", "-1", "not negative"),
        ("f hold", "hold", "nothing to hold"),
        ("f symbol 'B'", "symbol", "where no input is"),
        ("f set 0 at 0", "0", "begins at step 0"),
        ("f set 0 at 9..8", "9..8", "ends before it begins"),
        ("f set 0 at 3..99", "99", "never fires"),
        ("f set 0 at 98..99", "98..99", "never fires"),
        ("f swap lstn", "lstn", "a lane 'lstn'"),
        ("f swap lstm.k", "k", "takes its value from 'k'"),
        ("f swap lstm.x", "x", "has another size"),
        ("f swap lstm from 99 at 8", "99", "a step that lstm does not have"),
        ("f swap lstm.q from 2", "q", "takes its value from 'q'"),
    ],
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_patch_that_does_not_fit_is_refused_at_what_does_not(
    tmp_path: Path, text: str, wrong: str, message: str, quote: str
) -> None:
    written = text.replace("'", "''") if quote == "'" else text
    body = f"{TEXT.partition('  shut:')[0]}  bad:\n    fork:\n      of: lstm\n      patch:\n"
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(f"{body}        - {quote}{written}{quote}\n", tmp_path / "forks.yaml")
    (problem,) = caught.value.problems
    column = text.rindex(wrong) + 1
    assert (problem.line, problem.column) == (10, 10 + len(quote) + column)
    said, row, caret = problem.message.split("\n")
    assert message in said and row == f"    {text}" and caret.index("^") == 3 + column


def test_forks_and_patches_of_a_file_do_what_they_say(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert [o.report("forks.yaml") for o in judge(found) if not o.passed] == []
    deeper = found.scenario.models["deeper"]
    assert deeper.fork_of == "shut" and [str(p) for p in deeper.patches] == [
        "f[1] set 0 at 4..6", "o set 1 at 10", "c swap lstm from 2 at 8",
    ]  # fmt: skip
    assert deeper.training is None and deeper.weights is None
    assert found.scenario.models["shut"].title == "forget gate shut"
    child, parent = found["shut"], found["lstm"]
    assert np.shares_memory(child.rows("h", 1, 4), parent.rows("h", 1, 4))


@pytest.mark.parametrize("lag", [8, 200])
def test_a_patch_up_to_last_goes_on_to_the_end_of_a_longer_input(tmp_path: Path, lag: int) -> None:
    text = TEXT.partition("expect:")[0].replace("4..6", "4..last").replace("lag: 8", f"lag: {lag}")
    found = run_scenario(parse_scenario(text, tmp_path / "forks.yaml"))
    assert found.length == lag + 2
    assert str(own_patches(found.scenario, "shut")[0]) == "f[1] set 0 at 4..last"
    assert (found["shut"].rows("f", 4, lag + 3)[:, 1] == 0).all()
    assert found["shut"].value("f", 3)[1] > 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("f[1] set 0 at 4..6", "f[1] set 0 at 4..99", r":8:48: shut: .*never fires.*1 to 10"),
        ("f[1] set 0 at 4..6", "ff[1] set 0", r":8:31: shut: .*did you mean 'f'"),
        ("f[1] set 0 at 4..6", "f[9] set 0", r":8:33: .*units 0 to 3"),
        ("f[1] set 0 at 4..6", "f[1] put 0", r":8:36: there is no operation 'put'"),
        ("f[1] set 0 at 4..6", "f[1] set 0 at cuw", r":8:45: there is no mark 'cuw'"),
        ('["f[1] set 0 at 4..6"]', "[]", r"fork.patch is \[\]; it must be not empty"),
        ('["f[1] set 0 at 4..6"]', "f set 0", r"fork.patch is 'f set 0'; it must be a list"),
        ("of: lstm", "of: lstn", r":8:16: there is no lane 'lstn' before shut \(did you mean"),
        ("of: lstm", "of: cued", r"no lane 'cued' before shut"),
        ("c swap lstm from 2", "c swap cuwd.h from 2", r":10:58: .*a lane 'cuwd' .*'cued'"),
        ("c swap lstm from 2", "c swap deeper.c from 2", r":10:58: .*a lane 'deeper'"),
        ("symbol 'B' at cue", "swap cued.x at 2", r"a lane 'cued'"),
        ("title: forget gate shut", "units: 3", r":7:5: a fork is its parent with patches; units"),
        ("symbol 'B'", "symbol 'Q'", r":11:77: there is no symbol 'Q' on the tape"),
        ("first_divergence(lstm, shut)", "first_divergence(lstm)", r"called as first_divergence\("),
        ("distance(lstm, shut, 'h', 3)", "distance(lstm, cued, 'c', 3)", r"do not both have 'c'"),
        ("distance(lstm, shut, 'h', 3)", "distance(lstm, shut, h, 3)", r"the signal is a text"),
        ("agreement(lstm, lstm, 1, last)", "agreement(lstm, shut, 9, 2)", r"empty"),
        ("agreement(lstm, lstm, 1, last)", "accuracy(shut, 10)", r"patched at steps of the tape"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_patch_is_said_at_its_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in TEXT
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(TEXT.replace(old, new), tmp_path / "forks.yaml")


def test_a_patch_may_take_values_from_a_lane_behind_its_own(tmp_path: Path) -> None:
    text = TEXT.replace("c swap lstm from 2", "c swap cued.h from 2")
    found = run_scenario(parse_scenario(text, tmp_path / "forks.yaml"))
    assert list(found.traces) == ["lstm", "shut", "deeper", "cued"]
    assert (found["deeper"].value("c", 8) == found["cued"].value("h", 2)).all()


def test_lanes_that_take_values_from_each_other_are_an_error(tmp_path: Path) -> None:
    text = TEXT.replace("c swap lstm from 2", "c swap cued.h from 2")
    text = text.replace("x symbol 'B' at cue", "h swap deeper.c at 5")
    message = r":11:67: deeper, cued take their values from each other"
    with pytest.raises(ScenarioError, match=message):
        parse_scenario(text, tmp_path / "forks.yaml")


@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_lanes_are_made_behind_what_they_need_and_else_as_they_stand(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    ranks = random.permutation(n)
    needs = {
        str(k): [str(j) for j in range(n) if ranks[j] < ranks[k] and random.random() < 0.4]
        for k in range(n)
    }
    found = in_order(needs)
    assert sorted(found) == sorted(needs)
    for name, others in needs.items():
        assert all(found.index(other) < found.index(name) for other in others)
    if not any(needs.values()):
        assert found == list(needs)
    circle = {**needs, "a": ["b"], "b": ["c", "0"], "c": ["a"]}
    with pytest.raises(CircleError) as caught:
        in_order(circle)
    assert caught.value.circle == ("a", "b", "c")


def test_a_fork_is_made_beside_its_parent_and_can_be_dropped(tmp_path: Path) -> None:
    before = run(tmp_path)
    after = with_fork(before, "lstm", [Patch("g", "scale", (0.0,), first=3)])
    assert list(after.traces) == ["lstm", "shut", "deeper", "lstm_2", "cued"]
    assert list(after.scenario.models) == list(after.traces)
    assert after["lstm"] is before["lstm"] and "lstm_2" not in before.traces
    titles = {name: model.title for name, model in after.scenario.models.items()}
    assert titles["lstm_2"] == f"{titles['lstm']}, lstm_2"
    again = with_fork(after, "lstm_2", [Patch("o", "set", (1.0,))], "own")
    assert list(again.traces) == ["lstm", "shut", "deeper", "lstm_2", "own", "cued"]
    assert own_patches(again.scenario, "own") == (Patch("o", "set", (1.0,)),)
    assert list(without_lane(again, "lstm_2").traces) == list(before.traces)
    with pytest.raises(PatchError, match="no fork"):
        without_lane(again, "lstm")
    with pytest.raises(SignalError, match="already"):
        with_fork(again, "lstm", [Patch("o", "set", (1.0,))], "own")
    with pytest.raises(SignalError, match="no lane 'lstn'"):
        with_fork(again, "lstn", [Patch("o", "set", (1.0,))])
    taking = with_fork(again, "cued", [Patch("h", "swap", lane="own")], "taking")
    with pytest.raises(PatchError, match=r"taking takes its value from own .*; drop taking first"):
        without_lane(taking, "lstm_2")
    assert "own" not in without_lane(without_lane(taking, "taking"), "own").traces
    full = again
    while len(full.traces) < MAX_LANES:
        full = with_fork(full, "cued", [Patch("h", "set", (0.0,))])
    advice = r"12 lanes, as many as there can be; drop a fork first \(D in the app\): shut, deeper"
    with pytest.raises(PatchError, match=advice):
        with_fork(full, "cued", [Patch("h", "set", (0.0,))])
    full = without_lane(full, "deeper")
    assert len(with_fork(full, "cued", [Patch("h", "set", (0.0,))]).traces) == MAX_LANES


def test_answers_and_scores_of_a_fork_are_its_own() -> None:
    flagship = run_of("long_dependency")
    wiped = with_fork(flagship, "lstm", [Patch("c", "set", (0.0,), first=30, last=30)], "wiped")
    assert wiped.answer("lstm", 52).right
    assert wiped.answer("wiped", 29).text == flagship.answer("lstm", 29).text
    assert not np.array_equal(wiped["wiped"].value("y", 52), wiped["lstm"].value("y", 52))
    assert {score.lane for score in wiped.scores(52)} >= {"lstm", "wiped"}
