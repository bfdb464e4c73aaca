"""No equation stands before a value that it does not give: show, the inspector and the tape say
what a patch made of values and inputs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from sessions import do
from sessions import run_of as shipped

from rnnstep.cells import CELLS
from rnnstep.export.flow import flow_text, lane_flows
from rnnstep.export.show import show_step
from rnnstep.scenario.forks import with_fork
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import Run, run_scenario
from rnnstep.session.session import Session
from rnnstep.simulate import Patch
from rnnstep.simulate.patched import patches_at
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.inspector import substitutions
from rnnstep.tui.picture import as_text

TEXT = """\
format: 1
title: Patched
input: {recall: {classes: 3, lag: 8, distractors: other, seed: 1}}
models:
  lstm: {title: LSTM, cell: lstm, units: 4, weights: {init: {seed: 2}}}
  it:
    title: it
    fork:
      of: lstm
      patch:
        - c[1] hold at 4..last
        - c[1] add 0.5 at 6
        - c[2,3] clamp -9 9 at 6..last
        - x symbol 'B' at 5
        - x add 0.25 at 7
        - x scale 1 at 8
        - h[1] set 0 at 10
"""
NUMBERS = """\
format: 1
title: Halves
input: {values: {series: [8, 8, 8, 8, 8], target: next, scale: {offset: 2, factor: 3}}}
models: {half: {equations: h = a * x, readout: none, weights: {values: {a: [0.5]}},
  free_running: {from: 2}, patch: [x set 0 at 2, x add 1 at 4]}}
"""
CELL_TEXT = """\
format: 1
title: Any cell
input: {text: {text: abcabcabcabc, target: next}}
models:
  it: {cell: CELL, WEIGHTS}
