"""Forks, differences and hits as they are painted."""

from __future__ import annotations

import numpy as np
import sessions
from sessions import do

from rnnstep.session.commands import perform, submit_prompt
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.tui.frame import Frame
from rnnstep.tui.paint import Painter
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
