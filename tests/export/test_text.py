"""Text by cells: Korean letters take two, lines break between words."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rnnstep.export.text import cell_width, cut, padded, short_exponent, wrap

WORDS = st.text(alphabet="ab한국어 은닉σ·−", max_size=60)


def test_a_korean_letter_takes_two_cells() -> None:
    assert cell_width("셀 상태 c") == 9
    assert cut("한국어", 5) == "한국" and padded("한국어", 5) == "한국 "


def test_korean_is_broken_between_words() -> None:
    assert wrap("기울기는 시간을 거슬러 갈수록 작아진다.", 16) == [
        "기울기는 시간을", "거슬러 갈수록", "작아진다.",
    ]  # fmt: skip


@given(WORDS, st.integers(2, 30))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines and all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    words = set(text.split())
    if all(cell_width(word) <= width for word in words):
        assert {word for line in lines for word in line.split()} == words


def test_a_line_narrower_than_a_letter_still_ends() -> None:
    assert wrap("한국", 1) == ["한", "국"]
    assert wrap("", 10) == [""] and wrap("a  b", 1) == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "last"),
    [(0x20, 0x7E), (0xA1, 0x2FF), (0x370, 0x3FF), (0x2190, 0x25FF), (0xAC00, 0xD7A3),
     (0x4E00, 0x9FFF), (0x3131, 0x318E), (0xFF01, 0xFF60)],
    ids=["ascii", "latin", "greek", "signs", "hangul", "han", "jamo", "full width"],
)  # fmt: skip
def test_widths_are_those_the_screen_is_drawn_with(first: int, last: int) -> None:
    # The filler U+3164 is a letter that is not seen; nobody writes it.
    every = (chr(code) for code in range(first, last + 1) if code != 0x3164)
    letters = [letter for letter in every if letter.isprintable()]
    differing = [hex(ord(letter)) for letter in letters if cell_width(letter) != cell_len(letter)]
    assert not differing, (sys.version, differing)


def test_an_exponent_is_written_without_what_goes_without_saying() -> None:
    told = ["+2e+04", "7e-05", "1.5e+10 and -3e-12", "1e0", "e+05", "0.5"]
    assert [short_exponent(text) for text in told] == [
        "+2e4", "7e-5", "1.5e10 and -3e-12", "1e0", "e+05", "0.5",
    ]  # fmt: skip
