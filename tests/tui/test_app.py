"""The app through Textual's pilot: keys, mouse, prompt, help, themes, failures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from conftest import FLAGSHIP
from textual.events import MouseScrollDown, MouseScrollUp

from rnnstep.scenario.load import load_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.run import run_scenario
from rnnstep.session.keymap import build_keymap
from rnnstep.session.session import Session
from rnnstep.session.settings import THEMES, Settings
from rnnstep.tui.app import RnnstepApp
from rnnstep.tui.help import HelpScreen


def load() -> Session:
    return Session(run_scenario(load_scenario(FLAGSHIP)))


def app(make: Callable[[], Session] = load) -> RnnstepApp:
    return RnnstepApp(lambda tell: (make(), build_keymap()), "loading", Settings())


async def ready(pilot) -> Session:  # type: ignore[no-untyped-def]
    for _ in range(1500):
        await pilot.pause(0.02)
        if pilot.app.session is not None and pilot.app.canvas.picture is not None:
            return pilot.app.session
    raise AssertionError("the session was not loaded")


async def test_keys_move_and_select() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        session = await ready(pilot)
        await pilot.press("right", "l", "L", "left", "full_stop", "comma")
        assert (session.t, session.cursor.whole) == (11, True)
        await pilot.press("tab", "j", "j", "k")
        assert session.active == "lstm" and session.units["lstm"] == 1
        await pilot.press("2")
        assert "lstm" not in session.shown
        await pilot.press("G")
        assert "step 52 of 52" in pilot.app.canvas.picture.line(0)
        await pilot.press("g", "n", "f", "z")
        assert session.t == 1 and session.future and session.zoom


async def test_the_prompt_takes_text_and_escape_leaves_it() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        session = await ready(pilot)
        await pilot.press("colon", "1", "7", "enter")
        assert session.t == 17
        await pilot.press("colon", "q", "u", "tab", "enter")
        assert session.t == 52
        await pilot.press("colon", "q", "escape")
        assert session.prompt is None and pilot.app.is_running
        await pilot.press("colon", "x", "enter")
        assert "no step and no mark" in pilot.app.canvas.picture.line(23)


async def test_help_palette_and_themes_come_and_go() -> None:
    async with app().run_test(size=(100, 30)) as pilot:
        session = await ready(pilot)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("t")
        assert pilot.app.look == "light" and session.message == "theme: light"
        await pilot.press("ctrl+p")
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("escape", "right")
        assert session.t == 1


async def test_every_theme_can_be_worn_with_help_and_palette() -> None:
    async with app().run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        for _ in THEMES:
            await pilot.press("t")
            await pilot.press("question_mark")
            assert isinstance(pilot.app.screen, HelpScreen)
            await pilot.press("escape", "ctrl+p")
            assert len(pilot.app.screen_stack) == 2
            await pilot.press("escape")
        assert pilot.app.look == THEMES[0]


async def test_the_mouse_goes_to_steps_lanes_and_commands() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        session = await ready(pilot)
        layout = pilot.app.painter.layout
        await pilot.click(offset=(layout.column(20), layout.tape))
        assert session.t == 20
        box = layout.lanes[2]
        await pilot.click(offset=(2, box.top))
        assert session.active == "gru"
        await pilot.click(offset=(layout.column(5), box.top + 1))
        assert session.t == 5
        await pilot.click(offset=(119 - 5, layout.timeline))
        assert session.t > 45


async def test_the_mouse_waits_while_the_reader_is_asked_about_a_file(tmp_path: Path) -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        session = await ready(pilot)
        session.notebook.asked = tmp_path / "it.yaml"
        layout = pilot.app.painter.layout
        await pilot.click(offset=(layout.column(20), layout.tape))
        for event in (MouseScrollDown, MouseScrollUp):
            pilot.app.canvas.post_message(
                event(pilot.app.canvas, 9, 9, 0, 0, 0, False, False, False)
            )
        await pilot.press("question_mark")
        await pilot.press("escape")
        assert session.t == 0 and session.message.startswith("y replaces it")
        await pilot.press("n")
        await pilot.click(offset=(layout.column(20), layout.tape))
        assert session.t == 20


async def test_resizing_lays_out_anew() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await pilot.resize_terminal(60, 15)
        await pilot.pause(0.1)
        assert (pilot.app.canvas.picture.width, pilot.app.canvas.picture.height) == (60, 15)
        await pilot.resize_terminal(30, 8)
        await pilot.pause(0.1)
        assert "too small" in pilot.app.canvas.picture.line(0)


async def test_a_file_that_cannot_be_loaded_ends_the_app_with_its_error() -> None:
    def broken() -> Session:
        return Session(run_scenario(load_scenario(FLAGSHIP.parent / "gone.yaml")))

    application = app(broken)
    async with application.run_test() as pilot:
        for _ in range(1500):
            await pilot.pause(0.02)
            if application.failure:
                break
    assert isinstance(application.failure, ScenarioError)
    assert application.return_code == 0 or application.return_value == 2


async def test_loading_says_how_far_it_is_and_ends_when_the_app_is_left() -> None:
    ended = Event()

    def slow(tell: Callable[[str], None]) -> tuple[Session, dict[str, str]]:
        try:
            while True:
                tell("running lstm: step 7 of 9")
                sleep(0.005)
        finally:
            ended.set()

    application = RnnstepApp(slow, "loading", Settings())
    async with application.run_test() as pilot:
        for _ in range(1500):
            await pilot.pause(0.02)
            if application.canvas.splash != "loading":
                break
        assert application.canvas.splash == "running lstm: step 7 of 9"
        await pilot.press("q")
    assert ended.wait(20) and application.failure is None


async def test_q_quits_with_0() -> None:
    application = app()
    async with application.run_test() as pilot:
        await ready(pilot)
        await pilot.press("q")
    assert application.return_value == 0


async def test_a_bug_is_kept_for_the_report() -> None:
    application = app()
    with pytest.raises(ZeroDivisionError):
        async with application.run_test() as pilot:
            await ready(pilot)
            application.painter.paint = lambda *args: 1 / 0  # type: ignore[method-assign]
            await pilot.press("right")
            await pilot.pause(0.1)
    assert isinstance(application.crash, ZeroDivisionError)
