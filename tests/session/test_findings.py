"""Health in a session: units that do not work, one by one, at the steps that show it."""

from __future__ import annotations

from threading import Event

import pytest
import sessions
from sessions import do

from rnnstep.session.commands import submit_prompt
from rnnstep.session.findings import lane_findings
from rnnstep.session.pending import resume, settle
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.simulate.health import health
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text


def session() -> Session:
    s = sessions.session()
    s.select_lane("lstm")
    return s


def test_next_finding_goes_through_all_of_them_and_round() -> None:
    s = session()
    found = health(s.run["lstm"])
    assert len(found) > 2
    for finding in (*found, found[0]):
        do(s, "next-finding")
        assert (s.t, s.units["lstm"]) == (finding.step, finding.unit)
        assert f"lstm.{finding.signal}[{finding.unit}] is {finding.verdict}" in s.message
        assert s.message.endswith(finding.why)
    do(s, "previous-finding")
    assert s.units["lstm"] == found[-1].unit


def test_the_last_finding_comes_first_backwards_and_the_trail_leads_back() -> None:
    s = do(session(), "last", "previous-finding")
    last = health(s.run["lstm"])[-1]
    assert (s.t, s.units["lstm"]) == (last.step, last.unit)
    assert do(s, "trail-back").t == 52


def test_a_lane_without_findings_says_so() -> None:
    s = session()
    s.select_lane("rnn")
    assert do(s, "next-finding").message == "every unit of rnn works" and s.t == 0


def test_panel_and_command_give_the_same_answer_computed_once() -> None:
    s = session()
    found = lane_findings(s)
    do(s, "next-finding")
    assert s.travel.jobs.known(("health", s.trace)) == (found,)
    assert lane_findings(s) == found


def test_the_panel_asks_in_a_thread_and_says_that_it_is_computing() -> None:
    from threading import Event

    s, go = session(), Event()
    s.panel = "health"
    s.analysis.in_background(0.0, lambda: None)
    s.analysis.ask("busy", lambda check: go.wait(20))
    rows = as_text(Painter("unicode").paint(s, 100, 40))
    go.set()
    assert "computing … esc gives up" in rows
    s.travel.jobs.in_background(0.0, lambda: None)
    do(s, "next-finding")
    while s.travel.pending is not None:
        resume(s)
    assert s.travel.finding is not None


@pytest.mark.parametrize(("width", "height", "glyphs", "mark"), [
    (200, 60, "unicode", "■"), (120, 40, "blocks", "■"), (80, 24, "ascii", "#"),
    (40, 14, "unicode", "■"),
])  # fmt: skip
def test_each_unit_has_its_mark(width: int, height: int, glyphs: str, mark: str) -> None:
    s = session()
    s.panel = "health"
    rows = as_text(Painter(glyphs).paint(s, width, height)).splitlines()
    row = next(row for row in rows if row.split()[:1] == ["f"] and "5 saturate" in row)
    marks = row.split()[1]
    saturated = {f.unit for f in health(s.run["lstm"]) if f.signal == "f"}
    assert {unit for unit, glyph in enumerate(marks) if glyph == mark} == saturated


def test_a_press_on_the_marks_goes_to_no_step() -> None:
    s = session()
    s.panel = "health"
    painter = Painter("unicode")
    painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None and layout.panel is not None
    assert painter.step_at(s, layout.left + 2, layout.panel.top + 2) is None


def test_what_is_not_finite_is_shown_and_gone_to() -> None:
    s = session()
    for text in ("patch lstm.c[2] set 1e308 at 30", "patch lstm_2.c[2] scale 1e308 at 30"):
        s.prompt = text
        submit_prompt(s, ReplayHost())
    broken = next(f for f in health(s.trace) if f.verdict == "not finite")
    while s.travel.finding != broken:
        do(s, "next-finding")
    assert (s.t, s.units[s.active], broken.signal) == (30, 2, "c")
    s.panel = "health"
    rows = as_text(Painter("unicode").paint(s, 120, 40)).splitlines()
    marks = next(row for row in rows if row.split()[:1] == ["c"] and "not finite" in row).split()[1]
    assert marks[2] == "!"


def test_a_unit_that_does_not_work_is_one_of_the_lane_that_was_asked_about() -> None:
    s, go = session(), Event()
    s.travel.jobs.in_background(0.0, lambda: None)
    s.travel.jobs.ask("gate", lambda check: go.wait(20))
    do(s, "next-finding", "next-lane")
    assert s.active == "gru" and s.travel.pending is not None
    signals = dict(s.signals)
    go.set()
    settle(s)
    finding = health(s.run["lstm"])[0]
    assert (s.active, s.units["lstm"], s.t) == ("lstm", finding.unit, finding.step)
    assert f"lstm.{finding.signal}[{finding.unit}] is" in s.message
    assert s.signals.get("gru") == signals.get("gru") and s.units["gru"] == 0
