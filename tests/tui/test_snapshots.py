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


SICK = """\
format: 1
title: Units that do not work
input: {values: {series: [1, -1, 1, 1, -1, 1, 1, 1], target: next}}
models:
  sick:
    title: Five units
    equations: |
      f = clip(W_f @ x + b_f, 0, 1)  # forget gate
      e = exp(W_e @ x)               # grows
      h = f * h[t-1] + W_h @ x       # hidden state
    weights:
      values:
        W_f: [[9], [0.25], [0], [0], [0.25]]
        b_f: [10, 0.5, 0.5, 0, 0.5]
        W_e: [[1], [900]]
        W_h: [[1], [0], [1], [1], [-1]]
        V: [[1, 1, 1, 0, 1]]
        a: 0
"""


def app(theme: str, glyphs: str, text: str = COUNTER) -> RnnstepApp:
    def load(tell: object) -> tuple[Session, dict[str, str]]:
        return Session(run_scenario(parse_scenario(text, Path("it.yaml")))), build_keymap()

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
     ("contributions", "contrast", "blocks", (80, 24)), ("scores", "dark", "ascii", (60, 16)),
     ("health", "dark", "blocks", (80, 24)), ("health", "dark", "ascii", (70, 20))],
    ids=["flow-dark-120x40", "flow-map-light-80x24", "contributions-contrast-80x24",
         "scores-ascii-60x16", "health-dark-80x24", "health-ascii-70x20"],
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

    shown_by = app(theme, glyphs, SICK if panel == "health" else COUNTER)
    assert snap_compare(shown_by, terminal_size=size, run_before=walk)
