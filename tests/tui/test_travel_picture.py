"""Forks, differences and hits as they are painted."""

from __future__ import annotations

from threading import Event

import numpy as np
import sessions
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do

from rnnstep.session.commands import perform, submit_prompt
from rnnstep.session.marking import hits_of
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.tui.frame import Frame
from rnnstep.tui.layout import make_layout
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.chrome import hit_columns, timeline_column
from rnnstep.tui.paint.maps import Maps, difference_scale
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
    assert "2 LSTM ·" in heads[0] and "3 LSTM, patched · lstm from step 10: f[3] set 0" in heads[1]


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
    hits = hits_of(s)
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
