"""Whatever was done in a session: saved and opened again it shows the same, and runs headless."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, opened

from rnnstep.scenario.expect import judge
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.session.keeping import find_kept, offer, settle
from rnnstep.session.keymap import build_keymap
from rnnstep.session.opening import panel_text
from rnnstep.session.panels import aspect
from rnnstep.session.replay import replay
from rnnstep.session.saving import save
from rnnstep.session.session import Session
from rnnstep.session.snapshot import fitting, take
from rnnstep.session.taking_up import take_up
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text

SCENARIO = """\
format: 1
title: Saved
about: A counter beside the last value, and a fork.
input: {values: {series: [1, 1, -1, 1, 1, 1, -1, -1], target: next}}

models:
  counter:        # up and down
    title: Counter
    equations: |
      k = clip(b, 0, 1)            # keep gate
      c = k * c[t-1] + W @ x       # cell state
      h = clip(c, -2, 2)           # hidden state
    weights: {values: {b: [1, 0.5], W: [[1], [1]], V: [[0.5, 0.25]], a: 0}}
  halved:
    fork: {of: counter, patch: ["h scale 0.5 at 3..5"]}
  echo:
    title: Last value
    equations: "h = identity(W @ x)  # hidden state"
    weights: {values: {W: [[1]], V: [[1]], a: 0}}

break:
  - counter.c[0] > 2

script:
  - at: 3
    note: The first step down.

expect:
  - that: counter.c[0] == 2
    at: last
    because: Five up and three down.
