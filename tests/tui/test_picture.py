"""Pictures: what is painted at every size, and that a difference turns one picture into another."""

from __future__ import annotations

import numpy as np
import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sessions import do, press, session

from rnnstep.session.commands import COMMANDS
from rnnstep.tui.frame import Frame, difference, ink, to_ascii
from rnnstep.tui.help import about_text
from rnnstep.tui.layout import GUTTER, WIDE_GUTTER, WIDEST, make_layout
from rnnstep.tui.paint import Painter
from rnnstep.tui.paint.maps import make_image
from rnnstep.tui.palette import (
    BOLD,
    GATE,
    LEVELS,
    REVERSE,
    SIGNED,
    gate_levels,
    make_palette,
    signed_levels,
)

SIZES = [(40, 10), (60, 15), (80, 24), (120, 40), (200, 60)]


def screen_after(*writes: str, width: int, height: int) -> pyte.Screen:
    screen = pyte.Screen(width, height)
    stream = pyte.Stream(screen)
    for data in writes:
        stream.feed(data)
    return screen


def cells(screen: pyte.Screen) -> list[object]:
    return [screen.buffer[y][x] for y in range(screen.lines) for x in range(screen.columns)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["long_dependency", "sunspots"])
@pytest.mark.parametrize("glyphs", ["blocks", "unicode", "ascii"])
def test_every_size_says_where_we_stand_and_how_to_leave(
    size: tuple[int, int], name: str, glyphs: str
) -> None:
    s = session(name)
    s.jump(s.run.length)
    frame = Painter(glyphs).paint(s, *size)
    assert f"step {s.run.length} of {s.run.length}" in frame.line(0)
    assert "q quit" in frame.line(size[1] - 1) and "? help" in frame.line(size[1] - 1)
    if glyphs == "ascii":
        assert all(frame.line(row).isascii() for row in range(size[1]))


def test_the_flagship_shows_answers_rates_and_verdicts() -> None:
    s = session()
    s.jump(52)
    text = "\n".join(Painter().paint(s, 120, 40).line(row) for row in range(40))
    assert text.count("✓ right") == 3 and text.count("✗ wrong") == 1
    assert text.count("learned by 10") == 3 and "learned by 0" in text


def test_the_future_is_not_drawn_unless_asked_for() -> None:
    s = session()
    s.jump(10)
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None
    beyond = layout.column(11)
    band = layout.lanes[1].bands[0]
    right = layout.left + layout.map_width
    assert (frame.chars[band.top, beyond:right] == " ").all()
    assert set(frame.chars[layout.tape, beyond:right].tolist()) == {"·"}
    s.future = True
    frame = painter.paint(s, 120, 40)
    assert (frame.chars[band.top, beyond:right] != " ").all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([c for c in COMMANDS if c not in ("play",)]), min_size=1, max_size=12),
    st.sampled_from(["truecolor", "256", "16", "none"]),
)
def test_painting_what_changed_equals_painting_everything(walk: list[str], system: str) -> None:
    s, palette = session(), make_palette("dark", system)
    glyphs = "blocks" if palette.ramps else "unicode"
    width, height = 120, 40
    painter, frame = Painter(glyphs), Frame(width, height)
    frame.styles[:] = -1  # differs everywhere: the first picture is painted in full
    writes = []
    for command in walk:
        do(s, command)
        picture = painter.paint(s, width, height)
        writes.append(difference(frame, picture, palette))
        frame = picture
    everything = Frame(width, height)
    everything.styles[:] = -1
    afresh = Painter(glyphs).paint(s, width, height)
    full = difference(everything, afresh, palette)
    one = screen_after(*writes, width=width, height=height)
    other = screen_after(full, width=width, height=height)
    assert one.display == other.display
    assert cells(one) == cells(other)


def test_a_step_writes_little() -> None:
    s, palette, painter = session(), make_palette("dark", "truecolor"), Painter()
    s.jump(20)
    before = painter.paint(s, 200, 60)
    s.cursor = s.cursor.step()
    assert len(difference(before, painter.paint(s, 200, 60), palette)) < 25_000


def test_wide_characters_are_never_cut_in_two() -> None:
    palette = make_palette("dark", "truecolor")
    one, other = Frame(12, 1), Frame(12, 1)
    one.text(0, 0, "한국어 text", ink("text"))
    other.text(0, 1, "국한 text", ink("text"))
    screen = screen_after(difference(Frame(12, 1), one, palette), width=12, height=1)
    assert screen.display[0].startswith("한국어 text")
    full = Frame(12, 1)
    full.styles[:] = -1
    moved = screen_after(
        difference(full, one, palette), difference(one, other, palette), width=12, height=1
    )
    fresh = screen_after(difference(full, other, palette), width=12, height=1)
    assert moved.display == fresh.display
    cut = Frame(6, 1)
    cut.text(0, 0, "한국어문", ink("text"))
    assert cut.line(0).endswith("… ") or cut.line(0).endswith("…")


