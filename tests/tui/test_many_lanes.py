"""Nine models and their forks, as many lanes as there can be: all are reached, shown and hidden."""

from __future__ import annotations

import pytest
from sessions import do, press, session

from rnnstep.scenario.forks import MAX_LANES
from rnnstep.session.completion import complete_prompt
from rnnstep.session.lanes import KEYED_LANES
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.panels.marks import header_mark, lane_mark
from rnnstep.tui.picture import as_text

FORKS = ("lstm.f[3] set 0 at 60..70", "gru.h set 0 at 80", "ar2.x set 3 at 70")


def full() -> Session:
    s = do(session("real/nile"), ":85", *(f":patch {text}" for text in FORKS))
    assert len(s.lanes) == MAX_LANES
    return s


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40), (200, 60)])
def test_tab_reaches_every_lane_and_its_header_is_on_the_screen(size: tuple[int, int]) -> None:
    s = full()
    for _ in s.lanes:
        do(s, "next-lane")
        title = str(s.run.scenario.models[s.active].title)
        rows = as_text(Painter("unicode").paint(s, *size)).splitlines()
        here = [row for row in rows if row.startswith(">")]
        assert len(here) == 1 and here[0][3:].startswith(title.split(",")[0][:8]), here
    assert s.active == "ar2_2"


def test_headers_have_the_digits_that_keys_have_and_no_others() -> None:
    s = full()
    rows = as_text(Painter("ascii").paint(s, 120, 60)).splitlines()
    for number, lane in enumerate(s.lanes, 1):
        title = str(s.run.scenario.models[lane].title)
        digit = str(number) if number <= KEYED_LANES else " "
        begins = f"{digit} {title.split(',')[0]}"
        assert any(row[1:].startswith(begins) for row in rows), (number, title)


@pytest.mark.parametrize("plain", [False, True])
def test_every_lane_has_its_own_glyph(plain: bool) -> None:
    s = full()
    assert len({lane_mark(s, lane, plain)[0] for lane in s.lanes}) == MAX_LANES
    glyphs = "ascii" if plain else "blocks"
    for number, lane in enumerate(s.lanes, 1):
        expected = "" if plain and number <= KEYED_LANES else lane_mark(s, lane, plain)[0]
        assert header_mark(s, lane, glyphs)[0] == expected


def test_any_lane_is_hidden_and_shown_by_its_name() -> None:
    s = do(full(), ":hide gru_2")
    assert "gru_2" not in s.shown and s.active == "ar2_2"
    assert "gru_2" in do(s, ":hide gru_2").shown
    do(s, ":hide gru_2", ":select gru_2")
    assert s.active == "gru_2" and "gru_2" in s.shown
    assert "did you mean 'gru_2'" in do(s, ":hide gru_3").message
    s.prompt = "hide gru_"
    complete_prompt(s)
    assert s.prompt == "hide gru_2"
    do(s, *(f":hide {lane}" for lane in s.lanes))
    assert len(s.shown) == 1 and s.message == "one lane stays on the screen"


def test_where_there_is_no_room_the_advice_can_be_followed() -> None:
    s = do(full(), ":patch rnn.h set 0 at 90")
    assert "12 lanes, as many as there can be; drop a fork first (D in the app)" in s.message
    assert s.message.endswith(": ar2_2, lstm_2, gru_2")
    press(s, "escape D")
    do(s, ":patch rnn.h set 0 at 90")
    assert s.active == "rnn_2"
