"""What the panels draw, at every size and with every kind of glyph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sessions import do, session
from test_picture import SIZES

from rnnstep.export.text import cell_width
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.panels import PANELS
from rnnstep.session.session import Session
from rnnstep.tui.help import help_text
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.maps import round_up
from rnnstep.tui.paint.panels.bars import make_bars, rows_up
from rnnstep.tui.paint.text import bar, number, shortened
from rnnstep.tui.palette import LEVELS, REVERSE, SIGNED


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
def test_every_panel_fits_every_size(size: tuple[int, int], panel: str, glyphs: str) -> None:
    for t in (0, 1, 20, 52):
        s = session()
        s.jump(t)
        s.panel = panel
        painter = Painter(glyphs)
        frame = painter.paint(s, *size)
        layout = painter.layout
        assert layout is not None and layout.panel is not None and layout.lanes
        assert f"step {t} of 52" in frame.line(0) and "q quit" in frame.line(size[1] - 1)
        if glyphs == "ascii":
            assert all(frame.line(row).isascii() for row in range(size[1]))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_fits_where_numbers_are_asked_for(size: tuple[int, int], panel: str) -> None:
    forks = [":patch x add 1 at 3"] * (panel == "forks")
    s = do(session("sunspots"), *forks, ":250", f":{panel}")
    frame = Painter("unicode").paint(s, *size)
    assert "step 250 of 309" in frame.line(0) and "q quit" in frame.line(size[1] - 1)


def test_bars_go_up_and_down_by_eighths_and_small_ones_are_seen() -> None:
    values = np.array([1.0, 0.5, 1e-9, 0.0, -0.25, -1.0, np.nan])
    bars = make_bars(values, 1.0, 4, rows_up(-1, 1, 4), False)
    assert ["".join(column) for column in bars.chars.T] == [
        "██  ", " █  ", " ▁  ", "    ", "  ▄ ", "    ", " !  "
    ]  # fmt: skip
    assert bars.styles[1, 0] >> 16 == SIGNED + LEVELS - 1
    assert (bars.styles[2:, 5] == (SIGNED << 16 | REVERSE)).all()
    assert make_bars(values[:1], 1.0, 2, rows_up(0, 1, 2), True).chars[:, 0].tolist() == ["#", "#"]


def test_the_unit_panel_is_in_line_with_the_tape() -> None:
    s = session()
    s.select_lane("lstm")
    s.jump(30)
    s.panel = "unit"
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None and layout.panel is not None
    box = layout.panel
    body = frame.chars[box.top + 1 : box.top + box.height]
    stood = [bool((body[:, layout.column(t)] != " ").any()) for t in range(1, 53)]
    assert stood == [True] * 30 + [False] * 22
    assert "c[0]" in frame.line(box.top) and "a: c h" in frame.line(box.top)


def test_where_there_is_much_to_choose_from_a_header_says_how_much() -> None:
    s = session()
    s.select_lane("lstm")
    s.jump(52)
    s.panel = "unit"
    rows = {}
    for width in (40, 120):
        painter = Painter()
        frame = painter.paint(s, width, 40)
        assert painter.layout is not None and painter.layout.panel is not None
        rows[width] = frame.line(painter.layout.panel.top)
    assert "a: c h" in rows[120] and "a: c 1/" in rows[40] and "…" not in rows[40]
    s.panel = "flow"
    frame = painter.paint(s, 40, 40)
    assert painter.layout is not None and painter.layout.panel is not None
    row = frame.line(painter.layout.panel.top)
    assert "a: memory 1/5" in row and "to step 52" in row and "…" not in row


def test_the_help_says_what_a_rate_of_the_gradient_means() -> None:
    text = " ".join(help_text({}, "blocks").split())
    assert "gradient vanishing: ÷2 every 3 steps back" in text and "another matter" in text


@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
@pytest.mark.parametrize("value", ["1e308", "-1.7e308", "5e-324", "-1e-320"])
def test_values_at_the_ends_of_what_a_number_can_hold_are_drawn(value: str, glyphs: str) -> None:
    with np.errstate(all="ignore"):
        for signal in ("f", "c", "x"):
            s = do(session(), f":patch lstm.{signal} set {value} at 10", ":11", "diff")
            for panel in ("none", *PANELS):
                do(s, panel)
                for size in ((120, 40), (60, 16)):
                    Painter(glyphs).paint(s, *size)
            assert do(s, ":10", ":expect").prompt.startswith("expect abs(at(lstm_2.")
            s.prompt = None


def test_a_gate_that_was_patched_out_of_its_range_has_its_column() -> None:
    assert [number(v, gate=True) for v in (0.5, -1.0, 999.9)] == ["0.50", "-1.00", "999.90"]
    for value in (1e4, -123.4, 1e308, -1e308):
        assert len(number(value, gate=True)) <= 6
    for value in (-1.0, 0.0, 0.5, 1.0, 7.0, np.inf, -np.inf):
        assert bar(value, True) == bar(min(max(value, 0.0), 1.0), True)
    for largest in (5e-324, 1.7e308, 3.0, 1e-300):
        assert largest <= round_up(largest) < np.inf


ROLES = """\
format: 1
title: Roles
input: {values: {series: [1, 0, 0, 0, 0, 0, 1, 0, 1, 0]}}
models:
  own:
    equations: |
      level = 0.5 * level[t-1] + W @ x    # running average of all
      keeper = sigmoid(V @ x)             # gate, smoothing
      h = keeper * level                  # autoregressive
    weights: {values: {W: [[1], [0.5]], V: [[1], [2]]}}