def test_control_characters_of_a_file_never_reach_the_terminal() -> None:
    frame = Frame(20, 1)
    frame.text(0, 0, "a\x1b[31mb\x07\x00", ink("text"))
    assert frame.line(0).startswith("a·[31mb··")
    assert to_ascii("σ(U_f·hₜ₋₁) ⊙ 한") == "sigmoid(U_f.h[t-1]) * ?"


def test_sign_and_size_show_by_colour_and_by_glyph() -> None:
    values = np.array([[-1.0, 0.0, 1.0, np.nan]])
    levels = signed_levels(values, 1.0)[0]
    assert levels[:3].tolist() == [SIGNED, SIGNED + LEVELS // 2, SIGNED + LEVELS - 1]
    assert gate_levels(np.array([0.0, 1.0])).tolist() == [GATE, GATE + LEVELS - 1]
    assert "".join(make_image(values, False, 1.0, 4, 1, "unicode").chars[:, 0]) == "▼·▲!"
    assert "".join(make_image(values, False, 1.0, 4, 1, "ascii").chars[:, 0]) == "=.#!"
    gates = np.array([[0.0, 0.5, 1.0]])
    assert "".join(make_image(gates, True, 1.0, 3, 1, "ascii").chars[:, 0]) == "059"


def test_units_that_share_a_row_show_the_strongest_or_the_mean() -> None:
    signed = make_image(np.array([[0.1, -0.9, 0.2, 0.3]]), False, 1.0, 1, 1, "blocks")
    top, bottom = signed.styles[0, 0] >> 16, signed.styles[0, 0] >> 8 & 255
    assert top == signed_levels(np.array([-0.9]), 1.0)[0]
    assert bottom == signed_levels(np.array([0.3]), 1.0)[0]
    assert [signed.row_of(unit) for unit in range(4)] == [0, 0, 0, 0]
    gates = make_image(np.array([[0.0, 1.0]]), True, 1.0, 1, 1, "unicode")
    assert gates.styles[0, 0] >> 16 == gate_levels(np.array([0.5]))[0]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(40, 220), st.integers(10, 70), st.integers(1, 9), st.integers(1, 100_000),
    st.booleans(), st.integers(0, 5), st.sampled_from([(0, 0), (4, 9), (4, 30)]),
)  # fmt: skip
def test_nothing_overlaps_or_leaves_the_screen(
    width: int, height: int, count: int, length: int, inspect: bool, notes: int,
    panel: tuple[int, int],
) -> None:  # fmt: skip
    lanes = {f"l{k}": (("c", 16), ("h", 16), ("f", 16 + k)) for k in range(count)}
    layout = make_layout(width, height, lanes, "l0", length, inspect, notes, panel)
    used: set[int] = set()
    fixed = [layout.tape, layout.timeline, layout.footer, 0]
    rows = fixed + ([layout.ruler] if layout.ruler >= 0 else [])
    if layout.note:
        rows += list(range(layout.note.top, layout.note.top + layout.note.height))
    if layout.panel:
        rows += list(range(layout.panel.top, layout.panel.top + layout.panel.height))
        assert layout.panel.height >= panel[0] > 0
        assert all(box.height >= 2 for box in layout.lanes)
    for box in layout.lanes:
        rows.append(box.top)
        for band in box.bands:
            rows += list(range(band.top, band.top + band.rows))
    for row in rows:
        assert 0 <= row < height and row not in used
        used.add(row)
    assert layout.left + layout.map_width <= width
    assert layout.lanes or (inspect and layout.inspector)
    if layout.lanes:
        assert "l0" in [box.name for box in layout.lanes]
    for t in {1, length // 2 + 1, length}:
        layout = make_layout(width, height, lanes, "l0", length, inspect, notes, panel, at=t)
        first, last = layout.page_of(t)
        assert 1 <= first == layout.first <= t <= last <= max(length, layout.page)
        assert layout.left <= layout.column(t) < layout.left + layout.map_width <= width


LONG_NOTE = " ".join(f"word{n}" for n in range(80))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_note_of_many_words_is_whole_or_says_that_it_goes_on_in_the_help(
    size: tuple[int, int],
) -> None:
    s = do(session(), ":35", f":note {LONG_NOTE}")
    s.message = ""
    painter = Painter("unicode")
    frame = painter.paint(s, *size)
    assert painter.layout is not None
    box = painter.layout.note
    if box is not None:
        shown = [frame.line(box.top + row).strip() for row in range(box.height)]
        text = " ".join(line.removeprefix("▎ ") for line in shown).strip()
        assert text == f"35: {LONG_NOTE}" or text.endswith(" … (?)")
    assert f"step 35: {LONG_NOTE}" in about_text(s)


def test_a_note_of_eighty_words_can_be_typed() -> None:
    s = press(do(session(), "note"), " ".join(LONG_NOTE.replace(" ", "_")))
    assert s.prompt is not None and s.prompt.endswith("word79")


@pytest.mark.parametrize("size", [(39, 20), (30, 8), (12, 3), (5, 2), (200, 9)], ids=str)
def test_a_screen_that_is_too_small_says_so_in_whole_words(size: tuple[int, int]) -> None:
    frame = Painter().paint(session(), *size)
    said = " ".join(frame.line(row).strip() for row in range(frame.height)).strip()
    assert "…" not in said and said.replace(" ", "").endswith(
        "40×10isneeded" if size[0] > 9 else "40×10"
    )


def test_a_verdict_has_a_mark_in_ascii_too() -> None:
    s = do(session(), "last")
    text = "\n".join(Painter("ascii").paint(s, 120, 40).line(row) for row in range(40))
    assert "A x wrong" in text and "C + right" in text


def test_the_forecasts_of_lanes_stand_under_each_other() -> None:
    s = do(session("sunspots"), "last")
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    assert painter.layout is not None and len(painter.layout.lanes) > 2
    heads = [frame.line(box.top) for box in painter.layout.lanes]
    assert len({head.index("· said") for head in heads}) == 1


def test_roles_are_whole_where_the_inspector_has_room_beside_them() -> None:
    s = do(session(), "last", "next-lane")
    painter = Painter()
    frame = painter.paint(s, 120, 50)
    assert painter.layout is not None
    heads = [frame.line(row)[: painter.layout.left] for row in range(frame.height)]
    assert any("candidate" in head for head in heads) and not any("…" in head for head in heads)


@pytest.mark.parametrize("height", [24, 30, 40, 50, 60])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_no_row_of_a_map_is_empty(height: int, count: int) -> None:
    lanes = {f"l{k}": (("c", 8 + 4 * k), ("f", 16)) for k in range(count)}
    layout = make_layout(120, height, lanes, "l0", 50, fold=2)
    for box in layout.lanes:
        for band, (_, units) in zip(box.bands, lanes[box.name], strict=False):
            assert band.rows <= -(-units // 2) or band.rows == units


def test_the_last_page_is_a_full_one_and_holds_the_last_step() -> None:
    s = do(session("sunspots"), "last")
    painter = Painter()
    frame = painter.paint(s, 100, 30)
    layout = painter.layout
    assert layout is not None and s.run.length % layout.page
    assert layout.page_of(s.t) == (s.run.length - layout.page + 1, s.run.length)
    tape = frame.chars[layout.tape, layout.left : layout.left + layout.map_width]
    assert (tape != " ").all()
    first = layout.first
    assert painter.step_at(s, layout.left, layout.tape) == first
    s.jump(first)
    painter.paint(s, 100, 30)
    assert painter.layout is not None and painter.layout.first < first


@given(st.integers(104, 220), st.integers(1, 400))
def test_a_wide_margin_never_makes_steps_narrower(width: int, length: int) -> None:
    layout = make_layout(width, 40, {"l0": (("c", 8),)}, "l0", length)
    assert layout.inspector is not None
    room = width - layout.inspector.width - GUTTER - 1
    assert layout.left in (GUTTER, WIDE_GUTTER)
    assert layout.columns == max(1, min(WIDEST, room // length))


@pytest.mark.parametrize("system", ["truecolor", "256", "16", "none"])
def test_sending_only_colours_that_differ_gives_every_cell_its_style(system: str) -> None:
    palette, width, height = make_palette("dark", system), 60, 12
    rng = np.random.default_rng(0)
    picture = Frame(width, height)
    picture.chars[:] = "▀"
    # Few colours and attributes, so that neighbours often share one or two of the three.
    fg, bg = (rng.integers(0, 6, picture.styles.shape) * 10 for _ in range(2))
    picture.styles[:] = fg << 16 | bg << 8 | rng.choice([0, 0, BOLD, REVERSE], picture.styles.shape)
    before = Frame(width, height)
    before.styles[:] = -1
    alone = "".join(
        f"\x1b[{row + 1};{column + 1}H{palette.sgr(int(picture.styles[row, column]))}▀"
        for row in range(height)
        for column in range(width)
    )
    written = difference(before, picture, palette)
    assert cells(screen_after(written, width=width, height=height)) == cells(
        screen_after(alone, width=width, height=height)
    )
    assert len(written) < 0.8 * len(alone)
