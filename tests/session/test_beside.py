"""What each lane is compared with while differences are shown, and how the two are aligned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import BOOM
from lessons import LESSON
from sessions import do, session

from rnnstep.scenario.comparison import memory_flow
from rnnstep.scenario.course import read_cards
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.beside import compared, facts, reference, step_beside
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.comparing import apart, chosen_lane, lanes_beside, memory, summary
from rnnstep.session.completion import complete_prompt
from rnnstep.session.panels import aspect
from rnnstep.session.progress import Progress
from rnnstep.session.session import Session
from rnnstep.session.snapshot import take
from rnnstep.session.taking_up import take_up
from rnnstep.simulate.compare import distance, first_divergence
from rnnstep.tui.paint import Painter

FORKS = (":patch lstm.f[3] set 0 at 10", ":patch lstm.o[1] set 0 at 20")


def test_a_fork_is_compared_with_its_parent_and_the_parent_shows_its_values() -> None:
    s = do(session(), *FORKS, "diff")
    for active in ("lstm", "lstm_2", "lstm_2_2" if "lstm_2_2" in s.lanes else "lstm_3"):
        s.select_lane(active)
        for lane in s.lanes:
            parent = s.run.scenario.models[lane].fork_of
            if parent:
                assert reference(s, lane) == parent and compared(s, lane) is s.run[parent]
        assert reference(s, "lstm") == "" and compared(s, "lstm") is None
    assert any("compared with it" in forms[0] for forms in facts(s, "lstm"))


def test_two_lanes_never_show_the_same_difference_from_both_sides() -> None:
    s = do(session(), *FORKS, "diff")
    for active in s.lanes:
        s.select_lane(active)
        pairs = {(lane, reference(s, lane)) for lane in s.lanes}
        assert not any((b, a) in pairs for a, b in pairs)


def test_unlike_lanes_show_values_and_say_what_compares() -> None:
    s = do(session(), ":40", "diff")
    s.select_lane("lstm")
    assert reference(s, "gru") == "lstm" and compared(s, "gru") is None
    said = facts(s, "gru")[0]
    norms = [float(np.linalg.norm(s.run[lane].value("h", 40))) for lane in ("gru", "lstm")]
    assert said[0] == (
        f"unlike lstm: values, same answer, ‖h‖ {norms[0]:.3g} beside {norms[1]:.3g}"
    )
    assert "lstm says C" in facts(s, "rnn")[0][0]
    do(s, *["micro-rewind"] * 4)
    assert facts(s, "gru")[0][0] == "unlike lstm: values", "h of this step is not yet computed"
    do(s, ":40")
    # The two plain RNNs have the same equations, but not the same size of units to compare.
    alike = s.run.scenario.models["rnn"].sizes == s.run.scenario.models["rnn_orthogonal"].sizes
    s.select_lane("rnn")
    assert (compared(s, "rnn_orthogonal") is not None) == alike


def test_a_lane_can_be_chosen_that_all_others_are_compared_with() -> None:
    s = do(session(), *FORKS, ":against lstm_2")
    assert s.diff and {reference(s, lane) for lane in s.lanes if lane != "lstm_2"} == {"lstm_2"}
    assert compared(s, "lstm") is s.run["lstm_2"] and reference(s, "lstm_2") == ""
    s.select_lane("lstm_2")
    do(s, "drop")
    assert reference(s, "gru") == "lstm"
    do(s, "undo", ":against ")
    assert s.beside.against == "" and reference(s, "lstm_2") == "lstm"
    do(s, ":against lstn")
    assert s.problem is not None and "did you mean 'lstm'" in s.problem.message


def test_a_step_is_laid_beside_another_and_a_lane_beside_itself() -> None:
    s = do(session(), ":align cue:query")
    shift = s.run.scenario.find_shift("cue:query")
    assert s.diff and s.beside.shift == shift > 0
    assert compared(s, s.active) is s.trace and "at t+" in facts(s, s.active)[0][0]
    assert "(cue:query)" in facts(do(s, ":1"), s.active)[0][0]
    for step, beside in ((0, None), (1, 1 + shift), (s.run.length - shift + 1, None)):
        s.jump(step)
        assert step_beside(s) == beside
        gap = f"nothing beside step {step}" in facts(s, s.active)[0][0]
        assert gap == (beside is None)
    do(s, ":20", ":align cue")
    assert s.beside.align == "20:cue" and s.beside.shift == s.run.scenario.marks["cue"] - 20
    do(s, ":align ")
    assert s.beside.shift == 0 and s.beside.align == ""
    do(s, ":align 5:4711")
    assert s.problem is not None and "there is no step 4711" in s.problem.message


@pytest.mark.parametrize(("typed", "first"), [("align cu", "align cue"),
                                              ("align cue:qu", "align cue:query"),
                                              ("against ls", "against lstm")])  # fmt: skip
def test_marks_and_lanes_are_completed(typed: str, first: str) -> None:
    s = session()
    s.prompt = typed
    s.line.at = 0
    complete_prompt(s)
    assert s.prompt == first


def test_the_panel_compares_with_any_lane_and_with_itself_only_when_aligned() -> None:
    s = do(session(), *FORKS)
    s.select_lane("lstm_2")
    assert lanes_beside(s)[0] == "lstm" and "lstm_2" not in lanes_beside(s)
    do(s, "compare", "aspect")
    assert aspect(s) == chosen_lane(s) == lanes_beside(s)[1]
    do(s, ":align 5:9")
    assert "lstm_2" in lanes_beside(s)


def test_what_the_panel_shows_is_the_distance_of_each_step() -> None:
    s = do(session(), *FORKS, ":align 10:12", ":against lstm", "compare")
    s.select_lane("lstm_2")
    found = summary(s)
    assert found is not None and found.lanes == ("lstm_2", "lstm") and found.shift == 2
    rows = apart(s, found, 1, 52)
    assert rows is not None and rows.answers is not None
    a, b = s.run["lstm_2"], s.run["lstm"]
    for name in ("c", "f"):
        wanted = distance(a, b, name, 1, 50, 2)
        np.testing.assert_array_equal(rows.distances[name], [*wanted, np.nan, np.nan])
        turned = distance(a, b, name, 1, 50, 2, "cosine")
        np.testing.assert_allclose(rows.cosines[name][:50], 1 - turned)
    answers = [a_.text != b_.text for a_, b_ in (
        (s.run.answer("lstm_2", t), s.run.answer("lstm", t + 2)) for t in range(1, 51)
    ) if a_ and b_]  # fmt: skip
    assert rows.answers[:50].tolist() == answers
    assert memory(s, "lstm", 40) == memory_flow(s.run, "lstm", 40)


def test_a_key_goes_to_where_two_lanes_part() -> None:
    s = do(session(), *FORKS)
    s.select_lane("lstm_2")
    do(s, "parting")
    found = first_divergence(s.run["lstm_2"], s.run["lstm"])
    assert found is not None and s.t == found.step == 10
    assert s.message.startswith("lstm_2 and lstm part here: f[3]")
    do(s, "trail-back")
    assert s.t == 0
    s.select_lane("rnn")
    do(s, "compare", ":40", "parting")
    other = chosen_lane(s)
    first = next(t for t in range(1, 53)
                 if s.run.answer("rnn", t).text != s.run.answer(other, t).text)  # type: ignore[union-attr]
    assert s.t == first and "part here: the answers" in s.message
    do(s, ":patch rnn.h[0] scale 1 at 5", "parting")
    assert "rnn_2 and rnn differ nowhere" in s.message


def test_one_lane_alone_is_compared_with_itself_at_another_step_only() -> None:
    s = Session(run_scenario(parse_scenario(BOOM, Path("boom.yaml"))))
    for command in ("compare", "parting"):
        do(s, command)
        assert "there is one lane only" in s.message and s.panel == ""
    do(s, ":align 1:2", "compare")
    assert s.panel == "compare" and lanes_beside(s) == s.lanes
    do(s, ":align")
    assert s.panel == "" and Painter().paint(s, 80, 24)


def test_the_panel_closes_with_the_last_lane_to_compare_with_and_stays_about_the_same() -> None:
    s = Session(run_scenario(parse_scenario(BOOM, Path("boom.yaml"))))
    fork = ":patch boom.h[0] set 1 at 2"
    do(s, fork, fork, "compare", "aspect")
    assert aspect(s) == chosen_lane(s) == "boom_2"
    do(s, ":patch boom_2.h[0] set 1 at 1")
    s.select_lane("boom_3")
    do(s, "compare", "aspect", "aspect")
    assert chosen_lane(s) == "boom_2_2"
    for way in ("undo", "drop"):
        s.select_lane("boom_3")
        do(s, way)
        assert s.panel == "compare" and Painter().paint(s, 80, 24)
    s.select_lane("boom_2")
    do(s, "drop")
    assert s.lanes == ("boom",) and s.panel == "" and Painter().paint(s, 80, 24)


def test_a_lesson_does_not_tell_what_lies_ahead_of_its_questions(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(LESSON)
    s = begin_lesson(Climb(read_cards(tmp_path, "en"), Progress(), "en"), 0)
    assert s.sitting is not None
    said = s.sitting.climb.word("future")
    for command in (":align 1:2", "compare", "parting"):
        do(s, command)
        assert said in s.message
    assert s.panel == "" and s.beside.shift == 0 and not s.diff
    do(s, ":align 2:1")
    assert s.beside.shift == -1


def test_what_a_changed_file_no_longer_has_is_left_out_and_said() -> None:
    s = do(session(), *FORKS, ":align cue:10", ":against lstm_2")
    kept = take(s)
    gone = replace(kept, forks=(), view=replace(kept.view, align="qeu:10"))
    other = session()
    left = take_up(other, gone)
    assert other.beside.against == "" and other.beside.align == "" and other.beside.shift == 0
    assert any("against lstm_2" in text for text in left)
    assert any("align qeu:10" in text and "no mark" in text for text in left)
    again = session()
    assert take_up(again, kept) == [] and again.beside == s.beside
