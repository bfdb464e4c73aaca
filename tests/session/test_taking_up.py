"""A kept session is taken up beside lanes that it knew nothing of."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import ECHOES, do, opened, with_offer

from rnnstep.scenario.expect import judge
from rnnstep.scenario.space import check_expectation
from rnnstep.session.keeping import settle
from rnnstep.session.session import Session
from rnnstep.session.sleeping import problem, renamed
from rnnstep.session.snapshot import from_json, take, to_json
from rnnstep.session.taking_up import make_lanes, take_up

SCENARIO = ECHOES + """\
  halved:
    fork: {of: later, patch: [h scale 0.5 at 3]}
break:
  - echo.h[0] > 2
script:
  - at: 3
    note: Two comes in.
expect:
  - that: echo.h[0] == 2
    at: 3
    because: It comes in.
open: {marks: [5]}
"""
FIVE = (":patch echo.h set 5 at 2", ":2", ":expect echo_2.h[0] == 5", ":break echo_2.h[0] == 5")
SEVEN = ":patch echo.h set 7 at 4"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "echoes.yaml"
    path.write_text(SCENARIO)
    return path


def offered(path: Path, *commands: str) -> Session:
    """A session as the app opens it, with what is offered; then commands."""
    return do(with_offer(opened(path)), *commands)


def kept(path: Path, *commands: str) -> Session:
    """A session that ends unsaved."""
    session = do(opened(path), *commands)
    assert settle(session)
    return session


def saved_over(path: Path, *commands: str) -> None:
    """Save a session over the file that it opened."""
    session = do(opened(path), *commands, f":save {path}", "replace")
    assert session.message.startswith("saved")
    settle(session)


def another(path: Path, way: str, *commands: str) -> Session:
    """A session that is offered what was kept, after commands in another window or in itself."""
    if way == "saved":
        saved_over(path, *commands)
        return offered(path)
    return do(offered(path), *commands)


WAYS = pytest.mark.parametrize("way", ["saved", "sitting"])


@WAYS
def test_a_fork_whose_name_is_taken_comes_under_another_with_all_that_is_about_it(
    file: Path, way: str
) -> None:
    kept(file, *FIVE, ":find echo_2.h[0] > 4", ":note echo_2 is five", ":against echo_2",
         ":patch echo_2.h add 1 at 3", ":patch later.x swap echo_2.h from 2 at 4",
         ":hide echo_2_2")  # fmt: skip
    s = do(another(file, way, SEVEN, ":break echo_2.h[0] == 7"), ":take-up")
    assert s.message == "echo_2 is taken; it came as echo_3; ctrl+s saves it"
    models = s.run.scenario.models
    assert models["echo_2_2"].fork_of == "echo_3" and models["echo_2"].fork_of == "echo"
    assert models["later_2"].patches[0].lane == "echo_3"
    assert s.run["echo_3"].value("h", 2)[0] == 5 and s.run["echo_2"].value("h", 4)[0] == 7
    assert s.run["later_2"].value("h", 4)[0] == 8
    assert {"echo_3.h[0] == 5", "echo_2.h[0] == 7"} <= set(s.travel.breakpoints)
    assert s.travel.find == "echo_3.h[0] > 4" and s.beside.against == "echo_3"
    assert [claim.that for claim in s.notebook.claims] == ["echo_3.h[0] == 5"]
    assert (2, "echo_2 is five") in s.notebook.notes and s.hidden == {"echo_2_2"}
    do(s, f":save {file.parent}/found.yaml")
    assert all(outcome.passed for outcome in judge(opened(file.parent / "found.yaml").run))


@WAYS
def test_the_same_fork_under_the_same_name_is_not_made_twice(file: Path, way: str) -> None:
    kept(file, *FIVE)
    s = do(another(file, way, FIVE[0]), ":take-up")
    assert s.message == "as it was; ctrl+s saves it" and "echo_3" not in s.lanes
    assert s.notebook.claims[0].that == "echo_2.h[0] == 5"


def test_a_fork_that_came_under_another_name_is_not_made_again(file: Path) -> None:
    # The last step is gone, so that the session stays kept.
    kept(file, *FIVE, ":6", ":note the end")
    changed = SCENARIO.replace(", 3, 0]", ", 3]")
    file.write_text(changed)
    saved_over(file, SEVEN)
    s = offered(file, ":take-up")
    assert s.message.startswith("echo_2 is taken; it came as echo_3; left out: 1 thing")
    do(s, f":save {file}", "replace")
    settle(s)
    s = offered(file)
    assert "(1 fork, 1 note, 1 expectation, 1 breakpoint; the file has changed" in s.message
    do(s, ":take-up")
    assert s.lanes == ("echo", "echo_2", "echo_3", "later", "halved")
    assert not s.notebook.claims and s.travel.breakpoints.count("echo_3.h[0] == 5") == 1


@WAYS
def test_what_is_about_a_fork_that_cannot_be_made_is_left_out_and_listed(
    file: Path, way: str
) -> None:
    kept(file, ":patch later.h set 5 at 2", ":patch h add 1 at 3", ":2", ":break later_2.h[0] == 5",
         ":expect later_2_2.h[0] == 5", ":find later_2.h[0] > 4", ":against later_2")  # fmt: skip
    echo = "  later:\n    equations: h = x + h[t-1]\n    weights: {values: {}}\n"
    fork = "  halved:\n    fork: {of: later, patch: [h scale 0.5 at 3]}\n"
    file.write_text(SCENARIO.replace(echo, "").replace(fork, ""))
    s = another(file, way, ":patch echo.h set 7 at 4", ":name later_2", ":patch echo.h set 8 at 4")
    do(s, ":take-up")
    assert s.lanes == ("echo", "later_2", "echo_2")
    assert s.travel.breakpoints == ["echo.h[0] > 2"] and not s.notebook.claims
    assert s.travel.find == "" and s.beside.against == ""
    left = s.notebook.left
    assert left[0].startswith("the fork later_2 (") and left[1:] == (
        "the fork later_2_2 (later_2 is left out)",
        "the breakpoint later_2.h[0] == 5 (later_2 is left out)",
        "the expectation later_2_2.h[0] == 5 (later_2_2 is left out)",
        "the find later_2.h[0] > 4 (later_2 is left out)",
        "against later_2 (later_2 is left out)",
    )


@WAYS
def test_a_condition_that_slept_does_not_wake_on_another_lane(file: Path, way: str) -> None:
    kept(file, *FIVE[:1], FIVE[3], "undo", ":break t == 4")
    s = do(another(file, way, SEVEN), ":take-up")
    assert s.travel.breakpoints == ["echo.h[0] > 2", "t == 4"]
    assert s.notebook.left == ("the breakpoint echo_2.h[0] == 5 (echo_2 is another lane here)",)


def test_what_the_file_has_by_now_is_neither_counted_nor_taken_again(file: Path) -> None:
    found = (*FIVE, ":note here", "mark", ":break t == 4")
    kept(file, *found)
    s = opened(file)
    assert "1 fork, 1 note, 1 expectation, 1 mark, 2 breakpoints" in offered(file).message
    saved_over(file, *found)
    s = offered(file)
    assert "(nothing new; the file has changed since)" in s.message
    do(s, ":take-up")
    assert not s.notebook.notes and not s.notebook.claims and s.travel.marks == {2, 5}
    assert s.travel.breakpoints == ["echo.h[0] > 2", "echo_2.h[0] == 5", "t == 4"]
    assert s.notes()[2] == "here" and not settle(s), "there is nothing to save"


def test_what_a_changed_file_stops_at_and_marks_stays(file: Path) -> None:
    kept(file, ":break t == 4", ":4", "mark")
    saved_over(file, ":break t == 1", ":1", "mark")
    s = offered(file, ":take-up")
    assert s.travel.breakpoints == ["echo.h[0] > 2", "t == 4", "t == 1"]
    assert s.travel.marks == {1, 4, 5}


def test_what_was_taken_away_is_offered_too(file: Path) -> None:
    kept(file, ":5", "mark")
    s = offered(file)
    assert "(something was taken away)" in s.message
    assert not do(s, ":take-up").travel.marks


def test_a_session_that_was_kept_without_its_lanes_is_read(file: Path) -> None:
    snapshot = take(do(opened(file), *FIVE))
    data = to_json(snapshot)
    data.pop("lanes")
    read = from_json(json.loads(json.dumps(data)))
    assert read is not None and read.lanes == () and read.findings == snapshot.findings
    assert take_up(opened(file), read) == []


MOVES = (
    FIVE[0], SEVEN, ":patch echo.h set 5 at 3", ":patch echo_2.h add 1 at 5",
    ":patch later.x swap echo_2.h at 4", ":patch halved.h scale 2", ":patch echo.x swap later.h",
    "drop", "undo", "redo", "next-lane", ":name shut", ":name echo_2", ":name later_3", ":3",
    ":break echo_2.h[0] > 4", ":break echo_3.h[0] > 4", ":break shut.h[0] > 4",
    ":break any(later_2.h < echo_2_2.h)", ":break halved.h[0] > 2", ":find echo_2.h[0] < 1",
    ":expect echo_2.h[0] >= 0", ":expect shut.h[0] >= 0", ":against echo_2", ":hide echo_2",
    ":note echo_2 is echo_3", "mark",
)  # fmt: skip


def hits(session: Session, text: str) -> list[bool]:
    """Where a condition holds."""
    return [check_expectation(session.run.space(), text, t) for t in range(1, 7)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MOVES), max_size=10), st.lists(st.sampled_from(MOVES), max_size=10),
       st.sampled_from(["saved", "sitting"]))  # fmt: skip
def test_whatever_two_windows_did_each_condition_is_about_the_values_that_it_was_about(
    mine: list[str], theirs: list[str], way: str
) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "echoes.yaml"
        path.write_text(SCENARIO)
        one, s = do(opened(path), *mine), do(opened(path), *theirs)
        if way == "saved":
            do(s, f":save {path}", "replace")
            s = opened(path)
        snapshot = take(one)
        before = {text: hits(s, text) for text in s.travel.breakpoints if not problem(s.run, text)}
        lanes = make_lanes(s.run, s.base, snapshot)
        left = take_up(s, snapshot, lanes, same_file=way == "sitting")
        for fork in snapshot.forks:
            if fork.name in lanes.names:
                there, here = one.run[fork.name], s.run[lanes.names[fork.name]]
                for t in range(1, 7):
                    assert there.value("h", t) == here.value("h", t)
        asked = [(text, s.travel.breakpoints) for text in one.travel.breakpoints]
        asked += [(claim.that, [it.that for it in (*s.base.expectations, *s.notebook.claims)])
                  for claim in one.notebook.claims]  # fmt: skip
        for text, texts in asked:
            new = renamed(text, lanes.renamed)
            out = any(f" {it} (" in line for line in left for it in (text, new))
            if not out and not problem(one.run, text):
                assert new in texts
                if not problem(s.run, new):
                    assert hits(s, new) == hits(one, text)
        for text, steps in before.items():
            if text in s.travel.breakpoints and not problem(s.run, text):
                assert hits(s, text) == steps
