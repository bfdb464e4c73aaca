"""The selected value: walking to it, naming it, and what the keys do with it."""

from __future__ import annotations

import pytest
from test_line import press, session

from rnnstep.session.keymap import build_keymap
from rnnstep.session.panels import aspect
from rnnstep.session.replay import replay
from rnnstep.session.selection import selected, signal_order
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text


def test_a_key_walks_the_signals_of_the_lane_in_the_order_of_their_maps() -> None:
    s = session("tab")
    seen = []
    for _ in range(7):
        seen.append(str(selected(s)))
        press(s, "J")
    order = signal_order(s.cell("lstm"))
    assert order[:3] == ("c", "h", "f") and order[-2:] == ("logits", "y")
    assert seen == [f"lstm.{name}[0]" for name in order[:7]]
    press(s, "K K shift+down")
    assert s.message.startswith(str(selected(s)))


def test_a_readout_is_walked_over_where_it_has_no_such_unit() -> None:
    s = session("tab : 5 enter j j j j j J J J J J J")
    assert str(selected(s)) == "lstm.c[5]"
    s = session("tab K")
    assert str(selected(s)) == "lstm.y[0]"
    press(s, "j j j j j j")
    assert str(selected(s)) == "lstm.y[3]"


def test_every_lane_keeps_what_was_selected_in_it() -> None:
    s = session("tab J J j tab J")
    assert str(selected(s)) == "gru.z[0]"
    press(s, "shift+tab")
    assert str(selected(s)) == "lstm.f[1]"


@pytest.mark.parametrize(("typed", "found"), [
    ("lstm.f[3]", "lstm.f[3]"), ("gru.z", "gru.z[0]"), ("h[2]", "rnn.h[2]"), ("gru", "gru.h[0]"),
    ("lstm.y[2]", "lstm.y[2]"),
])  # fmt: skip
def test_a_value_is_selected_by_name(typed: str, found: str) -> None:
    s = session(f": select space {typed} enter")
    assert str(selected(s)) == found and s.message.startswith(found)


@pytest.mark.parametrize(("typed", "said"), [
    ("lstm.f[16]", "no unit 16 to select; it has 0 to 15"), ("lstm.q", "lstm has no signal 'q'"),
    ("lstn.f", "did you mean 'lstm'"), ("3", "no signal '3'"), ("f[", "form lstm.f[3]"),
    ("lstm.y[4]", "0 to 3"),
])  # fmt: skip
def test_what_cannot_be_selected_is_said(typed: str, said: str) -> None:
    s = session(f": select space {typed} enter")
    assert said in s.message and str(selected(s)) == "rnn.h[0]"


def test_patches_changes_expectations_and_the_panel_are_about_the_selected_value() -> None:
    s = session(": select space lstm.f[3] enter : 10 enter")
    assert press(s, "e") == "patch lstm.f[3] set "
    press(s, "escape : threshold space 0.0001 enter W")
    assert " changed lstm.f[3]: " in s.message
    assert (press(s, ": expect enter") or "").startswith("expect abs(at(lstm.f[3], ")
    press(s, "escape : unit enter")
    assert aspect(s) == "f"
    press(s, "a")
    assert str(selected(s)) == f"lstm.{aspect(s)}[3]" != "lstm.f[3]"


def test_a_fork_is_made_with_one_key_and_a_number_and_goes_on_about_the_same_value() -> None:
    s = session(": select space lstm.f[3] enter e 0 enter")
    assert s.active == "lstm_2" and (s.run["lstm_2"].rows("f", 1, 53)[:, 3] == 0).all()
    assert str(selected(s)) == "lstm_2.f[3]" and press(s, "e") == "patch lstm_2.f[3] set "
    s = session(": select space lstm.h[7] enter : patch space o[2] space scale space 0.5 enter")
    assert str(selected(s)) == "lstm_2.o[2]"


def test_the_unit_that_does_not_work_is_selected_with_its_signal() -> None:
    s = session("tab x")
    finding = s.travel.finding
    assert finding is not None
    assert str(selected(s)) == f"lstm.{finding.signal}[{finding.unit}]"


def test_the_trail_leads_back_to_the_selected_signal() -> None:
    s = session(": select space lstm.f[3] enter : 10 enter : select space gru enter : 20 enter")
    places = []
    for _ in range(3):
        press(s, "backspace")
        places.append((s.t, str(selected(s))))
    assert places == [(10, "gru.h[0]"), (10, "lstm.f[3]"), (0, "lstm.f[3]")]


@pytest.mark.parametrize(("glyphs", "mark"), [("unicode", "▸f"), ("ascii", ">f"), ("blocks", "▸f")])
def test_the_selected_signal_is_marked_in_its_map_at_every_size(glyphs: str, mark: str) -> None:
    s = session("tab J J")
    for size in ((80, 24), (120, 40), (200, 60)):
        rows = as_text(Painter(glyphs).paint(s, *size)).splitlines()
        assert sum(row.startswith(mark) for row in rows) == 1


def test_undo_selects_the_parent_and_redo_the_fork_again() -> None:
    s = session(": select space lstm.f[3] enter e 0 enter")
    press(s, "u")
    assert s.active == "lstm" and str(selected(s)) == "lstm.f[3]" and "lstm_2 is gone" in s.message
    press(s, "ctrl+r")
    assert str(selected(s)) == "lstm_2.f[3]" and "lstm_2 is back" in s.message
    press(s, "tab u")
    assert s.active == "gru"


def test_undo_of_a_drop_selects_what_comes_back_and_a_drop_selects_the_parent() -> None:
    s = session(": select space lstm.f[3] enter e 0 enter e 1 enter")
    assert s.active == "lstm_2_2"
    press(s, ": select space lstm_2 enter D")
    assert s.active == "lstm" and "lstm_2" not in s.lanes
    press(s, "u")
    assert s.active == "lstm_2" and "lstm_2, lstm_2_2 are back; ctrl+r drops" in s.message
    press(s, "ctrl+r")
    assert s.active == "lstm"


def test_a_search_without_a_hit_says_where_there_are_some() -> None:
    s = session("/ t==5 enter G n")
    assert s.message == "no hit after step 52; N goes to step 5: t==5"
    s = session("b t==5 enter : 9 enter c")
    assert s.message == "no hit after step 9; C goes to step 5: t==5"
    press(s, "C")
    assert s.t == 5
    press(s, "C")
    assert s.message == "no hit but this step: t==5"
    s = session("/ t==99 enter")
    assert s.message == "no hit at any step: t==99"
    press(s, "b t==5 enter : 3 enter C")
    assert s.message == "no hit before step 3; c goes to step 5: t==5"


def test_a_place_as_a_command_and_a_saved_view_carry_the_selected_signal() -> None:
    s = session(": select space lstm.f[3] enter : 10 enter")
    assert "--signal f" in s.command_line()
    host = replay(s, build_keymap(), "Y")
    assert "--signal f" in host.copied[0]
