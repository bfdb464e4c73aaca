"""The panels of gradient flow, contributions and scores show what the core computes, in place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sessions import session
from test_rungs_on_screen import letters

from rnnstep.equations.parts import memory_of
from rnnstep.gradient import contributions, flow_of
from rnnstep.session.flows import flow_aspects, flow_map, lane_flow, state_for
from rnnstep.session.panels import aspects
from rnnstep.session.session import Session
from rnnstep.tui.frame import Frame
from rnnstep.tui.layout import Layout
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.panels.curves import LIMIT, make_axis
from rnnstep.tui.paint.panels.flow import _steps
from rnnstep.tui.paint.panels.marks import lane_mark
from rnnstep.tui.paint.panels.scores import _full
from rnnstep.tui.paint.text import number
from rnnstep.tui.palette import index


def opened(
    panel: str, t: int, lane: str = "lstm", glyphs: str = "blocks",
    size: tuple[int, int] = (120, 40),
) -> tuple[Session, Frame, Layout]:
    s = session()
    s.select_lane(lane)
    s.jump(t)
    s.panel = panel
    painter = Painter(glyphs)
    frame = painter.paint(s, *size)
    assert painter.layout is not None and painter.layout.panel is not None
    return s, frame, painter.layout


def body(frame: Frame, layout: Layout) -> np.ndarray:
    assert layout.panel is not None
    box = layout.panel
    return frame.chars[box.top + 1 : box.top + box.height, : box.width]


@pytest.mark.parametrize("rows", [3, 7, 13])
@pytest.mark.parametrize("low", [0.0, -0.3, -2.0, -11.0, -40.0])
@pytest.mark.parametrize("high", [0.0, 0.4, 5.0, 30.0])
def test_the_axis_holds_1_and_every_value(low: float, high: float, rows: int) -> None:
    axis = make_axis(np.array([low, high, 0.0, -np.inf, np.nan]), rows)
    assert (axis.zero == (rows > 3) and axis.label(rows - 1) == "0") or rows == 3
    assert axis.label(axis.one) == "1" and 0 <= axis.one < rows
    assert axis.row(0.0) == axis.one
    for value in (low, high):
        row = axis.row(value)
        assert 0 <= row < rows
        if abs(value) <= LIMIT:
            assert abs((axis.one - row) * axis.step - value) <= axis.step
    assert axis.row(-np.inf) == rows - 1
    for row in range(rows - axis.zero):
        text, wanted = axis.label(row), (axis.one - row) * axis.step
        assert abs(math.log10(float(text)) - wanted) < 0.06  # One digit.
        assert text == number(float(text)).lstrip("+") or abs(wanted) < 4
        assert len(text) <= 6


def test_a_lane_keeps_its_memory_where_a_and_b_make_it() -> None:
    s = session()
    assert [memory_of(s.cell(lane).graph) for lane in s.lanes] == ["h", "c", "h", "h"]
    s.select_lane("lstm")
    assert flow_aspects(s)[:2] == ("memory", "all") and set(flow_aspects(s)) >= {"c", "h"}
    assert state_for(s, "gru", "c") == "" and state_for(s, "gru", "memory") == "h"


@pytest.mark.parametrize("glyphs", ["blocks", "ascii"])
def test_the_flow_panel_draws_each_lane_where_its_norm_stands(glyphs: str) -> None:
    s, frame, layout = opened("flow", 52, glyphs=glyphs)
    found = body(frame, layout)
    flows = {name: lane_flow(s, name, "memory", 1) for name in s.lanes}
    axis = make_axis(np.concatenate([f.total for f in flows.values() if f]), len(found))
    for name, flow in flows.items():
        assert flow is not None
        mark, colour = lane_mark(s, name, glyphs == "ascii")
        exact = flow_of(s.run.traces[name]).reach(52, flow.state, 1).log10
        np.testing.assert_array_equal(flow.total, exact)
        for step in range(1, 53):
            row = axis.row(float(flow.total[step - 1]))
            same = [f for f in flows.values() if f and axis.row(float(f.total[step - 1])) == row]
            if len(same) == 1:
                column = layout.column(step) + layout.columns // 2
                assert found[row, column] == mark
                box = layout.panel
                assert box is not None
                assert frame.styles[box.top + 1 + row, column] >> 16 == index(colour)
        header = frame.line(next(b.top for b in layout.lanes if b.name == name))
        assert (f" {mark} " in header or header[1] == mark) and flow.verdict.kind in header


def test_lanes_that_meet_take_turns_along_the_tape() -> None:
    _, frame, layout = opened("flow", 52)
    row = next(line for line in body(frame, layout) if sum(c in "■◆" for c in line.tolist()) > 20)
    assert min(row.tolist().count(mark) for mark in "■◆") > 10


def test_marks_are_apart_without_colour_and_in_ascii() -> None:
    s = session()
    for plain in (False, True):
        marks = [lane_mark(s, lane, plain)[0] for lane in s.lanes]
        assert len(set(marks)) == len(marks)
    assert [lane_mark(s, lane, True)[0] for lane in s.lanes] == ["1", "2", "3", "4"]


def test_a_lane_without_the_state_says_so_and_draws_nothing() -> None:
    s = session()
    s.select_lane("lstm")
    s.jump(40)
    s.panel = "flow"
    s.aspect = aspects(s).index("c")
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None
    header = frame.line(next(b.top for b in layout.lanes if b.name == "gru"))
    assert "has no c" in header
    assert not {"●", "■", "◆"} & set(body(frame, layout).ravel().tolist())


@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
def test_the_map_is_lower_triangular_in_line_with_the_tape_and_hides_the_future(
    glyphs: str,
) -> None:
    _, frame, layout = opened("flow-map", 40, "rnn", glyphs)
    box = layout.panel
    assert box is not None
    area = np.s_[box.top + 1 : box.top + box.height, layout.left : layout.left + layout.map_width]
    # The legend stands above the diagonal, in its own colour.
    drawn = (frame.chars[area] != " ") & (frame.styles[area] >> 16 != index("dim"))
    last = [int(np.flatnonzero(row).max(initial=-1)) for row in drawn]
    assert last == sorted(last[: last.index(max(last)) + 1]) + [-1] * last.count(-1)
    assert max(last) == 39
    mark = ">40" if glyphs == "ascii" else "▸40"
    assert any(mark in "".join(row.tolist()) for row in body(frame, layout))


def test_the_map_of_a_long_run_takes_steps_evenly_apart() -> None:
    s = session("sunspots")
    found = flow_map(s, "h", 1, 309)
    assert found is not None and len(found.steps) == 160
    assert found.steps[0] == 1 and found.steps[-1] == 309
    assert np.isnan(found.log10[np.triu_indices(160, 1)]).all()
    for place in (10, 159):
        reach = flow_of(s.trace).reach(int(found.steps[place]), "h").log10
        np.testing.assert_allclose(
            found.log10[place, : place + 1], reach[found.steps[: place + 1]], atol=1e-9
        )


@pytest.mark.parametrize(("lane", "exact"), [("lstm", True), ("gru", True), ("rnn", False)])
def test_the_contributions_panel_says_what_they_sum_to(lane: str, exact: bool) -> None:
    s, frame, layout = opened("contributions", 40, lane, size=(200, 60))
    name = memory_of(s.cell(lane).graph)
    found = contributions(s.trace, 40, name, 0)
    assert layout.panel is not None
    header = frame.line(layout.panel.top)
    assert f"{name}[0] = {found.total:+.3f}" in header
    if exact:
        assert "exact sum" in header
        assert math.isclose(found.values.sum(), found.total, abs_tol=1e-9)
    else:
        assert "linearised (gradient × input)" in header
        assert f"sum {found.values.sum():+.3f}" in header
    drawn = (body(frame, layout) != " ").any(axis=0)
    steps = [drawn[layout.column(step)] for step in range(1, 53)]
    assert all(steps[:40]) and not any(steps[40:])


def test_the_scores_panel_has_each_lane_and_the_naive_forecast() -> None:
    s = session("sunspots")
    s.jump(250)
    s.panel = "scores"
    painter = Painter()
    frame = painter.paint(s, 200, 60)
    layout = painter.layout
    assert layout is not None and layout.panel is not None
    lines = ["".join(row.tolist()) for row in body(frame, layout)]
    assert len(lines) == 4
    rows = s.run.scores(250)
    for row in rows:
        line = next(text for text in lines if f" {row.lane} " in text)
        assert f"{row.mean:.3g}" in line
    header = frame.line(layout.lanes[0].top)
    assert f"loss {rows[0].loss:.3g}, mean {rows[0].mean:.3g}" in header


def test_a_window_is_blind_before_it_and_a_lane_without_state_carries_nothing() -> None:
    s = letters("ar3", 8)
    s.panel = "flow"
    painter = Painter()
    for name, word in (("memory", "no state: nothing flows"), ("input", "0 from 3 steps back")):
        s.aspect = aspects(s).index(name)
        frame = painter.paint(s, 200, 60)
        layout = painter.layout
        assert layout is not None
        box = next(box for box in layout.lanes if box.name == "ar3")
        assert word in frame.line(box.top)
    flow = lane_flow(s, "ar3", "input", 1)
    assert flow is not None
    assert (flow.total[:5] == -np.inf).all() and np.isfinite(flow.total[5:]).all()
    zeros = body(frame, layout)[-1]
    assert [zeros[layout.column(step) + layout.columns // 2] for step in (1, 4)] == ["0", "0"]


@pytest.mark.parametrize("panel", ["flow", "flow-map", "contributions"])
def test_what_takes_long_says_that_it_is_computed_and_escape_gives_it_up(panel: str) -> None:
    from threading import Event

    from rnnstep.session.commands import perform

    s = session()
    s.select_lane("lstm")
    s.jump(40)
    s.panel = panel
    told, go = Event(), Event()
    s.analysis.in_background(0.0, told.set)
    # The one thread is busy, so nothing can be answered at once.
    s.analysis.ask("busy", lambda check: go.wait(20))
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    assert painter.layout is not None and painter.layout.panel is not None
    assert any("computing … esc gives up" in frame.line(row) for row in range(40))
    perform(s, None, "out")  # type: ignore[arg-type]
    assert s.panel == "" and panel in s.message and not s.analysis.waiting
    perform(s, None, panel)  # type: ignore[arg-type]
    go.set()
    for _ in range(2000):
        frame = painter.paint(s, 120, 40)
        if not s.analysis.waiting:
            break
        told.wait(0.01)
    text = "\n".join(frame.line(row) for row in range(40))
    assert "computing" not in text


def test_while_the_next_step_is_computed_the_last_one_stays_and_says_so() -> None:
    from threading import Event

    s = session()
    s.select_lane("lstm")
    s.jump(40)
    s.panel = "flow"
    painter = Painter()
    before = painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None and layout.panel is not None
    go = Event()
    s.analysis.in_background(0.0, lambda: None)
    s.analysis.ask("busy", lambda check: go.wait(20))
    s.jump(41)
    frame = painter.paint(s, 120, 40)
    assert "computing … still step 40" in frame.line(layout.panel.top)
    assert (body(frame, layout) == body(before, layout)).all()
    # Another aspect is another question: nothing stale stands in for it.
    s.aspect = 1
    frame = painter.paint(s, 120, 40)
    assert "still" not in frame.line(layout.panel.top)
    assert not set("●▲■◆") & set(body(frame, layout).ravel().tolist())
    go.set()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_every_lane_says_every_how_many_steps_its_gradient_changes(size: tuple[int, int]) -> None:
    s, frame, layout = opened("flow", 52, size=size)
    for box in layout.lanes:
        flow, header = lane_flow(s, box.name, "memory", 1), frame.line(box.top)
        assert flow is not None
        if flow.verdict.half_life:
            assert f"2 every {_steps(flow.verdict.half_life)}" in header
        assert flow.verdict.kind in header and "says" in header
        assert (f"+{box.left_out}" in header) == bool(box.left_out)
        assert size[0] < 200 or f"gradient of {flow.state} {flow.verdict.kind}" in header


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize(
    ("panel", "t"), [("flow", 52), ("contributions", 52), ("health", 52), ("unit", 52)]
)
def test_what_a_panel_says_of_itself_is_not_cut(panel: str, t: int, size: tuple[int, int]) -> None:
    _, frame, layout = opened(panel, t, size=size)
    assert layout.panel is not None
    assert "…" not in frame.line(layout.panel.top)[: layout.panel.width]


def test_a_number_of_steps_has_two_digits_and_the_right_number() -> None:
    assert [_steps(n) for n in (1.0, 1.17, 12.3, 1234.5, 3.2e7)] == [
        "step", "1.2 steps", "12 steps", "1,234 steps", "3e7 steps"
    ]  # fmt: skip


def test_a_lane_that_is_lost_does_not_flatten_the_bars_of_the_others() -> None:
    naive, lane, lost = np.full(9, 4.0), np.full(9, 2.0), np.full(9, 1e9)
    assert _full([lane, lost, naive], naive) == 10.0
    # Without a naive forecast the largest loss is full, and a small one is seen to be small.
    assert _full([lane, lost], np.zeros(0)) == 1e9
