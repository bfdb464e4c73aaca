"""Naming a fork: what speaks of it follows, undo takes the name back, and it is saved so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, press, session

from rnnstep.scenario.lane_names import renamings, why_no_name
from rnnstep.scenario.load import load_scenario, parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.session.marking import hits_of
from rnnstep.session.session import Session
from rnnstep.session.snapshot import take

FORK = ":patch lstm.f[3] set 0 at 10..20"
ABOUT = "lstm_2.f[3] < 0.1 and not lstm.f[3] < 0.1"


def written() -> Session:
    """A session with a fork, a fork of it, and something of every kind that speaks of it."""
    return do(
        session(), FORK, ":patch lstm_2.c[2] set 0.5 at 30", ":select lstm_2.f[3]",
        f":break {ABOUT}", ":find lstm_2.f[3] == 0", ":note lstm_2 loses it",
        ":12", ":expect lstm_2.f[3] == 0", ":against lstm_2", "mark",
    )  # fmt: skip


def spoken(s: Session) -> str:
    """All that a session says of its lanes."""
    trail = [place.lane for place in s.travel.trail]
    return f"{take(s)} {trail} {s.active} {s.units} {s.signals} {s.run.scenario.models['lstm']}"


def test_what_speaks_of_a_fork_follows_its_name() -> None:
    s = written()
    before, hits = s.run, hits_of(s).breakpoints.steps.tolist()
    do(s, ":name no_forget")
    assert s.message == "lstm_2 is called no_forget now; u takes the name back"
    assert s.lanes == ("rnn", "lstm", "no_forget", "lstm_2_2", "gru", "rnn_orthogonal")
    models = s.run.scenario.models
    assert (s.active, s.units["no_forget"], s.signals["no_forget"]) == ("no_forget", 3, "f")
    assert models["lstm_2_2"].fork_of == "no_forget" and models["no_forget"].name == "no_forget"
    assert s.travel.breakpoints[-1] == ABOUT.replace("lstm_2", "no_forget")
    assert s.travel.find == "no_forget.f[3] == 0" and s.beside.against == "no_forget"
    assert s.notebook.claims[0].that == "no_forget.f[3] == 0"
    assert "'lstm_2'" not in spoken(s) and "lstm_2." not in spoken(s)
    assert hits_of(s).breakpoints.steps.tolist() == hits
    assert s.run["no_forget"] is before["lstm_2"], "it is the same recording"
    assert all(models[lane] is before.scenario.models[lane] for lane in ("rnn", "lstm", "gru"))
    assert renamings(before, s.run) == {"lstm_2": "no_forget"}


def test_undo_takes_a_name_back_and_redo_gives_it_again() -> None:
    s = written()
    old = spoken(s)
    do(s, ":name no_forget")
    new = spoken(s)
    assert new != old
    assert do(s, "undo").message == "no_forget is called lstm_2 again; ctrl+r names it again"
    assert spoken(s) == old
    assert do(s, "redo").message == "lstm_2 is called no_forget again; u takes the name back"
    assert spoken(s) == new
    do(s, "undo", "undo", "undo")
    assert "lstm_2" not in s.lanes and s.active == "lstm"


@pytest.mark.parametrize(("name", "why"), [
    ("Loud", "cannot name a lane"), ("two words", "cannot name a lane"), ("3rd", "cannot name"),
    ("t", "cannot name a lane"), ("last", "cannot name a lane"), ("cue", "cannot name a lane"),
    ("gru", "there is a lane 'gru' already"), ("gru_2", "that was dropped or taken back"),
    ("übung", "cannot name a lane"), ("and", "cannot name a lane"), ("n" * 32, "cannot name"),
])  # fmt: skip
def test_a_name_that_means_something_else_is_refused_and_stays_to_be_mended(
    name: str, why: str
) -> None:
    s = do(session(), ":patch gru.h[0] set 0 at 5", "drop", FORK)
    before = spoken(s)
    do(s, f":name {name}")
    assert why in s.message and s.prompt == f"name {name}" and spoken(s) == before


def test_what_cannot_be_named_says_why() -> None:
    assert "rnn is no fork" in do(session(), ":name other").message
    s = session("travel/stopped_clock")
    fork = next(name for name, model in s.run.scenario.models.items() if model.fork_of)
    do(s, f":select {fork}", ":name other")
    assert s.message.endswith("is a fork of the file and has its name there")
    s = do(session(), FORK, ":patch gru.h[0] set 0 at 5", ":patch lstm.h swap lstm_2 at 30")
    do(s, ":select lstm_2", ":name other")
    assert "lstm_3 takes its value from lstm_2 (`h swap lstm_2 at 30`)" in s.message
    assert "lstm_2" in s.lanes and "it has the form" in do(session(), ":name").message


def test_a_name_can_be_changed_again_and_back() -> None:
    s = do(session(), FORK, ":name one", ":name other", ":name one", ":name lstm_2")
    assert s.active == "lstm_2" and "called lstm_2" in s.message
    do(s, "undo", "undo")
    assert s.active == "other"


def test_notes_stay_as_they_were_written() -> None:
    s = do(session(), FORK, ":name held", ":note what is held here is held for good")
    do(s, ":name held_9")
    assert s.active == "held_9"
    assert s.notebook.notes == [(0, "what is held here is held for good")]
    do(s, ":name good")
    assert s.active == "good", "a word of a note can be a name"


def test_another_fork_can_have_a_name_that_one_has_no_longer_and_undo_gives_all_of_them_back() -> (
    None
):
    s = do(session(), FORK, ":break lstm_2.c[3] > 1", ":patch gru.h[0] set 0 at 5")
    do(s, ":break gru_2.h[0] > lstm_2.h[0]", ":select gru_2.h[4]", ":select lstm_2.f[3]")
    said = [spoken(s)]
    for lane, name in (("lstm_2", "one"), ("one", "other"), ("gru_2", "one"), ("other", "gru_2")):
        do(s, f":select {lane}", f":name {name}")
        assert s.active == name, s.message
        said.append(spoken(s))
    assert s.travel.breakpoints == ["gru_2.c[3] > 1", "one.h[0] > gru_2.h[0]"]
    assert (s.units["one"], s.units["gru_2"]) == (4, 3)
    lanes = {name: s.run[name] for name in ("one", "gru_2")}
    do(s, "undo", "undo", "undo", "undo")
    assert s.travel.breakpoints == ["lstm_2.c[3] > 1", "gru_2.h[0] > lstm_2.h[0]"]
    assert (s.run["lstm_2"], s.run["gru_2"]) == (lanes["gru_2"], lanes["one"])
    assert (s.units["lstm_2"], s.units["gru_2"]) == (3, 4)
    do(s, "redo", "redo", "redo", "redo")
    assert s.travel.breakpoints == ["gru_2.c[3] > 1", "one.h[0] > gru_2.h[0]"]


def test_a_fork_has_its_own_unit_under_a_name_that_was_taken_back() -> None:
    s = do(session(), ":patch gru.h[0] set 0 at 5", ":select gru_2.h[4]", FORK)
    do(s, ":select lstm_2.c[7]", "undo", ":select gru_2", ":name other", ":name lstm_2")
    assert (s.active, s.units["lstm_2"], s.signals["lstm_2"]) == ("lstm_2", 4, "h")


LEAK = """\
format: 1
title: Halving
input: {values: {series: [1, 0, 0, 0, 0, 0], marks: {cue: 2}}}
models:
  leak:
    equations: "h = 0.5 * h[t-1] + W @ x"
    weights: {values: {W: [[1], [2]]}}
