"""Forks, differences and hits as they are painted."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
import sessions
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do

from rnnstep.scenario.forks import with_fork
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.commands import perform, submit_prompt
from rnnstep.session.keymap import build_keymap
from rnnstep.session.marking import hits_of
from rnnstep.session.replay import ReplayHost, replay
from rnnstep.session.session import Session
from rnnstep.session.travel import adopt
from rnnstep.simulate import Patch
from rnnstep.tui.frame import Frame
from rnnstep.tui.help import help_text
from rnnstep.tui.layout import make_layout
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.chrome import place_text
from rnnstep.tui.paint.maps import Maps, difference_scale
from rnnstep.tui.paint.timeline import GLYPHS, hit_columns, timeline_column
from rnnstep.tui.picture import as_text


def session(*typed: str) -> Session:
    found = do(sessions.session(), *(f":{text}" for text in typed))
    found.message = ""
    return found


def painted(s: Session, glyphs: str = "unicode") -> tuple[Frame, list[str]]:
    frame = Painter(glyphs).paint(s, 190, 44)
    return frame, as_text(frame).splitlines()


def test_a_fork_stands_beside_its_parent_and_says_what_it_is() -> None:
    s = session("patch lstm.f[3] set 0 at 10..20", "30")
    _, rows = painted(s)
    heads = [row for row in rows if row[1:7] in ("2 LSTM", "3 LSTM") or row[:7] == ">3 LSTM"]
    assert "2 LSTM ·" in heads[0] and "3 LSTM, lstm_2 · lstm from step 10: f[3] set 0" in heads[1]


def header(s: Session, width: int) -> str:
    """The header of the active lane, up to its answer."""
    rows = as_text(Painter("unicode").paint(s, width, 40)).splitlines()
    return next(row for row in rows if row[:1] == ">").partition(" says")[0]


def test_a_header_keeps_the_text_of_a_patch_longer_than_how_a_lane_learned() -> None:
    s = session("patch lstm.c[9] hold at 10..last", "30")
    assert "lstm from step 10: c[9] hold at 10..last · learned by 10 of 10" in header(s, 200)
    assert " · c[9] hold at 10..last" in header(s, 120) and "learned" not in header(s, 120)
    assert " · c[9] hold at 10..last" in header(s, 80) and "learned" not in header(s, 80)
    s.select_lane("lstm")
    assert "learned by 10 of 10 seeds" in header(s, 120)


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_forks_of_a_lane_with_a_long_title_are_told_apart(width: int, glyphs: str) -> None:
    patches = ("y set 1 at 610", "x add 1 at 611")
    s = do(sessions.session("tasks/sine"), ":612", *(f":patch free.{text}" for text in patches))
    for reference in ("", " d free" if glyphs == "ascii" else " · Δ free"):
        rows = as_text(Painter(glyphs).paint(s, width, 40)).splitlines()
        for digit, patch in zip("34", patches, strict=True):
            (row,) = (row for row in rows if row[1:5] == f"{digit} AR")
            assert patch in row and reference in row and " next " in row
        do(s, "diff")


@pytest.mark.parametrize("differences", [True, False])
def test_a_patch_is_worth_more_than_where_a_fork_begins_and_than_how_much_is_left_out(
    differences: bool,
) -> None:
    patches = ("c[9] hold at 31..last", "f[3] set 0.5 at 31..52", "c[0] scale 0.5 at 31..last")
    s = session(*(f"patch lstm.{patch}" for patch in patches), "40")
    s.diff = differences
    for number, patch in enumerate(patches, 2):
        s.select_lane(f"lstm_{number}")
        for width in (80, 120):
            found = header(s, width)
            assert f" · {patch}" in found and ("Δ" in found) is differences


def test_a_header_with_more_patches_than_fit_says_the_first_and_how_many_follow() -> None:
    s = sessions.session()
    patches = [Patch("c", "add", (0.25,), (k,), k + 1, 50) for k in range(4)]
    adopt(s, with_fork(s.run, "lstm", patches))
    s.select_lane("lstm_2")
    written = ", ".join(map(str, patches))
    assert written in header(s, 250)
    assert " · c[0] add 0.25 at 1..50 +3" in header(s, 120)


def test_a_lane_that_is_patched_and_no_fork_says_so(tmp_path: Path) -> None:
    text = """\