"""
KEYS = (
    *"lhLH.,GgjkJK1234zfdvVaAmuDcCwWnNxXB'\\iry+0",
    "tab", "shift+tab", "enter", "escape", "backspace", "ctrl+r", "space", "e enter",
    ": 5 enter", ": 50% enter", ": none enter", ": flow enter", ": health enter",
    ": patch space counter.h[0] space set space 1 space at space 2..4 enter",
    ": patch space echo.x space add space 0.5 space at space 6 enter",
    ": patch space halved.c space swap space counter.h space from space 2 space at space 5 enter",
    ": patch space counter.x space swap space echo.x space from space 2 space at space 4 enter",
    ": patch space counter.x space swap space echo_2.x space at space 6 enter",
    ": patch space counter_2.c[1] space noise space 0.1 space seed space 3 enter",
    ": break space any(counter.h>1) enter", ": break space counter_2.h[0]>0 enter",
    "ctrl+n it's space \"here\":#1 enter", "ctrl+n -- space - enter",
    "o", ": align space 2:5 enter", ": align space 4 enter", ": align enter", ": against enter",
    ": hide space echo enter", ": hide space counter_2 enter", ": break enter",
    ": against space echo enter", ": against space counter_2 enter", ": compare enter",
    ": select space echo.h enter", ": name space shut enter", ": name space counter_3 enter",
    ": forks enter",
    ": expect enter enter", ": expect space t>=0 enter", "/ counter.k[1]<1 enter", "/ enter",
)  # fmt: skip


def screens(session: Session) -> list[str]:
    """What it shows, large and small, without the line of the last command."""
    session.message, session.prompt, session.problem, session.playing = "", None, None, False
    session.notebook.left = ()
    _forget_what_is_gone(session)
    return [as_text(Painter("unicode").paint(session, *size)) for size in ((120, 40), (70, 24))]


def _forget_what_is_gone(session: Session) -> None:
    """Forks that were dropped stand in the list of forks, but in no file."""
    if panel_text(session) != session.panel and ":" not in panel_text(session):
        session.panel = panel_text(session)
    if not aspect(session).isidentifier():
        session.aspect = 0
    session.travel.done.clear()
    session.travel.undone.clear()


NOTES = st.builds(":note {}".format, st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]) | st.sampled_from("'\"#:-{[]|>%@`&*!? \\"),
    min_size=1, max_size=30,
).filter(str.strip))  # fmt: skip
"""Whatever can be typed: quotes, colons, what means something in YAML, letters of any script."""
TYPED = st.sampled_from((
    ':break symbol == "1"', ":break symbol == '-1' or any(counter.h > 1)",
    ":find symbol == \"it's: # no\"", ":expect not (symbol == 'null')", ":note null", ":note 1.5",
    ":note a: b #c", ":note - x", ":note ---", ":note \"", ":note ~", ":note 2024-01-01",
    ":note e\u0301 \uf9dc",
    ":patch counter.h scale 1e308 at 5..last", ":patch echo.x set 5e-324 at 2",
    ":patch halved.x add -1e308", ":patch counter.h[0] hold at 3..last", ":threshold 0",
    ":align 8:1", ":align last", ":against halved", ":against counter_2_2",
))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(KEYS) | TYPED | NOTES, max_size=25),
       st.sampled_from(["", "deep/er"]))  # fmt: skip
def test_a_session_of_any_keys_opens_on_its_own_screen(keys: list[str], folder: str) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "it.yaml"
        path.write_text(SCENARIO)
        session = opened(path)
        for key in keys:
            session.prompt = None
            if key.startswith(": ") or key[0] != ":":
                replay(session, build_keymap(), key)
            else:
                do(session, key)
        found = path.parent / folder / "found.yaml"
        found.parent.mkdir(parents=True, exist_ok=True)
        save(session, str(found))
        assert session.message.startswith("saved"), session.message
        kept, left = fitting(session, take(session))
        assert ("left out" in session.message) == bool(left)
        again = opened(found)
        assert not again.base.warnings
        assert again.travel.breakpoints == list(kept.breakpoints)
        assert screens(again) == screens(session)
        taken = opened(path)
        if not take_up(taken, take(session)):
            assert take(taken) == take(session) and screens(taken) == screens(session)
        outcomes = judge(again.run)
        assert len(outcomes) == 1 + len(kept.claims)
        assert all(outcome.passed for outcome in outcomes)
        # Once more, and the text is the same.
        save(again, str(found.with_name("twice.yaml")))
        assert found.with_name("twice.yaml").read_text() == found.read_text()


@pytest.mark.parametrize("more", ["", ": patch space counter.h[0] space set space 1 enter"])
def test_a_fork_that_takes_from_a_lane_behind_it_is_found_again(
    tmp_path: Path, more: str
) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO)
    session = opened(path)
    later = ": patch space echo.x space add space 0.5 space at space 6 enter"
    taking = ": patch space counter.x space swap space echo_2.x space at space 6 enter"
    replay(session, build_keymap(), f"{later} {taking} {more} G")
    assert session.lanes[-2:] == ("echo", "echo_2") and "counter_2" in session.lanes
    save(session, str(tmp_path / "found.yaml"))
    again = opened(tmp_path / "found.yaml")
    assert screens(again) == screens(session)
    taken = opened(path)
    assert take_up(taken, take(session)) == []
    assert screens(taken) == screens(session)


def test_what_is_about_a_dropped_fork_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO)
    session = opened(path)
    replay(session, build_keymap(),
           "l : patch space echo.h space set space 1 space at space 2 enter"
           " : break space echo_2.h[0]>0 enter : expect space echo_2.h[0]==1 enter"
           " / echo_2.h[0]>0 enter D : save enter enter")  # fmt: skip
    assert "left out: 3 things, listed above" in session.message
    left = session.notebook.left
    assert len(left) == 3 and all("(echo_2 was dropped; u brings it back)" in it for it in left)
    again = opened(tmp_path / "it.session.yaml")
    assert again.lanes == ("counter", "halved", "echo") and again.travel.find == ""
    assert again.travel.breakpoints == ["counter.c[0] > 2"] and len(judge(again.run)) == 1


def test_a_file_that_would_not_open_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO.replace("that: counter.c[0] == 2", "that: halved.c[0] == 2"))
    session = opened(path)
    replay(session, build_keymap(), "tab D : save enter enter")
    assert "nothing is saved, for it would not open again" in session.message
    assert not (tmp_path / "it.session.yaml").exists()
    replay(session, build_keymap(), "escape u : save enter enter")
    assert opened(tmp_path / "it.session.yaml").lanes == ("counter", "halved", "echo")


@pytest.mark.parametrize("folder", ["", "beside", "../other/deep"])
def test_a_session_saved_elsewhere_finds_its_data_and_weights(
    tmp_path: Path, folder: str
) -> None:
    home = tmp_path / "home"
    (home / "weights").mkdir(parents=True)
    (home / "data").mkdir()
    weights = [f"weights/sunspots.{lane}.safetensors" for lane in ("rnn", "lstm", "gru")]
    for name in ("sunspots.yaml", "data/sunspots.csv", *weights):
        shutil.copy(ROOT / "scenarios" / name, home / name)
    session = opened(home / "sunspots.yaml")
    replay(session, build_keymap(), ": 250 enter ctrl+n a space peak enter")
    there = home / folder
    there.mkdir(parents=True, exist_ok=True)
    save(session, str(there / "found.yaml"))
    again = opened(there / "found.yaml")
    assert screens(again) == screens(session)
    assert again.base.tape.x.tobytes() == session.base.tape.x.tobytes()
    # Moved without its data it says what is missing, and where it was looked for.
    alone = tmp_path / "alone" / "found.yaml"
    alone.parent.mkdir()
    (there / "found.yaml").rename(alone)
    with pytest.raises(ScenarioError, match=r"sunspots.csv.*(no such file|cannot be read)"):
        load_scenario(alone)


def test_an_unsaved_session_of_a_file_that_has_changed_is_offered_with_a_warning(
    tmp_path: Path,
) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO)
    session = opened(path)
    replay(session, build_keymap(),
           ": patch space echo.h space set space 1 space at space 2 enter"
           " : patch space counter.h space set space 1 space at space 7 enter"
           " : break space echo.h[0]>0 enter : break space counter_2.h[0]>0 enter"
           " : 8 enter ctrl+n the space close enter : expect space t==8 enter m g l")  # fmt: skip
    assert settle(session)
    # The last lane is gone, and the last step.
    changed = SCENARIO.replace(", -1], target", "], target").replace("at: last", "at: 6")
    changed = changed.replace("counter.c[0] == 2", "counter.c[0] == 4")
    changed = changed[: changed.index("  echo:")] + changed[changed.index("\nbreak:") :]
    path.write_text(changed)
    again = opened(path)
    found = find_kept(path, again.base.text)
    assert found is not None and not found.same_file
    offer(again, found)
    assert "2 forks" in again.message and "the file has changed since" in again.message
    replay(again, build_keymap(), "r")
    assert again.lanes == ("counter", "halved", "counter_2") and again.t == 1
    assert again.travel.breakpoints == ["counter.c[0] > 2", "counter_2.h[0]>0"]
    assert not again.travel.marks and not again.notebook.notes and not again.notebook.claims
    for gone in ("the fork echo_2", "the breakpoint echo.h[0]>0", "the note the close",
                 "the expectation t==8", "a mark (there is no step 8)"):  # fmt: skip
        assert any(text.startswith(gone) for text in again.notebook.left), again.notebook.left


def test_a_new_fork_never_takes_the_name_of_a_dropped_lane_of_the_file(tmp_path: Path) -> None:
    """Under that name it would be lost: the file has such a lane, and it is another one."""
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO.replace("halved:", "counter_2:"))
    session = opened(path)
    forking = ": patch space counter.h[0] space set space 1 space at space 2..4 enter"
    replay(session, build_keymap(), f"tab D {forking} l l")
    assert session.lanes == ("counter", "counter_3", "echo")
    assert "--patch 'counter.h[0] set 1 at 2..4'" in session.command_line()
    save(session, str(tmp_path / "found.yaml"))
    again = opened(tmp_path / "found.yaml")
    assert again.lanes == session.lanes and screens(again) == screens(session)
    taken = opened(path)
    assert take_up(taken, take(session)) == [] and take(taken) == take(session)


def test_a_session_is_taken_up_over_what_the_file_opens_with(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(f"{SCENARIO}\nopen: {{units: {{counter: 1}}, panel: unit, at: 3}}\n")
    session = opened(path)
    assert (session.units["counter"], session.panel) == (1, "unit")
    replay(session, build_keymap(), "k : none enter")
    assert (session.units["counter"], session.panel) == (0, "")
    again = opened(path)
    assert take_up(again, take(session)) == [] and take(again) == take(session)
    assert screens(again) == screens(session)


def test_lanes_are_taken_up_in_their_order_whatever_they_take_from_each_other(
    tmp_path: Path,
) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(SCENARIO)
    session = opened(path)
    do(session, ":patch echo.h set 1 at 2", ":patch echo.h set 1 at 3")
    do(session, ":patch counter.x swap echo_3.x at 4")
    assert session.lanes == ("counter", "halved", "counter_2", "echo", "echo_2", "echo_3")
    taken = opened(path)
    assert take_up(taken, take(session)) == [] and taken.lanes == session.lanes
