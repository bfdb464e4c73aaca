"""What the time travel scenarios say of thirty tapes is so: a demonstration is no lucky tape."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import ROOT

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import Run, run_scenario

FOLDER = ROOT / "scenarios" / "travel"
TAPES = 30


def runs(name: str, before: str = "", after: str = "") -> tuple[Run, ...]:
    """The runs of a scenario on thirty tapes that differ in their seed; its text may be altered."""
    text = (FOLDER / f"{name}.yaml").read_text()
    assert before in text
    return tuple(_runs(name, text.replace(before, after) if before else text))


def _runs(name: str, text: str) -> Iterator[Run]:
    # Of the expectations some hold on the scenario's own tape alone, where its steps are.
    text = text[: text.index("\nbreak:")]
    for seed in range(TAPES):
        changed, count = re.subn(r"(recall: \{.*?seed: )\d+", rf"\g<1>{seed}", text)
        assert count == 1
        yield run_scenario(parse_scenario(changed, FOLDER / f"{name}.yaml"))


def cues(found: tuple[Run, ...]) -> list[str]:
    """The cue of each tape."""
    return [run.scenario.tape.symbols[0] for run in found]


def answers(found: tuple[Run, ...], lane: str) -> list[str]:
    """What a lane says at the query of each tape."""
    return [run.answer(lane, run.length).text for run in found]


def right(found: tuple[Run, ...], *lanes: str) -> tuple[int, ...]:
    """On how many tapes each lane is right."""
    return tuple(sum(bool(run.answer(lane, run.length).right) for run in found) for lane in lanes)


def test_holding_either_unit_keeps_what_the_lstm_loses_over_200_distractors() -> None:
    found = runs("where_it_was_lost")
    assert right(found, "lstm", "held_14", "held_9", "gru") == (19, 30, 30, 30)
    lost = [answer for cue, answer in zip(cues(found), answers(found, "lstm"),
                                          strict=True) if cue == "D"]  # fmt: skip
    assert len(lost) == 12 and lost.count("B") == 11


def test_the_clock_stopped_for_one_step_is_right_on_every_tape() -> None:
    assert right(runs("stopped_clock"), "rnn", "one", "two", "gru") == (0, 30, 0, 30)


def test_the_answer_follows_the_swapped_cell_state_and_not_the_hidden_state() -> None:
    other = dict.fromkeys(("c", "h", "four"), 0)
    own = dict(other)
    for letter in "ABCD":
        found = runs("swapped_memory", "x symbol 'B'", f"x symbol '{letter}'")
        for kind in other:
            for cue, answer in zip(cues(found), answers(found, f"{kind}_from_b"), strict=True):
                if cue != letter:
                    other[kind] += answer == letter
                    own[kind] += answer == cue
    assert other == {"c": 90, "h": 0, "four": 22} and own["h"] == 89


def test_a_unit_that_is_not_needed_carries_the_cue_and_one_that_is_needed_does_not() -> None:
    found = runs("needed_or_carrying")
    chosen = tuple(run for run, cue in zip(found, cues(found), strict=True)
                   if cue != "B")  # fmt: skip
    assert len(chosen) == 25
    assert right(chosen, "without_14", "without_6") == (24, 10)
    swapped = [answers(chosen, lane).count("B") for lane in ("b_14", "b_6")]
    assert swapped == [18, 2]
    for run in found:
        cue = run.scenario.tape.symbols[0]
        assert (run["lstm"].value("c", run.length)[14] > 0) == (cue == "B")


def test_of_the_other_units_only_one_ever_carries_the_cue_over() -> None:
    text = (FOLDER / "needed_or_carrying.yaml").read_text()
    forks = text[text.index("  without_6:") : text.index("\nbreak:")]
    carried = {}
    for units in ((0, 1, 2, 3, 4, 5, 7), (8, 9, 10, 11, 12, 13, 15)):
        swaps = "".join(f"  u{unit}: {{fork: {{of: lstm, patch: ['c[{unit}] swap b']}}}}\n"
                        for unit in units)  # fmt: skip
        found = runs("needed_or_carrying", forks, swaps)
        for unit in units:
            pairs = zip(cues(found), answers(found, f"u{unit}"), strict=True)
            carried[unit] = sum(cue != "B" and answer == "B" for cue, answer in pairs)
    assert {unit: count for unit, count in carried.items() if count} == {9: 1}


@pytest.mark.parametrize(("lag", "expected"), [(200, (19, 30, 20)), (50, (30, 30, 20))])
def test_one_gate_held_open_helps_and_all_of_them_do_harm(
    lag: int, expected: tuple[int, ...]
) -> None:
    found = runs("gates_held_open", "shown: {lag: 200}", f"shown: {{lag: {lag}}}")
    assert right(found, "lstm", "one_open", "all_open") == expected


def test_noise_is_remembered_where_the_memory_is() -> None:
    counts = {"c": np.zeros(4, int), "h": np.zeros(4, int)}
    for seed in range(3):
        found = runs("noise", "seed 2 at", f"seed {seed} at")
        small = runs("noise", "1 seed 2 at", f"0.3 seed {seed} at")
        for kind in "ch":
            lanes = tuple(f"{kind}_{size}" for size in (1, 3, 10))
            counts[kind] += (*right(small, lanes[0]), *right(found, *lanes))
    assert counts["c"].tolist() == [90, 76, 75, 36]
    assert counts["h"].tolist() == [90, 89, 88, 85]


def test_a_readout_that_guesses_reads_the_state_of_a_later_checkpoint() -> None:
    found = runs("checkpoints")
    assert right(found, "early", "middle", "late") == (5, 19, 30)
    assert right(found, "late_state", "early_state") == (26, 4)
    wrong = [cue for run, cue in zip(found, cues(found), strict=True)
             if not run.answer("late_state", run.length).right]  # fmt: skip
    assert wrong == ["A"] * 4 and cues(found).count("A") == 4
    given = runs("checkpoints", "of: early", "of: middle")
    assert right(given, "late_state") == (30,)
    given = runs("checkpoints", "h swap early", "h swap middle")
    assert right(given, "early_state") == (16,)
