"""The first rungs on the screen: the window on the tape, the table in use, cost, free running."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnstep.cells.chain import stationary
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.tape import window_of
from rnnstep.tui.palette import REVERSE, index

LETTERS = """\
format: 1
title: Letters
input: {text: {text: abcabcabacab, target: next}}
models:
  chain:
    cell: markov
    weights: {values: {P: [[0.2, 0.1, 0.8], [0.7, 0.1, 0.1], [0.1, 0.8, 0.1]]}}
  ar3:
    cell: ar
    options: {order: 3}
    weights: {init: {seed: 1}}
  all:
    cell: full_history
    weights: {init: {seed: 1}}
  free:
    cell: markov
    weights: {values: {P: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}}
    free_running: {from: 5}
  rnn:
    cell: rnn
    units: 2
    weights: {init: {seed: 1}}
"""


def letters(lane: str, t: int) -> Session:
    session = Session(run_scenario(parse_scenario(LETTERS, Path("letters.yaml"))))
    session.select_lane(lane)
    session.jump(t)
    return session


@pytest.mark.parametrize(
    ("lane", "seen", "label"),
    [("chain", range(8, 9), "reads last 1"), ("ar3", range(6, 9), "reads last 3"),
     ("all", range(1, 9), "reads all"), ("rnn", range(0), "input ")],
)  # fmt: skip
@pytest.mark.parametrize("glyphs", ["blocks", "unicode"])
def test_the_window_that_a_lane_reads_is_marked_on_the_tape(
    lane: str, seen: range, label: str, glyphs: str
) -> None:
    session = letters(lane, 8)
    assert window_of(session) == seen
    painter = Painter(glyphs)
    frame = painter.paint(session, 120, 40)
    layout = painter.layout
    assert layout is not None and label in frame.line(layout.tape)
    for step in range(1, 8):
        style = int(frame.styles[layout.tape, layout.column(step)])
        assert (style >> 8 & 255 == index("active")) == (step in seen)
        assert bool(style & REVERSE) == (step in seen and glyphs != "blocks")


def test_the_table_in_use_is_shown_with_its_long_run() -> None:
    session = letters("chain", 8)  # reads b
    painter = Painter()
    frame = painter.paint(session, 120, 40)
    text = [frame.line(row) for row in range(40)]
    assert any("P: what follows the last symbol" in line for line in text)
    row = next(line for line in text if "▸b" in line)
    assert ".100 .100 .800" in row
    long_run = next(line for line in text if "long run" in line)
    shares = stationary(session.trace.lane.params["P"])
    assert shares is not None
    for share in shares:
        assert f"{share:.3f}"[1:] in long_run


def test_the_cost_of_a_step_grows_with_the_history() -> None:
    found = []
    for t in (4, 8):
        session = letters("all", t)
        frame = Painter().paint(session, 120, 40)
        cost = session.run.cost("all", t)
        assert cost is not None
        found.append(cost.multiply_adds)
        side = " ".join(frame.line(row)[76:].strip() for row in range(40))
        assert f"step {t} reads {cost.parameters:,} of" in side
        assert f"{cost.multiply_adds:,} multiply-adds" in side
    assert found[1] > found[0]


def test_a_lane_that_runs_free_shows_what_it_reads_and_from_where() -> None:
    session = letters("free", 8)
    painter = Painter()
    frame = painter.paint(session, 120, 40)
    layout = painter.layout
    assert layout is not None
    tape = [str(frame.chars[layout.tape, layout.column(s) + layout.columns // 2])
            for s in range(1, 9)]  # fmt: skip
    assert "".join(tape) == "abcab" + "bbb"
    middle = layout.column(6) + layout.columns // 2
    assert frame.styles[layout.tape, middle] >> 16 == index("state")
    assert "its answers" in frame.line(layout.tape)
    box = next(box for box in layout.lanes if box.name == "free")
    assert "from step 5" in frame.line(box.top)
    session.select_lane("rnn")
    frame = painter.paint(session, 120, 40)
    tape = [str(frame.chars[layout.tape, layout.column(s) + layout.columns // 2])
            for s in range(1, 9)]  # fmt: skip
    assert "".join(tape) == "abcabcab"
