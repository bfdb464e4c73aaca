"""Panels are opened by key and by name, one at a time, and go from one aspect to the next."""

from __future__ import annotations

from sessions import do, session

from rnnstep.session.commands import submit_prompt
from rnnstep.session.panels import PANELS, aspect, aspects
from rnnstep.tui.paint.panels import PAINTERS


def test_every_panel_has_a_painter_and_a_command() -> None:
    from rnnstep.session.commands import COMMANDS

    assert list(PAINTERS) == list(PANELS)
    assert {*PANELS, "none"} <= set(COMMANDS)


def test_view_goes_round_and_back() -> None:
    s = session()
    seen = []
    for _ in PANELS:
        do(s, "view")
        seen.append(s.panel)
    assert seen == [*(name for name in PANELS if name != "forks"), ""], "nothing is patched"
    do(s, "view-back")
    assert s.panel == list(PANELS)[-1]


def test_a_panel_opens_by_name_and_escape_closes_it_last() -> None:
    s = do(session(), "zoom")
    s.prompt = "unit"
    submit_prompt(s, None)  # type: ignore[arg-type]
    assert s.panel == "unit"
    do(s, "out")
    assert s.panel == "unit" and not s.zoom
    do(s, "out")
    assert s.panel == ""
    do(s, "unit", "none")
    assert s.panel == ""


def test_aspects_go_round_and_belong_to_the_active_lane() -> None:
    s = do(session(), "next-lane", "unit")
    assert s.active == "lstm" and aspects(s)[0] == aspect(s) == "c"
    do(s, "aspect")
    assert aspect(s) == "h"
    do(s, "aspect-back", "aspect-back")
    assert aspect(s) == aspects(s)[-1]
    s = do(session(), "aspect")
    assert "no panel is open" in s.message
