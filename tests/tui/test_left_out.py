"""The list of what was left out of a session, or of why it could not be saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnstep.export.text import cell_width
from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session import leftout
from rnnstep.session.keymap import build_keymap
from rnnstep.session.replay import replay
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter

ROOT = Path(__file__).resolve().parents[2]
LONG = "the breakpoint any(lstm_2.f > 0.95) (there is no lane 'lstm_2'; there are rnn, lstm, gru)"


def rows(session: Session, width: int, height: int, glyphs: str = "unicode") -> list[str]:
    chars = Painter(glyphs).paint(session, width, height).chars
    return ["".join(row).rstrip() for row in chars]


@pytest.fixture
def session() -> Session:
    s = Session(run_scenario(load_scenario(ROOT / "scenarios" / "sunspots.yaml")))
    replay(s, build_keymap(), ": flow enter")
    return s


@pytest.mark.parametrize("width", [40, 80, 120])
def test_each_thing_is_shown_whole_between_words(session: Session, width: int) -> None:
    leftout.say(session, "left out", (LONG, "a mark (there is no step 400)"))
    found = rows(session, width, 40)
    text = " ".join(" ".join(found).replace("│", " ").split())
    assert LONG in text and "· a mark (there is no step 400)" in text
    assert all(cell_width(row) <= width for row in found)
    assert "left out: 2 things, listed above" in text


def test_what_finds_no_room_is_counted(session: Session) -> None:
    leftout.say(session, "left out", tuple(f"thing {n}" for n in range(40)))
    found = rows(session, 80, 24)
    shown = sum("· thing" in row for row in found)
    assert 0 < shown < 40 and any(row.endswith(f"and {40 - shown} more") for row in found)


def test_escape_closes_the_list_and_gives_the_panel_back(session: Session) -> None:
    before = rows(session, 80, 40)
    leftout.say(session, "left out", (LONG,))
    assert session.panel == "flow" and rows(session, 80, 40, "ascii") != before
    replay(session, build_keymap(), "escape")
    assert session.panel == "flow"
    assert rows(session, 80, 40)[1:-1] == before[1:-1]
    leftout.say(session, "left out", (LONG,))
    replay(session, build_keymap(), ": health enter")
    assert session.panel == "health" and not session.notebook.left


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (40, 10)])
def test_the_list_fits_the_smallest_screens(session: Session, size: tuple[int, int]) -> None:
    leftout.say(session, "left out", (LONG,) * 9)
    rows(session, *size)
