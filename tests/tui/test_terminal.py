"""A few journeys in a real pseudo-terminal: what is on it, and how it is left behind."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals here", allow_module_level=True)

from conftest import FLAGSHIP
from terminal_driver import TerminalApp
from test_snapshots import COUNTER

RIGHT = "\x1b[C"
LEAVE_ALTERNATE = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


def opened(width: int = 120, height: int = 40, *more: str, **environment: str) -> TerminalApp:
    app = TerminalApp(["run", str(FLAGSHIP), *more], width, height, environment)
    app.wait_for("of 52")
    app.read(0.3)
    return app


@pytest.mark.parametrize(
    "environment",
    [{}, {"COLORTERM": ""}, {"TERM": "xterm", "COLORTERM": ""}, {"NO_COLOR": "1"}],
    ids=["truecolor", "256", "16", "none"],
)
def test_after_any_journey_the_screen_is_that_of_a_full_repaint(
    environment: dict[str, str],
) -> None:
    app = opened(120, 40, **environment)
    app.send(RIGHT * 7 + "nn" + "\t" + "jj" + "L" + "h" * 3)
    app.wait_for("step 37 of")
    app.send("?")
    app.wait_for("How to read")
    app.send("\x1b")
    app.wait_for("How to read", there=False)
    app.send(RIGHT * 8)
    app.wait_for("step 45 of")
    app.send("\x10")
    app.wait_for("Search for")
    app.send("\x1b")
    app.wait_for("Search for", there=False)
    app.send("f" + RIGHT + "..,z" + "z" + ":cue\r" + "n" + "2" + "G")
    app.wait_for("step 52 of 52")
    # A message of several rows, and what stands there again behind it.
    app.send("b" + " and ".join(["lstm.c[5] > 9"] * 10) + "\r" + "B")
    app.wait_for("no longer a breakpoint")
    app.send("vhhhaV" + "v" * 3 + "h" + ":scores\r" + "v" + "V" * 3 + "hh" + ":flow\r" + "G")
    app.wait_for("reaches step 52")
    app.read(0.8)
    painted, shown = app.cells(), list(app.screen.display)
    app.screen.reset()
    app.send("\x0c")
    app.wait_for("step 52 of 52")
    app.read(0.8)
    assert shown == list(app.screen.display)
    assert painted == app.cells()
    app.send("q")
    assert app.end() == 0


@pytest.mark.parametrize("by", [None, signal.SIGTERM])
def test_the_terminal_is_left_as_it_was(by: int | None) -> None:
    app = opened(80, 24)
    if by is None:
        app.send("q")
    code = app.end(by)
    assert code in (0, 143)
    assert (code == 0) == (by is None)
    assert LEAVE_ALTERNATE in app.raw and SHOW_CURSOR in app.raw
    assert app.raw.rindex(LEAVE_ALTERNATE) > app.raw.rindex(b"of 52")


def test_a_broken_file_leaves_the_screen_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("format: 1\ntitel: x\n")
    app = TerminalApp(["run", str(path)], 100, 24)
    assert app.end() == 2
    tail = bytes(app.raw).rpartition(LEAVE_ALTERNATE)[2].decode()
    assert "broken.yaml:2:1: unknown key 'titel'" in tail
    assert "Traceback" not in tail


def test_without_colour_no_colour_is_written() -> None:
    app = opened(80, 24, NO_COLOR="1")
    app.send(RIGHT * 5)
    app.read()
    assert b"38;2" not in app.raw and b"48;2" not in app.raw and b"38;5" not in app.raw
    app.send("q")
    assert app.end() == 0


def test_where_nothing_can_be_kept_that_is_said_and_asked_before_leaving(tmp_path: Path) -> None:
    path = tmp_path / "counter.yaml"
    path.write_text(COUNTER)
    (tmp_path / "state").write_text("no folder")
    state = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    app = TerminalApp(["run", str(path)], 140, 30, state)
    app.wait_for("step 0 of 8")
    app.send(":note gone\r")
    app.wait_for("what is found cannot be kept, so ctrl+s saves it")
    app.send("q")
    app.wait_for("not left yet: ctrl+s saves what was found, q leaves without it")
    app.send(":note more\rq")
    app.wait_for("not left yet")
    app.send("q")
    assert app.end() == 0


def test_what_is_found_in_a_lesson_is_kept_when_another_one_is_opened(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    app = TerminalApp(["learn", "run_back"], 120, 40, state)
    app.wait_for("step 0 of")
    app.send("\r:note my own\r")
    app.wait_for("noted at step 0")
    app.send("]")
    app.wait_for("what was found is kept, and offered by")
    app.send("[")
    app.wait_for("the unsaved session of")
    app.send("r")
    app.wait_for("as it was; ctrl+s saves it")
    app.send("q")
    assert app.end() == 0
    assert len(list((tmp_path / "state").rglob("*.json"))) == 1


def test_a_session_that_was_killed_is_offered_again(tmp_path: Path) -> None:
    path = tmp_path / "counter.yaml"
    path.write_text(COUNTER)
    state = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    app = TerminalApp(["run", str(path)], 100, 30, state)
    app.wait_for("step 0 of 8")
    app.send(":patch counter.c[0] set 5 at 2..3\r")
    app.wait_for("takes it back")
    kept = tmp_path / "state" / "rnnstep" / "sessions"
    for _ in range(600):
        app.read(0.05, 0.05)
        if list(kept.rglob("*.json")):
            break
    app.end(signal.SIGKILL)
    app = TerminalApp(["run", str(path)], 100, 30, state)
    app.wait_for("the unsaved session of")
    app.send("r")
    app.wait_for("as it was; ctrl+s saves it")
    app.wait_for("Counter, counter_2")
    app.send("\x13")
    app.wait_for("counter.session.yaml")
    app.send("\r")
    app.wait_for("saved: rnnstep run")
    app.send("q")
    assert app.end() == 0
    assert not list(kept.rglob("*"))
    assert (tmp_path / "counter.session.yaml").read_text().count("fork:") == 1
