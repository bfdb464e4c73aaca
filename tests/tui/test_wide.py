"""Korean on the screen: nothing is cut in two, nothing runs over, words stay whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyte
import pytest

from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.run import run_scenario
from rnnstep.session.session import Session
from rnnstep.tui.frame import Frame, difference
from rnnstep.tui.paint import Painter
from rnnstep.tui.palette import make_palette

NOTE = (
    "은닉 상태는 지금까지 읽은 것을 한 벡터에 모아 둔다. 망각 게이트가 1에 가까우면 셀 상태는"
    " 그대로 남고, 0에 가까우면 지워진다."
)
TEXT = f"""\
format: 1
title: 장기 의존성을 셀 상태로 나르는 순환 신경망 이야기
about: {NOTE}
input: {{text: {{text: 은닉상태셀은닉상태셀, target: next}}}}
models:
  wide:
    title: 누출이 있는 아주 긴 이름의 순환 신경망
    note: {NOTE}
    equations: |
      k = sigmoid(b)              # 망각 게이트
      h = k * h[t-1] + W @ x      # 은닉 상태
    units: 2
    weights: {{init: {{seed: 3}}}}
script:
  - at: 3
    note: {NOTE}
"""
SIZES = [(40, 10), (60, 15), (80, 24), (120, 40), (200, 60)]


def session() -> Session:
    return Session(run_scenario(parse_scenario(TEXT, Path("wide.yaml"))))


def screen(picture: Frame, before: Frame | None = None) -> str:
    """What a terminal shows: after one picture, or after the change from another."""
    palette = make_palette("dark", "truecolor")
    shown = pyte.Screen(picture.width, picture.height)
    stream = pyte.Stream(shown)
    blank = Frame(picture.width, picture.height)
    blank.styles[:] = -1
    if before is None:
        stream.feed(difference(blank, picture, palette))
    else:
        stream.feed(difference(blank, before, palette) + difference(before, picture, palette))
    return "\n".join(shown.display)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_korean_is_shown_as_it_was_painted(size: tuple[int, int]) -> None:
    s, painter = session(), Painter()
    before = painter.paint(s, *size)
    for step in (1, 3, 9):
        s.jump(step)
        picture = painter.paint(s, *size)
        lines = screen(picture, before).split("\n")
        assert lines == screen(picture).split("\n")
        for row, line in enumerate(lines):
            assert line.rstrip() == picture.line(row).rstrip()
        before = picture


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_wide_letter_always_keeps_its_second_cell(size: tuple[int, int]) -> None:
    from rich.cells import cell_len

    s = session()
    s.jump(3)
    for inspect in (False, True):
        s.inspect = inspect
        chars = Painter().paint(s, *size).chars
        wide = np.array([[cell_len(c) == 2 for c in row] for row in chars.tolist()])
        assert not wide[:, -1].any()
        assert (wide[:, :-1] == (chars[:, 1:] == "")).all()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_a_note_breaks_between_words(size: tuple[int, int]) -> None:
    s = session()
    s.jump(3)
    picture = Painter().paint(s, *size)
    text = "\n".join(picture.line(row) for row in range(size[1]))
    shown = set(text.replace("▎", " ").split())
    assert set(NOTE.split()) <= shown
    assert "누출이" in text and "장기 의존성을 셀 상태로" in text


def test_show_lines_its_columns_up_whatever_the_script() -> None:
    from rnnstep.export.show import show_step
    from rnnstep.export.text import cell_width

    run = session().run
    rows = [row for row in show_step(run, 3).splitlines() if row.startswith(("  k ", "  h "))]
    starts = {cell_width(row[: row.index("+")]) for row in rows}
    assert len(rows) == 2 and len(starts) == 1