"""


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.from_regex(r"[a-zß_][a-zü0-9_]{0,40}", fullmatch=True),
    st.text("abZü_09-.é²", min_size=1, max_size=8),
    st.sampled_from(["and", "lambda", "null", "true", "yes", "t", "cue", "last", "leak", "n" * 31]),
))  # fmt: skip
def test_a_name_is_taken_if_a_file_may_have_it_and_then_it_can_be_saved_and_opened(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("names")
    s = Session(run_scenario(parse_scenario(LEAK, folder / "leak.yaml")))
    do(s, ":patch leak.h[1] set 0 at 3", ":select leak_2.h[1]", f":name {name}")
    text = f"{LEAK}  {json.dumps(name)}: {{fork: {{of: leak, patch: ['h[1] set 0 at 3']}}}}\n"
    try:
        parse_scenario(text, folder / "leak.yaml")
    except ScenarioError as error:
        assert s.active == "leak_2" and s.prompt
        if name != "leak":
            assert s.message in error.problems[0].message
        return
    assert s.active == name
    do(s, f":break {name}.h[1] == 0", f":against {name}", f":patch {name}.h[0] set 1 at 4")
    assert len(s.lanes) == 3, s.message
    do(s, f":save {folder / 'saved.yaml'}")
    assert s.message.startswith("saved"), s.message
    again = Session(run_scenario(load_scenario(folder / "saved.yaml")))
    assert again.lanes == s.lanes and take(again).view == take(s).view
    assert [point.text for point in again.base.breakpoints] == [f"{name}.h[1] == 0"]


def test_the_name_of_a_fork_that_nobody_named_can_be_saved_too(tmp_path: Path) -> None:
    long, text = "n" * 31, LEAK.replace("cue", "leak_2")
    lane = text.replace("leak:", f"{long}:")
    s = Session(run_scenario(parse_scenario(lane, tmp_path / "a.yaml")))
    do(s, f":patch {long}.h[1] set 0 at 3", ":patch h[0] set 0 at 4")
    assert s.lanes == (long, f"{'n' * 29}_2", f"{'n' * 29}_3")
    do(s, f":save {tmp_path / 'saved.yaml'}")
    assert s.message.startswith("saved"), s.message
    s = do(Session(run_scenario(parse_scenario(text, tmp_path / "a.yaml"))), ":patch h set 0 at 3")
    assert s.lanes == ("leak", "leak_3"), "a mark has the name leak_2"


def test_the_title_of_a_fork_says_its_name_and_that_of_a_fork_of_it_its_own() -> None:
    s = do(session(), FORK, ":patch lstm_2.c[2] set 0.5 at 30")
    titles = [model.title for model in s.run.scenario.models.values() if model.fork_of]
    assert titles == ["LSTM, lstm_2", "LSTM, lstm_2_2"]
    do(s, ":select lstm_2", ":name no_forget")
    titles = [model.title for model in s.run.scenario.models.values() if model.fork_of]
    assert titles == ["LSTM, no_forget", "LSTM, lstm_2_2"]


def test_a_fork_is_saved_under_its_name(tmp_path: Path) -> None:
    s = do(written(), ":name no_forget")
    file = tmp_path / "named.yaml"
    do(s, f":save {file}")
    assert s.message.startswith("saved"), s.message
    again = Session(run_scenario(load_scenario(file)))
    assert again.lanes == s.lanes and again.active == "no_forget"
    assert again.travel.breakpoints == s.travel.breakpoints
    assert [m.title for m in again.run.scenario.models.values()] == [
        m.title for m in s.run.scenario.models.values()
    ]
    assert (again.run["no_forget"]["c"] == s.run["no_forget"]["c"]).all()


def test_a_name_is_typed_behind_the_verb() -> None:
    s = press(do(session(), FORK), ": n a m tab space x y enter")
    assert s.active == "xy"
    do(s, "set-name")
    assert s.prompt == "name "


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(
    [FORK, ":patch h hold at 30", ":name one", ":name other", "undo", "redo", "drop", "next-lane",
     f":break {ABOUT}", ":note lstm_2 is gone", "continue"]), max_size=14))  # fmt: skip
def test_whatever_is_named_forked_and_undone_every_run_has_its_lanes_and_comes_back(
    commands: list[str],
) -> None:
    s = do(session(), *commands)
    for command in ("undo", "redo"):
        while s.travel.done if command == "undo" else s.travel.undone:
            do(s, command)
            models = s.run.scenario.models
            assert list(models) == list(s.lanes) and s.active in s.lanes
            assert all(model.name == name for name, model in models.items())
            assert all(model.fork_of in ("", *models) for model in models.values())
            assert not any(why_no_name(name, s.run.scenario.tape.marks) for name in models)
