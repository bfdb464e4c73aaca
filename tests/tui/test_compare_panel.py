"""Differences and the panel of comparison as they are painted: what is beside what, and how."""

from __future__ import annotations

import numpy as np
import pytest
import sessions
from sessions import do

from rnnstep.session.comparing import summary
from rnnstep.session.session import Session
from rnnstep.tui.frame import Frame
from rnnstep.tui.layout import Layout
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.maps import Maps, difference_scale
from rnnstep.tui.paint.timeline import timeline_column
from rnnstep.tui.picture import as_text


def painted(
    *commands: str, lane: str = "lstm", glyphs: str = "unicode", size: tuple[int, int] = (190, 44)
) -> tuple[Session, Frame, Layout]:
    s = sessions.session()
    s.select_lane(lane)
    do(s, *commands)
    s.message = ""
    painter = Painter(glyphs)
    frame = painter.paint(s, *size)
    assert painter.layout is not None
    return s, frame, painter.layout


def header(frame: Frame, layout: Layout, lane: str) -> str:
    return frame.line(next(box.top for box in layout.lanes if box.name == lane))


PATCH = ":patch lstm.f[3] set 0 at 10"


def test_the_parent_is_named_as_the_reference_and_unlike_lanes_say_so() -> None:
    _, frame, layout = painted(PATCH, ":40", "diff")
    assert "values: lstm_2 compared with it" in header(frame, layout, "lstm")
    assert "Δ: difference from lstm" in header(frame, layout, "lstm_2")
    assert "unlike lstm: values, same answer" in header(frame, layout, "gru")
    shown = {box.name: frame.line(box.bands[0].top)[1] for box in layout.lanes}
    assert shown["lstm_2"] == "Δ" and "Δ" not in {shown["lstm"], shown["gru"], shown["rnn"]}


@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
def test_steps_with_nothing_beside_them_are_hatched(glyphs: str) -> None:
    s, frame, layout = painted(":align cue:10", ":50", glyphs=glyphs)
    last = s.run.length - s.beside.shift
    image = Maps().image(s.trace, "c", 8, 2, (1, 52), glyphs, s.trace, s.beside.shift)
    hatch = "/" if glyphs == "ascii" else "╱"
    assert (image.chars[:, 2 * last :] == hatch).all() and not (
        image.chars[:, : 2 * last] == hatch
    ).any()
    assert "at t+9" in header(frame, layout, "lstm")
    box = next(box for box in layout.lanes if box.name == "lstm")
    value = frame.line(box.bands[0].top)[: layout.left].split()[-1]
    assert value == ("-" if glyphs == "ascii" else "–")


def test_a_lane_beside_itself_shows_how_it_differs_at_the_other_step() -> None:
    s, frame, layout = painted(":align 10:12", ":30")
    trace = s.trace
    box = next(box for box in layout.lanes if box.name == "lstm")
    value = float(frame.line(box.bands[0].top)[: layout.left].split()[-1])
    assert value == pytest.approx(trace.value("c", 30)[0] - trace.value("c", 32)[0], abs=6e-4)
    largest = np.abs(trace.rows("c", 1, 51) - trace.rows("c", 3, 53)).max()
    assert largest <= difference_scale(trace, trace, "c", 2) <= 3 * largest
    assert frame.line(layout.timeline)[timeline_column(layout, 32, 52)] == "Δ"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("glyphs", ["blocks", "ascii"])
def test_the_panel_says_what_is_beside_what(glyphs: str, size: tuple[int, int]) -> None:
    s, frame, layout = painted(PATCH, ":40", "compare", glyphs=glyphs, size=size, lane="lstm")
    assert layout.panel is not None
    assert s.active == "lstm_2" and "lstm_2 beside lstm" in frame.line(layout.panel.top)
    found = summary(s)
    assert found is not None and found.divergence is not None and found.divergence.step == 10
    rows = [frame.line(row) for row in
            range(layout.panel.top + 1, layout.panel.top + layout.panel.height)]  # fmt: skip
    inside = slice(layout.left, layout.left + layout.map_width)
    answers = rows[0][inside][: 40 * layout.columns]
    assert answers.count("=") + answers.count("x" if glyphs == "ascii" else "≠") == 40
    c = next(row for row in rows if row[1:3] == "c ")
    same = "." if glyphs == "ascii" else "·"
    steps = c[inside][layout.columns // 2 :: layout.columns]
    assert set(steps[:9]) == {same} and set(steps[9:40]).isdisjoint({same, " "})
    assert set(steps[40:]) == {" "}


def test_the_panel_shows_the_gradient_flow_of_both_where_they_stand() -> None:
    s, frame, layout = painted(PATCH, ":align 30:40", ":35", "compare")
    assert layout.panel is not None
    text = as_text(frame).splitlines()
    rows = [row for row in text if " flow lstm" in row]
    for row, (lane, step) in zip(rows, [("lstm_2", 35), ("lstm", 45)], strict=True):
        assert s.run.flow(lane).verdict(step, "c").text in row
    assert any("input at t+10" in row for row in text)
    _, frame, _ = painted(":align 1:50", ":40", "compare", lane="gru")
    assert "nothing stands beside this step" in as_text(frame)


def test_unlike_lanes_are_beside_each_other_by_norms() -> None:
    _, frame, layout = painted(":40", "compare", lane="gru")
    assert layout.panel is not None
    assert "unlike: by norms" in frame.line(layout.panel.top) and "‖a‖−‖b‖" in as_text(frame)