"""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_a_long_role_is_whole_where_there_is_room_and_else_ends_with_a_word(
    size: tuple[int, int], glyphs: str, tmp_path: Path
) -> None:
    s = Session(run_scenario(parse_scenario(ROLES, tmp_path / "roles.yaml")))
    s.jump(3)
    painter = Painter(glyphs)
    frame = painter.paint(s, *size)
    layout = painter.layout
    assert layout is not None
    ellipsis = "~" if glyphs == "ascii" else "…"
    for band in layout.lanes[0].bands:
        signal = s.cell("own").graph.signals[band.signal]
        name, *words = frame.line(band.top)[1 : layout.left - 7].split()
        assert name == band.signal
        shown = " ".join(words)
        whole = shown == signal.role
        assert whole or size[0] < 200 or signal.role == "running average of all"
        if shown and not whole:
            assert shown.endswith(ellipsis)
            kept = shown.removesuffix(ellipsis)
            # A single word that does not fit is cut.
            assert signal.role.startswith(kept)
            assert signal.role[len(kept)] in " ," or kept in signal.role.split()[0]
        value = frame.line(band.top)[layout.left - 7 : layout.left - 1]
        assert float(value) == pytest.approx(float(s.value("own", band.signal)[0]), abs=0.01)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("panel", ["compare", "flow", "flow-map", "contributions", "unit", "forks"])
def test_no_header_of_a_panel_is_cut_in_a_word(size: tuple[int, int], panel: str) -> None:
    s = do(session(), ":patch lstm.f[6] set 0 at 10..20", ":30", panel)
    painter = Painter("unicode")
    frame = painter.paint(s, *size)
    layout = painter.layout
    assert layout is not None and layout.panel is not None
    header = frame.line(layout.panel.top)[: layout.panel.width]
    assert "…" not in header and (panel != "compare" or "lstm_2 beside lstm" in header)


@pytest.mark.parametrize("room", range(30))
def test_a_text_is_shortened_between_words(room: int) -> None:
    text = "smoothing weight, of 상태"
    shown = shortened(text, room)
    assert cell_width(shown) <= room
    if room >= cell_width(text):
        assert shown == text
    elif room > 10:
        kept = shown.removesuffix("…")
        assert shown.endswith("…") and text.startswith(kept) and text[len(kept)] in " ,"
