"""Naming a fork: what speaks of it follows, undo takes the name back, and it is saved so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, press, session

from rnnstep.scenario.lane_names import renamings, why_no_name
from rnnstep.scenario.load import load_scenario
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
        f":break {ABOUT}", ":find lstm_2.f[3] == 0", ":note lstm_2 loses it; lstm_20 is no lane",
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
    assert s.notebook.notes[0][1] == "no_forget loses it; lstm_20 is no lane"
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
    ("loses", "is a word of the note at step 0"),
])  # fmt: skip
def test_a_name_that_means_something_else_is_refused_and_stays_to_be_mended(
    name: str, why: str
) -> None:
    s = do(session(), ":patch gru.h[0] set 0 at 5", "drop", FORK, ":note it loses it")
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
