"""Lessons on the screen: pages at every size, in both languages, by key and by mouse."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from lessons import LESSON
from rich.cells import cell_len
from sessions import session

from rnnstep.scenario.course import read_cards
from rnnstep.session.climb import Climb, begin_lesson
from rnnstep.session.keymap import build_keymap
from rnnstep.session.lesson_actions import answer, skip
from rnnstep.session.progress import load_progress
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.session.settings import Settings
from rnnstep.session.words import WORDS
from rnnstep.tui.app import RnnstepApp
from rnnstep.tui.frame import Frame
from rnnstep.tui.paint import Painter

ENGLISH = {
    word
    for phrase, text in WORDS["en"].items()
    for word in re.findall("[a-z]{3,}", re.sub("{.*?}", "", text))
} - {"tab", "esc", "enter", "rnnstep"}
"""Words of the table that may not stand on a Korean screen; names of keys may."""

SIZES = [(40, 10), (60, 15), (80, 24), (120, 40), (200, 60)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2, 3):
        (tmp_path / f"l{number}.yaml").write_text(LESSON.replace("number: 1", f"number: {number}"))
    return tmp_path


def sit(folder: Path, language: str) -> Session:
    return begin_lesson(Climb(read_cards(folder, language), load_progress(), language), 0)


def text_of(frame: Frame) -> str:
    return "\n".join(frame.line(row) for row in range(frame.height))


def sound(frame: Frame) -> bool:
    """Whether every wide letter has its second cell, and no cell is left over."""
    wide = np.array([[cell_len(c) == 2 for c in row] for row in frame.chars.tolist()])
    return not wide[:, -1].any() and bool((wide[:, :-1] == (frame.chars[:, 1:] == "")).all())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("glyphs", ["blocks", "ascii"])
def test_every_page_is_whole_at_every_size(
    folder: Path, size: tuple[int, int], language: str, glyphs: str
) -> None:
    s = sit(folder, language)
    painter = Painter(glyphs)
    pages = [painter.paint(s, *size)]
    s.jump(6)
    pages.append(painter.paint(s, *size))
    answer(1)(s, None)  # type: ignore[arg-type]
    pages.append(painter.paint(s, *size))
    assert s.sitting is not None
    s.sitting.climb.contents = True
    pages.append(painter.paint(s, *size))
    assert all(sound(page) for page in pages)
    if glyphs == "ascii" and language == "en":
        assert all(text_of(page).isascii() for page in pages)
    if glyphs == "blocks" and size[1] >= 24:
        wanted = {
            "en": ("What to look for", "a quarter", "Not this time: the answer is 2", "Halving"),
            "ko": ("살펴볼 것", "4분의 1", "답은 2번입니다", "반감"),
        }[language]
        for page, words in zip(pages, wanted, strict=True):
            assert words in text_of(page)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_korean_lesson_has_no_english_words_of_its_own(
    folder: Path, size: tuple[int, int]
) -> None:
    s = sit(folder, "ko")
    painter = Painter()
    s.jump(5)
    skip(s, ReplayHost())
    for page in ("goals", "", "ask", "reveal"):
        assert s.sitting is not None
        s.sitting.page = page  # type: ignore[assignment]
        frame = painter.paint(s, *size)
        assert sound(frame)
        text = text_of(frame)
        assert "단계" in text and ("도움말" in text or page)
        rows = [frame.line(0), frame.line(size[1] - 1)]
        if painter.layout is not None:
            rows += [frame.line(painter.layout.tape), *map(frame.line, (
                box.top for box in painter.layout.lanes))]  # fmt: skip
        for row in rows:
            words = set(re.findall("[a-z]+", row)) & ENGLISH
            assert not words, (page, row)


def test_without_a_lesson_the_screen_is_english() -> None:
    frame = Painter().paint(session(), 120, 40)
    assert text_of(frame).isascii() is False and "step 0 of 52" in frame.line(0)
    assert "? help" in frame.line(39)


@pytest.mark.parametrize("page", ["goals", "ask"])
def test_a_page_stands_in_line_with_the_notes(folder: Path, page: str) -> None:
    s = sit(folder, "en")
    painter = Painter()
    if page == "ask":
        s.jump(6)
    frame = painter.paint(s, 80, 24)
    assert painter.layout is not None and painter.layout.note is not None
    note = painter.layout.note
    rows = [frame.line(row) for row in range(note.top, note.top + note.height)]
    assert all(row[0] == " " and row[1] == "▎" for row in rows)
    assert any(row[3] != " " for row in rows)
    assert any(row[2] == "▸" for row in rows) == (page == "ask")


def test_the_held_step_is_not_on_the_screen(folder: Path) -> None:
    s = sit(folder, "en")
    s.jump(6)
    painter = Painter()
    frame = painter.paint(s, 120, 40)
    layout = painter.layout
    assert layout is not None and "step 2 of 6" in frame.line(0)
    band = layout.lanes[0].bands[0]
    right = layout.left + layout.map_width
    assert (frame.chars[band.top, layout.column(3) : right] == " ").all()
    answer(2)(s, None)  # type: ignore[arg-type]
    text = text_of(painter.paint(s, 120, 40))
    assert "Right." in text and "leak.h[0] = 0.25" in text and "your answer" in text


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_footer_says_how_to_answer_while_one_looks_back(
    folder: Path, size: tuple[int, int], language: str
) -> None:
    s = sit(folder, language)
    s.jump(6)
    painter = Painter()
    asked = painter.paint(s, *size).line(size[1] - 1)
    assert "1–2" in asked and "esc" in asked and "…" not in asked
    s.jump(1)
    assert s.mode == "waiting"
    row = painter.paint(s, *size).line(size[1] - 1)
    answers, again = (WORDS[language][f"footer {name}"] for name in ("answer", "question"))
    shown = row.replace(" ", "")
    told = f"1–2{answers}" + f"r{again}" * (size[0] >= 60)
    assert told.replace(" ", "") in shown and "?" in shown and "q" in shown
    assert painter.command_at(2, size[1] - 1) == "read-again"


def test_the_timeline_and_the_panels_of_a_lesson_end_where_one_has_been(folder: Path) -> None:
    s = sit(folder, "en")
    s.travel.breakpoints = ["t == 2 or t == 5"]
    s.jump(2)
    s.jump(0)
    painter = Painter()
    assert text_of(painter.paint(s, 120, 40)).count("●") == 1
    s.panel, s.active = "unit", "leak"
    s.jump(2)
    first = text_of(painter.paint(s, 120, 40))
    late = s.run["leak"].rows("h", 3, 4)
    late.flags.writeable = True
    late[:] = 1e6
    s.analysis.forget()
    assert text_of(painter.paint(s, 120, 40)) == first, "its axis is that of what was seen"
    for choice in (2, 3):
        s.jump(6)
        answer(choice)(s, ReplayHost())
    s.jump(0)
    assert text_of(painter.paint(s, 120, 40)).count("●") == 2


def test_a_long_page_scrolls_and_the_marked_choice_stays_in_sight(tmp_path: Path) -> None:
    long = LESSON.replace("What is left at step 3?", "What is left at step 3? " + "So. " * 120)
    (tmp_path / "l.yaml").write_text(long)
    s = sit(tmp_path, "en")
    s.jump(3)
    assert s.sitting is not None
    painter = Painter()
    assert "a half" in text_of(painter.paint(s, 60, 15))
    s.sitting.choice = 2
    assert "a quarter" in text_of(painter.paint(s, 60, 15))


async def test_a_lesson_by_keys_and_mouse_in_the_app(folder: Path) -> None:
    app = RnnstepApp(lambda tell: (sit(folder, "en"), build_keymap()), "loading", Settings())
    async with app.run_test(size=(100, 30)) as pilot:
        for _ in range(1500):
            await pilot.pause(0.02)
            if app.canvas.picture is not None:
                break
        first = app.session
        assert first is not None and first.sitting is not None
        await pilot.press("enter", "L")
        assert first.sitting.page == "ask" and first.t == 2
        picture = app.canvas.picture
        assert picture is not None
        row = next(r for r in range(30) if "a quarter" in picture.line(r))
        await pilot.click(offset=(8, row))
        assert (first.t, first.sitting.page, first.sitting.right) == (3, "reveal", 1)
        await pilot.press("i")
        row = next(r for r in range(30) if " 2 Halving" in app.canvas.picture.line(r))
        await pilot.click(offset=(8, row))
        for _ in range(300):
            await pilot.pause(0.02)
            if app.session is not first:
                break
        assert app.session is not None and app.session.sitting is not None
        assert app.session.sitting.index == 1 and app.session.mode == "question"
        (folder / "l3.yaml").write_text("format: 1\ntitle: broken\n")
        await pilot.press("right_square_bracket")
        for _ in range(300):
            await pilot.pause(0.02)
            if "l3.yaml" in app.session.message:
                break
        assert "l3.yaml:1:1" in app.session.message and app.is_running
