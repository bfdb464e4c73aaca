"""The list of forks and patches: what stands in it, where it leads, and what is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lessons import LESSON
from sessions import do, press, session

from rnnstep.scenario.course import read_cards
from rnnstep.scenario.forks import own_patches
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.fork_list import fork_names, fork_rows, parting_forms
from rnnstep.session.progress import Progress
from rnnstep.session.session import Session
from rnnstep.simulate.compare import first_divergence
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text

FORK = ":patch lstm.f[3] set 0 at 10..20"
PATCHED = """\
format: 1
title: Halving
input: {values: {series: [1, 0, 0, 0, 0, 0]}}
models:
  leak:
    equations: "h = 0.5 * h[t-1] + W @ x"
    weights: {values: {W: [[1]]}}
    patch: ["h set 2 at 4"]
"""
KINDS = (FORK, ":patch lstm_2.c hold at 30..last", ":patch gru.h[1:4] clamp -0.5 0.5")


def test_every_fork_is_listed_with_its_lane_its_patches_and_where_it_parts() -> None:
    s = do(session(), *KINDS)
    rows = fork_rows(s)
    assert [(row.lane, row.of) for row in rows] == [
        ("lstm_2", "lstm"), ("lstm_2_2", "lstm_2"), ("gru_2", "gru")]  # fmt: skip
    for row in rows:
        assert row.patches == own_patches(s.run.scenario, row.lane) and len(row.patches) == 1
        found = first_divergence(s.run[row.lane], s.run[row.of])
        assert found is not None
        place = f"{found.step}, {found.signal}[{found.unit}]"
        assert parting_forms(s, row) == (f"parts at step {place}", f"at {place}")


def test_a_fork_that_changes_nothing_and_a_lane_that_is_patched_in_the_file_say_so(
    tmp_path: Path,
) -> None:
    s = do(session(), ":patch lstm.f[3] scale 1 at 10")
    assert parting_forms(s, fork_rows(s)[0])[0] == "differs nowhere"
    do(s, ":forks", ":to-fork")
    assert s.t == 10 and "lstm_2 differs nowhere from lstm, and is patched from here" in s.message
    file = tmp_path / "patched.yaml"
    file.write_text(PATCHED)
    s = Session(run_scenario(load_scenario(file)))
    (row,) = fork_rows(s)
    assert (row.lane, row.of, parting_forms(s, row)[0]) == ("leak", "", "patched from step 4")
    do(s, "forks", "to-fork")
    assert (s.t, s.active, s.message) == (4, "leak", "leak is patched from here: h set 2 at 4")


def test_enter_goes_to_where_the_marked_fork_parts() -> None:
    s = press(do(session(), *KINDS), ": forks enter down up down enter")
    found = first_divergence(s.run["lstm_2_2"], s.run["lstm_2"])
    assert found is not None and s.panel == "forks"
    assert (s.active, s.t) == ("lstm_2_2", found.step)
    assert (s.signals[s.active], s.units[s.active]) == (found.signal, found.unit)
    assert s.message.startswith("lstm_2_2 and lstm_2 part here: ")
    press(s, "down enter")
    assert s.active == "gru_2" and s.aspect == 2
    press(s, "down")
    assert s.aspect == 0, "it goes round"
    assert do(s, "trail-back").active == "lstm_2_2"


def test_a_dropped_fork_stays_in_the_list_and_says_how_to_have_it_again() -> None:
    s = do(session(), FORK, "drop", ":patch gru.h[0] set 0 at 5", ":forks")
    assert fork_names(s) == ("gru_2", "lstm_2 (gone)")
    gone = fork_rows(s)[1]
    assert parting_forms(s, gone) == ("u (2 times) brings it back", "u (2 times)")
    press(s, "down enter")
    assert s.message == "lstm_2 was dropped; u (2 times) brings it back" and s.active == "gru_2"
    do(s, "undo")
    assert fork_names(s) == ("lstm_2 (gone)", "gru_2 (gone)")
    assert parting_forms(s, fork_rows(s)[1])[0] == "ctrl+r makes it again"
    do(s, "undo", "undo")
    assert fork_names(s) == ("lstm_2 (gone)", "gru_2 (gone)")
    assert parting_forms(s, fork_rows(s)[1])[0] == "ctrl+r (3 times) makes it again"


def test_a_session_with_the_list_open_is_saved_and_opens_on_it(tmp_path: Path) -> None:
    s = do(session(), *KINDS, "drop", "forks", "fork-down")
    file = tmp_path / "saved.yaml"
    do(s, f":save {file}")
    again = Session(run_scenario(load_scenario(file)))
    assert (again.panel, again.aspect, fork_names(again)) == ("forks", 1, ("lstm_2", "lstm_2_2"))
    do(s, "fork-down")
    assert fork_rows(s)[s.aspect].gone
    do(s, f":save {tmp_path / 'gone.yaml'}")
    assert s.message.startswith("saved")
    assert "--panel forks " in s.command_line()


def test_a_name_makes_no_second_row() -> None:
    s = do(session(), FORK, ":name no_forget")
    assert fork_names(s) == ("no_forget",)
    assert fork_names(do(s, "undo")) == ("lstm_2",)
    assert fork_names(do(s, "redo", "drop")) == ("no_forget (gone)",)


def test_without_a_patch_there_is_no_list_and_it_says_what_makes_one() -> None:
    s = do(session(), "forks")
    assert not s.panel and s.message == "forks: nothing is patched; e patches what is selected"
    do(s, FORK, "forks")
    assert s.panel == "forks" and s.modes == ("forks",)
    do(s, "inspect")
    assert not s.modes, "the keys of the inspector are not those of the list"


def test_a_lesson_does_not_tell_where_a_fork_parts_later(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(LESSON)
    s = begin_lesson(Climb(read_cards(tmp_path, "en"), Progress(), "en"), 0)
    do(s, "skip", "step", ":patch leak.h set 0 at 4")
    assert parting_forms(s, fork_rows(s)[0]) == ("parts later", "later")
    do(s, "forks", "to-fork")
    assert s.t == 2 and s.sitting is not None and s.message == s.sitting.climb.word("future")


@pytest.mark.parametrize("size", [(40, 14), (80, 24), (120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("glyphs", ["blocks", "ascii"])
def test_the_list_is_in_line_at_every_size(size: tuple[int, int], glyphs: str) -> None:
    s = do(session(), *KINDS, "drop", "zoom", "forks")
    frame = Painter(glyphs).paint(s, *size)
    text = as_text(frame)
    assert glyphs == "blocks" or text.isascii()
    rows = text.splitlines()
    head = next(k for k, row in enumerate(rows) if row.startswith(" forks"))
    first, second = rows[head + 1], rows[head + 2]
    assert first[0] in "▸>" and first[2:].startswith("lstm_2 of lstm")
    assert "f[3] set 0 at 10..20" in (second if size[0] == 40 else first)
    assert "…" not in first.partition("│")[0] and "~" not in first
    if size[0] == 40:
        assert "at 10, f[3]" in first
        return
    assert second[2:].startswith("lstm_2_2 of lstm_2")
    at = [row.index(" at ") for row in (first, second)]
    assert at[0] == at[1], "what says the same stands in one column"
    whole = " ".join(rows[head : head + 7])
    assert "gru_2 of gru" in whole and ("u brings it back" in whole or "u  h[1,2,3]" in whole)


@pytest.mark.parametrize("size", [(40, 14), (80, 24), (120, 40)], ids=str)
def test_long_names_leave_room_for_where_forks_part_and_for_their_patches(
    size: tuple[int, int],
) -> None:
    s = do(session(), FORK, f":name {'a' * 31}", ":patch c[3] set 0 at 10..20")
    do(s, f":name {'b' * 31}", "zoom", "forks", "fork-down")
    rows = as_text(Painter().paint(s, *size)).splitlines()
    head = next(k for k, row in enumerate(rows) if row.startswith(" forks"))
    if size[0] == 40:
        assert re.search(r"▸ b{16,}…  at 10, c\[3]", rows[head + 1])
        assert "c[3] set 0 at 10..20" in rows[head + 2]
        return
    assert re.search(r"  a{31} of.* at 10, f\[3]  f\[3] set 0 at 10\.\.20", rows[head + 1])
    assert re.search(r"▸ b{31} of.*…  +at 10, c\[3]  c\[3] set 0 at 10\.\.20", rows[head + 2])


def test_the_footer_says_what_keys_do_in_the_list() -> None:
    s = do(session(), FORK, "forks")
    s.message = ""
    painter = Painter()
    row = painter.paint(s, 100, 30).line(29)
    assert "↑↓ fork" in row and "enter go there" in row and "unit" not in row
    assert painter.command_at(row.index("enter"), 29) == "to-fork"