format: 1
title: Patched
input: {recall: {classes: 3, lag: 8, distractors: other, seed: 1}}
models:
  gru: {title: GRU, cell: gru, units: 4, weights: {init: {seed: 3}}, patch: ["z set 1 at 4..last"]}
"""
    s = Session(run_scenario(parse_scenario(text, tmp_path / "patched.yaml")))
    s.jump(4)
    assert header(s, 120).rstrip() == ">1 GRU · z set 1 at 4..last"
    assert header(s, 48).rstrip() == ">1 GRU · patched"


def test_differences_are_marked_and_nothing_differs_before_the_patch() -> None:
    s = session("patch lstm.f[3] set 0 at 10..20", "30")
    perform(s, ReplayHost(), "diff")
    perform(s, ReplayHost(), "zoom")
    _, rows = painted(s)
    assert any("Δ: difference from lstm" in row for row in rows)
    assert any(row[1:3] == "Δf" for row in rows)
    child, parent = s.run["lstm_2"], s.run["lstm"]
    image = Maps().image(child, "f", 16, 1, (0, 52), "ascii", parent)
    assert set(image.chars[:, 1:10].ravel()) == {"."}
    assert set(image.chars[3, 10:21]) != {"."} and set(image.chars[4, 10:11]) == {"."}
    largest = np.abs(child.rows("f", 10, 53) - parent.rows("f", 10, 53)).max()
    assert largest <= difference_scale(child, parent, "f") <= 3 * largest


def test_all_hits_stand_on_the_timeline() -> None:
    s = session("break t == 25 or t == 40", "5")
    frame, rows = painted(s)
    assert rows[-2].count("●") == 2
    assert painted(s, "ascii")[1][-2].count("!") == 2
    assert frame.height == 44


@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
def test_kinds_of_places_on_the_timeline_differ_without_colour_and_the_help_says_them(
    glyphs: str,
) -> None:
    s = session("break t == 25", "find t == 40", "select gru", "10")
    before = painted(s, glyphs)[1][-2]
    finding = do(s, "next-finding").t
    s.jump(10)
    column = timeline_column(make_layout(190, 44, {"gru": (("h", 4),)}, "gru", 52), finding, 52)
    assert painted(s, glyphs)[1][-2][column] == before[column], "its panel is not open"
    do(s, "health")
    frame, rows = painted(s, glyphs)
    layout = make_layout(frame.width, frame.height, {"gru": (("h", 4),)}, "gru", 52)
    shown = {kind: both[glyphs == "ascii"] for kind, both in GLYPHS.items()}
    assert len(set(shown.values())) == len(shown)
    for kind, step in (("here", 10), ("breakpoint", 25), ("find", 40), ("mark", 30),
                       ("finding", finding)):  # fmt: skip
        column = timeline_column(layout, step, 52)
        assert rows[-2][column] == shown[kind], kind
        assert kind != "finding" or before[column] != shown[kind], "nobody has asked yet"
    told = " ".join(help_text(build_keymap(), glyphs).split())
    for kind, what in (("breakpoint", "hits of breakpoints"), ("finding", "findings"),
                       ("find", "hits of what was found"), ("mark", "marks")):  # fmt: skip
        assert f"{shown[kind]} {what}" in told


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
@pytest.mark.parametrize("typed", ["find", "break"])
def test_a_hit_at_a_note_is_told_from_a_note(glyphs: str, typed: str) -> None:
    s = session(f"{typed} t == 30 or t == 20", "45")
    _, rows = painted(s, glyphs)
    both, note = (GLYPHS[kind][glyphs == "ascii"] for kind in ("marked hit", "mark"))
    layout = make_layout(190, 44, {"gru": (("h", 4),)}, "gru", 52)
    assert rows[-2][timeline_column(layout, 30, 52)] == both
    assert rows[-2][timeline_column(layout, 10, 52)] == note
    assert rows[-2][timeline_column(layout, 20, 52)] not in (both, note)
    assert f"{both} hits where there is a mark or note too" in " ".join(
        help_text(build_keymap(), glyphs).split()
    )


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 3000).flatmap(
        lambda length: st.tuples(st.just(length), st.sets(st.integers(1, length)))
    ),
    st.sampled_from([80, 120, 200]),
)
def test_the_columns_with_hits_are_those_of_every_hit(
    run: tuple[int, set[int]], width: int
) -> None:
    length, steps = run
    layout = make_layout(width, 30, {"lane": (("h", 4),)}, "lane", length)
    found = list(hit_columns(np.array(sorted(steps), int), layout, length))
    assert set(found) == {timeline_column(layout, step, length) for step in steps}
    assert len(found) <= 3 * width


def test_the_timeline_says_how_far_the_search_for_hits_is() -> None:
    s = session("break t == 25 or t == 40", "5")
    hits = hits_of(s).breakpoints
    hits.share = 0.4
    s.travel.marking.jobs.in_background(0.0, lambda: None)
    s.travel.marking.jobs.forget()
    go = Event()
    s.travel.marking.jobs.ask("busy", lambda check: go.wait(20))
    _, rows = painted(s)
    assert "searching 40%" in rows[-2] and rows[-2].count("●") == 2
    assert rows[-2].index("searching") > rows[-2].index("┃")
    s.jump(50)
    _, rows = painted(s)
    assert rows[-2].index("searching") < rows[-2].index("┃")
    go.set()
    s.travel.marking.jobs.wait()
    assert "searching" not in painted(s)[1][-2]


KEYS = ("", "G", "l .", "v v", "z", "enter", ":", "/ x > + enter", "m", "e", "d", "b", "ctrl+s",
        "/ lstm . h [ 0 ] > 9 enter", ": patch space f hold space at space 1 enter")  # fmt: skip


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("name", ["long_dependency", "sunspots"])
def test_where_one_stands_can_always_be_read(name: str, keys: str) -> None:
    """Step, equation and share, with any panel, prompt, mistake or message, on any screen."""
    s = sessions.session(name)
    replay(s, build_keymap(), f"l l l l l {keys}")
    total = len(s.cell(s.active).graph.equations)
    for s.playing in (False, True):
        for width, height in ((40, 10), (60, 15), (80, 24), (120, 40)):
            title = as_text(Painter("unicode").paint(s, width, height)).splitlines()[0]
            assert re.search(rf"\b{s.t}(/| of ){s.run.length}\b", title), title
            assert title.rstrip().endswith(f"{s.t / s.run.length:.0%}") or s.playing, title
            assert f"· {s.t / s.run.length:.0%}" in title
            if not s.cursor.whole:
                assert re.search(rf"(equation|eq\.) {s.cursor.k}(/| of ){total}", title), title


def test_where_one_stands_in_a_million_steps_fits_the_smallest_screen() -> None:
    run = SimpleNamespace(
        length=1_000_000, scenario=SimpleNamespace(tape=SimpleNamespace(index=()))
    )
    graph = SimpleNamespace(equations=range(12))
    s = SimpleNamespace(
        t=999_999, run=run, playing=True, speed=6, active="lane", sitting=None,
        cursor=SimpleNamespace(whole=False, k=11),
        cell=lambda lane: SimpleNamespace(graph=graph),
    )  # fmt: skip
    texts = {room: place_text(s, room) for room in (39, 59, 79)}  # type: ignore[arg-type]
    assert texts[39] == "999999/1000000 · eq. 11/12 · 100%"
    assert texts[59] == "step 999999 of 1000000 · equation 11 of 12 · 100% ▶ 30/s"
    assert texts[79] == texts[59]


def test_a_fork_of_another_run_under_the_same_name_is_drawn_anew() -> None:
    s = session("patch lstm.f[3] set 0 at 10..20", "30")
    painter = Painter("unicode")
    first = as_text(painter.paint(s, 120, 44))
    perform(s, ReplayHost(), "undo")
    s.prompt = "patch lstm.c set 3 at 5..29"
    submit_prompt(s, ReplayHost())
    s.message = ""
    again = as_text(painter.paint(s, 120, 44))
    assert again == as_text(Painter("unicode").paint(s, 120, 44)) != first


def test_a_long_note_gets_its_lines_when_it_is_written() -> None:
    s, painter = sessions.session("travel/fork"), Painter()
    painter.paint(s, 80, 30)
    do(s, f":note {'word ' * 38}")
    s.message = ""
    drawn, fresh = painter.paint(s, 80, 30), Painter().paint(s, 80, 30)
    assert (drawn.chars == fresh.chars).all() and (drawn.styles == fresh.styles).all()
