"""Pictures of the whole app, of a scenario whose numbers are exact on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.keymap import build_keymap
from rnnstep.session.session import Session
from rnnstep.session.settings import Settings
from rnnstep.tui.app import RnnstepApp

COUNTER = """\
format: 1
title: A counter
about: Up with every 1, down with every -1; halved and clipped beside it.
input: {values: {series: [1, 1, -1, 1, 1, 1, -1, -1], target: next}}
models:
  counter:
    title: Counter
    equations: |
      k = clip(b, 0, 1)            # keep gate
      c = k * c[t-1] + W @ x       # cell state
      h = clip(c, -2, 2)           # hidden state
    weights: {values: {b: [1, 0.5], W: [[1], [1]], V: [[0.5, 0.25]], a: 0}}
  echo:
    title: Last value
    equations: "h = identity(W @ x)  # hidden state"
    weights: {values: {W: [[1]], V: [[1]], a: 0}}
script:
  - {at: 3, note: The first step down.}
"""


def app(theme: str, glyphs: str) -> RnnstepApp:
    def load(tell: object) -> tuple[Session, dict[str, str]]:
        return Session(run_scenario(parse_scenario(COUNTER, Path("counter.yaml")))), build_keymap()

    return RnnstepApp(load, "loading", Settings(theme, glyphs))


async def shown(pilot: Pilot[int]) -> None:
    """Wait for the first picture."""
    for _ in range(1500):
        await pilot.pause(0.02)
        if pilot.app.canvas.picture is not None:  # type: ignore[attr-defined]
            return
    raise AssertionError("the session was not loaded")


@pytest.mark.parametrize(
    ("theme", "glyphs", "size"),
    [("dark", "blocks", (120, 40)), ("light", "blocks", (80, 24)), ("dark", "ascii", (60, 16))],
    ids=["dark-120x40", "light-80x24", "ascii-60x16"],
)
def test_the_screen_looks_as_it_did(  # type: ignore[no-untyped-def]
    snap_compare, theme: str, glyphs: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)

    async def walk(pilot: Pilot[int]) -> None:
        await shown(pilot)
        await pilot.press("L", "h", "h", "j")
        await pilot.pause()

    assert snap_compare(app(theme, glyphs), terminal_size=size, run_before=walk)


@pytest.mark.parametrize(
    ("panel", "theme", "glyphs", "size"),
    [("flow", "dark", "blocks", (120, 40)), ("flow-map", "light", "blocks", (80, 24)),
     ("contributions", "contrast", "blocks", (80, 24)), ("scores", "dark", "ascii", (60, 16))],
    ids=["flow-dark-120x40", "flow-map-light-80x24", "contributions-contrast-80x24",
         "scores-ascii-60x16"],
)  # fmt: skip
def test_the_panels_look_as_they_did(  # type: ignore[no-untyped-def]
    snap_compare, panel: str, theme: str, glyphs: str, size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)

    async def walk(pilot: Pilot[int]) -> None:
        await shown(pilot)
        await pilot.press("G", "colon", *("minus" if c == "-" else c for c in panel), "enter")
        session = pilot.app.session  # type: ignore[attr-defined]
        for _ in range(1500):
            await pilot.pause(0.02)
            if not session.analysis.waiting:
                break
        else:
            raise AssertionError("the panel was never computed")
        await pilot.pause()

    assert snap_compare(app(theme, glyphs), terminal_size=size, run_before=walk)