"""
WEIGHTS = {
    "markov": "weights: {values: {P: [[0.2, 0.5, 0.3], [0.3, 0.2, 0.5], [0.5, 0.3, 0.2]]}}",
    "ar": "weights: {init: {seed: 2}}",
    "full_history": "weights: {init: {seed: 2}}",
}


@cache
def run_of(text: str = TEXT) -> Run:
    return run_scenario(parse_scenario(text, Path("patched.yaml")))


def session(t: int, unit: int = 1, text: str = TEXT, lane: str = "it") -> Session:
    found = Session(run_of(text))
    found.select_lane(lane)
    found.jump(t)
    found.select_unit(unit)
    return found


def lines(s: Session, size: tuple[int, int]) -> list[str]:
    return as_text(Painter("unicode").paint(s, *size)).splitlines()


def shown(t: int, lane: str, unit: int | None = None, text: str = TEXT) -> str:
    return show_step(run_of(text), t, (lane,), unit)


def test_show_gives_the_equations_value_and_then_each_patch() -> None:
    held, added = patches_at(run_of()["it"], "c", 6, 1)
    text = shown(6, "it", 1)
    block = text.partition("    c = f ⊙ cₜ₋₁ + i ⊙ g\n")[2].partition("    o =")[0].splitlines()
    assert block[0].endswith(f" = {held.before:.6g}")
    assert block[-1] == (
        f"      patched: c[1] hold at 4..last → {held.after:.6g};"
        f" c[1] add 0.5 at 6 → {added.after:.6g}"
    )
    assert f"  c{'':6} cell state" in text and "    patched: c[1] hold at 4..last; c[1]" in text
    assert "patched: c[2,3] clamp -9 9 at 6..last → " in shown(6, "it", 2)
    assert shown(6, "it", 2).count(", unchanged") == 1
    # Below the list of all signals, nothing stands of patches of other units, steps and lanes.
    for text in (shown(6, "it", 0), shown(3, "it", 1), shown(6, "lstm", 1)):
        assert "patched" not in text.partition("  unit ")[2]
    assert "patched" not in shown(3, "it", 1) + shown(6, "lstm", 1)


def test_the_page_of_time_travel_shows_what_show_prints() -> None:
    patch = Patch("c", "hold", units=(9,), first=100)
    run = with_fork(shipped("travel/where_it_was_lost"), "lstm", [patch], "held")
    printed = show_step(run, 110, ("held",), 9)
    page = (ROOT / "docs" / "time_travel.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(    c = .*?)```", page, re.DOTALL)
    assert block in printed and "patched: c[9] hold at 100..last → " in block


def test_show_says_what_an_edited_input_is_and_what_stands_on_the_tape() -> None:
    symbols = run_of().scenario.tape.symbols
    text = shown(5, "it")
    assert f"input {symbols[4]}" in text
    assert f"  reads B, patched: x symbol 'B' at 5; the tape has {symbols[4]}\n" in text
    x = run_of()["it"].value("x", 7)
    numbers = ", ".join(f"{value:.4g}" for value in x)
    assert sorted(x)[-2:] == [0.25, 1.25]
    said = f"  reads {numbers}, patched: x add 0.25 at 7; the tape has {symbols[6]}\n"
    assert said in shown(7, "it")
    assert f"  reads {symbols[7]}, patched: x scale 1 at 8, unchanged\n" in shown(8, "it")
    for text in (shown(6, "it"), shown(5, "lstm")):
        assert "reads" not in text


def test_a_lane_that_runs_free_says_which_answer_was_patched() -> None:
    # It halves 2 (8 in the data's units) from its answer of step 2 on; both are patched once.
    assert "  reads 2, patched: x set 0 at 2; the tape has 8\n" in shown(2, "half", text=NUMBERS)
    assert "  reads 2, its own answer of the step before\n" in shown(3, "half", text=NUMBERS)
    said = "  reads 5, patched: x add 1 at 4; its own answer of the step before is 2\n"
    assert said in shown(4, "half", text=NUMBERS)
    s = session(4, 0, NUMBERS, "half")
    (row, _) = substitutions(s)
    assert row.value == "5" and row.patched[0] == "patched: x add 1 at 4; its answer is 2"


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (40, 10)])
def test_the_inspector_says_it_on_every_screen(size: tuple[int, int]) -> None:
    s = session(6)
    s.inspect = True
    held, added = patches_at(run_of()["it"], "c", 6, 1)
    value = f"{added.after:+.3f}"
    rows = lines(s, size)
    start = min(row.find("patched: c[1]") for row in rows if "patched: c[1]" in row)
    text = " ".join(row[start:].strip() for row in rows)
    assert "patched: c[1] hold" in text
    assert any(row.rstrip().endswith(value) for row in rows)
    if size[0] > 40:
        before, after = f"{held.before:.3f}".rstrip("0"), f"{added.after:.3f}".rstrip("0")
        whole = " ".join(rows).replace("-", "−")
        assert f"= {before}".replace("-", "−") in whole
        assert after.replace("-", "−") in re.sub(r"\s+", " ", whole)


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (40, 10)])
@pytest.mark.parametrize(("t", "letter"), [(5, "B"), (7, "□"), (8, "")])
def test_the_tape_and_the_inspector_say_what_an_edited_lane_reads(
    size: tuple[int, int], t: int, letter: str
) -> None:
    symbol = run_of().scenario.tape.symbols[t - 1]
    for lane in ("it", "lstm"):
        s = session(t, lane=lane)
        rows = lines(s, size)
        (tape,) = [row for row in rows[:4] if re.match(r" (input|patched)", row)]
        assert ("patched" in tape) == (lane == "it")
        assert tape.rstrip("·│ ")[-1:] == ((letter or symbol) if lane == "it" else symbol)
        s.inspect = True
        text = "\n".join(lines(s, size))
        assert ("patched: x s" in text or "patched: x a" in text) == (lane == "it")
        if t != 7:
            assert f"x = {(letter or symbol) if lane == 'it' else symbol}" in text


def test_a_patched_signal_is_seen_where_not_all_have_a_line() -> None:
    s = session(10)
    s.inspect = True
    rows = lines(s, (40, 10))
    assert any(row.startswith(" h ") and "patched: h[1] set 0" in row for row in rows)
    s.jump(9)
    assert not any(row.startswith(" h ") for row in lines(s, (40, 10)))


def test_a_patch_with_more_numbers_than_fit_is_told_as_it_acts_on_the_unit() -> None:
    patch = Patch("h", "set", tuple((np.arange(1, 17) / 7.0).tolist()), first=5, last=6)
    s = Session(with_fork(shipped("long_dependency"), "lstm", [patch], "child"))
    s.select_lane("child")
    s.jump(5)
    s.select_unit(4)
    s.inspect = True
    (row,) = [row for row in lines(s, (80, 24)) if row.startswith(" h ")]
    own = f"{patches_at(s.trace, 'h', 5, 4)[0].before:.3f}".replace("-", "−")
    assert f"= {own}; patched: h[4] set {5 / 7!r} at 5..6" in row and row.endswith("+0.714")
    (row,) = [row for row in lines(s, (40, 10)) if row.startswith(" h ")]
    assert "patched: h[4] set" in row


def test_while_a_step_is_gone_through_a_patch_is_said_once_its_equation_is_done() -> None:
    s = do(session(5), *["micro-step"] * 3)
    assert [row.name for row in substitutions(s) if row.patched] == []
    do(s, "micro-step")
    assert [row.name for row in substitutions(s) if row.patched] == ["c"]


@pytest.mark.parametrize("name", CELLS)
def test_of_every_cell_the_patched_signal_is_marked_and_nothing_else(name: str) -> None:
    weights = WEIGHTS.get(name, "units: 3, weights: {init: {seed: 2}}")
    run = run_of(CELL_TEXT.replace("CELL", name).replace("WEIGHTS", weights))
    graph = run.scenario.models["it"].cell.graph
    for signal in ("x", *graph.signals):
        changed = with_fork(run, "it", [Patch(signal, "add", (0.5,), first=6, last=6)], "child")
        s = Session(changed)
        s.select_lane("child")
        for t in (5, 6, 7):
            s.jump(t)
            marked = {row.name: row for row in substitutions(s) if row.patched or row.given}
            assert set(marked) == ({signal} if t == 6 else set())
            text = show_step(changed, t, ("child",), 0)
            said = set(re.findall("patched: (.*?)(?: →.*|;.*)?$", text, re.MULTILINE))
            assert said == ({f"{signal} add 0.5 at 6"} if t == 6 else set())
        text = show_step(changed, 6, ("child",), 0)
        for equation in graph.equations:
            said = re.search(rf"^    {equation.name} = .*\n +=.* = (\S+)$", text, re.MULTILINE)
            if said is None:
                continue
            changes = patches_at(changed["child"], equation.name, 6, 0)
            value = changes[0].before if changes else changed["child"].value(equation.name, 6)[0]
            assert float(said[1]) == pytest.approx(value, rel=1e-5)


def test_flow_labels_a_step_with_what_that_lane_read() -> None:
    run = run_of()
    heads = {}
    for lane in ("lstm", "it"):
        text = flow_text(run, 10, lane_flows(run, 10, lanes=(lane,)))
        heads[lane] = re.search(r"^ +5 (\S+)", text, re.MULTILINE)
    assert heads["it"] and heads["it"][1] == "B"
    assert heads["lstm"] and heads["lstm"][1] == run.scenario.tape.symbols[4]
