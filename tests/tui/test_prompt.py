"""The prompt as it is painted: its end in sight, the mistake under a caret, at every size."""

from __future__ import annotations

import pytest
import sessions
from sessions import do

from rnnstep.session.keys import type_key
from rnnstep.session.replay import ReplayHost
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter
from rnnstep.tui.picture import as_text

TYPED = [
    "find lstm.f[3] <", "patch lstm.f[3] sett 0", "find lstm.foo > 1",
    "break abs(lstm.c[5] - lstm.c[5][t-1]) > 0.5 and any(gru.zz > 0.95)",
    "patch lstm.f[3] set 0 at quary", "patch lstm.f[99] set 0", "patch lstm.q set 0",
    "patch lstm.c[2,14:18] set 0", "patch lstm.f[3] set 0 at 999",
]  # fmt: skip


def session(typed: str) -> Session:
    return do(sessions.session(), f":{typed}")


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 24), (120, 40)])
def test_the_caret_stands_under_the_mistake(typed: str, width: int, height: int) -> None:
    s = session(typed)
    assert s.problem is not None and s.problem.at is not None
    rows = as_text(Painter("unicode").paint(s, width, height)).splitlines()
    number = next(k for k, row in enumerate(rows) if row.startswith(" :"))
    caret = rows[number + 1].index("^")
    wrong = typed[s.problem.at : s.problem.at + 3]
    assert rows[number][caret : caret + len(wrong)].rstrip() == wrong.rstrip()
    below = " ".join(" ".join(rows[number + 1 :]).replace("^", "").split())
    if not below.endswith("…"):
        assert below == s.problem.message
    assert below[:20] == s.problem.message[:20]


@pytest.mark.parametrize("width", [40, 80])
def test_a_long_line_shows_its_end_while_it_is_typed(width: int) -> None:
    s = session("0")
    s.prompt = "find " + "lstm.c[5] > 0.5 and " * 8 + "t == 7"
    row = as_text(Painter("unicode").paint(s, width, 24)).splitlines()[-1]
    assert row.startswith(" :…") and row.rstrip().endswith("t == 7") and len(row) <= width


def test_the_next_key_takes_the_message_away() -> None:
    s = session(TYPED[0])
    type_key(s, ReplayHost(), "1", "1")
    rows = as_text(Painter("unicode").paint(s, 80, 24)).splitlines()
    assert rows[-1].startswith(" :find lstm.f[3] <1") and "^" not in rows[-1]


@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 24), (120, 40)])
def test_a_long_message_is_whole_until_the_next_key(width: int, height: int) -> None:
    s = sessions.session()
    rows = [as_text(Painter("unicode").paint(s, width, height)).splitlines()]
    s.message = "said " + " and ".join(["lstm.c[5] > 0.5"] * (width // 14)) + "; not cut"
    rows.append(as_text(Painter("unicode").paint(s, width, height)).splitlines())
    first = next(k for k, row in enumerate(rows[1]) if row.startswith(" said "))
    assert " ".join(" ".join(rows[1][first:]).split()) == s.message
    assert 1 < height - first <= 4 and rows[1][:first] == rows[0][:first]
    s.message *= 9
    rows.append(as_text(Painter("unicode").paint(s, width, height)).splitlines())
    assert rows[2][-4].startswith(" said ") and rows[2][-1].endswith(" …")
    do(s, "step")
    assert "said" not in as_text(Painter("unicode").paint(s, width, height))
