"""Texts in several languages: which one is shown, and what is wrong with a mapping of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnnstep.errors import RnnstepError
from rnnstep.scenario.language import LANGUAGES, in_language, locale_language
from rnnstep.scenario.load import parse_scenario
from rnnstep.scenario.problems import ScenarioError
from rnnstep.scenario.scenario import Scenario

TEXTS = """\
format: 1
title: {en: A leak, ko: 새는 기억}
about:
  ko: |
    첫 문단.
  en: |
    The first paragraph.
input: {values: {series: [1, 0]}}
models:
  leak:
    title: {en: Leak, ko: 누출}
    note: {en: It leaks., ko: 샌다.}
    equations: "h = 0.5 * h[t-1] + W @ x"
    weights: {values: {W: [[1]]}}
script:
  - at: 1
    note: {en: Now., ko: 지금.}
  - {at: 2, note: Only one language.}
  - at: 2
    note: {de: Nur hier., ko: 여기만.}
expect:
  - that: leak.h[0] == 0.5
    because: {en: Half is left., ko: 절반이 남는다.}
"""


def load(language: str, text: str = TEXTS) -> Scenario:
    return parse_scenario(text, Path("leak.yaml"), language=language)


def texts(scenario: Scenario) -> list[str]:
    model = scenario.models["leak"]
    return [scenario.title, scenario.about, model.title, model.note,
            *(note.text for note in scenario.notes), scenario.expectations[0].because]  # fmt: skip


def test_every_visible_text_is_read_in_the_chosen_language() -> None:
    assert texts(load("ko")) == [
        "새는 기억", "첫 문단.", "누출", "샌다.", "지금.", "Only one language.", "여기만.",
        "절반이 남는다.",
    ]  # fmt: skip
    assert texts(load("en"))[:4] == ["A leak", "The first paragraph.", "Leak", "It leaks."]


def test_a_missing_language_falls_back_to_english_and_then_to_the_first() -> None:
    assert texts(load("fr")) == texts(load("en"))
    assert texts(load("en"))[-2] == "Nur hier."


def test_the_language_changes_no_number() -> None:
    one, other = load("en"), load("ko")
    assert one.expectations[0].that == other.expectations[0].that
    assert one.tape.x.tobytes() == other.tape.x.tobytes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{en: A leak, ko: 새는 기억}", "{eng: A leak}", r":2:9: title: 'eng' is no language"),
        ("{en: Now., ko: 지금.}", "{en: Now., ko: 3}", r":17:22: .*the text in 'ko' is 3;"),
        ("{en: Leak, ko: 누출}", "{}", r":11:12: title: there is no text"),
        ("{en: Half is left., ko: 절반이 남는다.}", "[a]", r":23:14: .*because is \['a'\];"),
        ("{en: It leaks., ko: 샌다.}", "{En: It leaks.}", r":12:12: note: 'En' is no language"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_where(old: str, new: str, message: str) -> None:
    assert old in TEXTS
    with pytest.raises(ScenarioError) as caught:
        load("ko", TEXTS.replace(old, new))
    assert any(re.search(message, line) for line in str(caught.value).splitlines()), caught.value


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(RnnstepError, match="'kor' is no language"):
        load("kor")
    assert {"en", "ko", "de", "ja"} <= LANGUAGES


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "de_DE"}, "de"),
        ({"LANG": "de", "LC_MESSAGES": "", "LC_ALL": "ko-KR"}, "ko"),
        ({"LC_ALL": "POSIX", "LANG": "ko_KR"}, "en"),
    ],
)
def test_the_locale_says_the_language_as_posix_has_it(
    environment: dict[str, str], language: str
) -> None:
    assert locale_language(environment) == language


def test_a_decomposed_syllable_becomes_one_letter() -> None:
    assert in_language("\u1112\u1161\u11ab", "ko") == "한"
