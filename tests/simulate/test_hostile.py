"""A condition is text from a file: whatever it says, it is refused at its place, and soon.

How soon is counted in calls of functions, not in seconds: as many as are allowed take a few
hundredths of a second. What the parser of Python itself does is bounded by the text's length.
"""

from __future__ import annotations

import sys

import pytest
from spaces import Numbers

from rnnstep.equations.bounds import MAX_LENGTH
from rnnstep.equations.parse import parse_condition
from rnnstep.errors import EquationError
from rnnstep.simulate.breakpoint import hits

MOST_CALLS = 150_000
HOSTILE = [
    # Names and attributes that lead out of the language.
    "__import__('os').system('true') == 0", "().__class__.__bases__[0] == 1",
    "a.__class__ == 1", "a.h.__len__() == 1", "a.h.tofile('x') == 1", "t.real == 1",
    "open('/etc/passwd').read() == 1", "eval('1') == 1", "exec('1') == 1",
    "compile('1', 'x', 'eval') == 1", "globals() == 1", "vars()['x'] == 1", "dir(a) == 1",
    "getattr(a, 'h') == 1", "setattr(a, 'h', 1) == 1", "breakpoint() == 1", "input() == 1",
    "print(1) == 1", "type(a) == 1", "np.load('x') == 1", "os.system('true') == 0",
    "__builtins__ == 1", "__debug__ == 1", "a.h.base.base == 1", "min.__self__ == 1",
    "abs(a.h)(1) == 1", "a['h'](1) == 1", "(a.h or exit)() == 1",
    # Statements and expressions that are not of the language.
    "import os", "a.h[0] = 1", "a.h[0] := 1", "(x := 1) == 1", "lambda: 1", "(lambda: 1)() == 1",
    "[t for t in a] == 1", "{t for t in a} == 1", "{t: 1 for t in a} == 1", "(t for t in a) == 1",
    "1 if t else 2", "t if t == 1 else open('x')", "await a.h == 1", "(yield) == 1",
    "f'{a}' == 'x'", "f\"{__import__('os')}\" == 'x'", "b'x' == 1", "... == 1", "None == t",
    "True == t", "1j == t", "a.h[0] is t", "t in a.h", "t not in a.h", "t // 2 == 1",
    "t % 2 == 1", "t << 2 == 1", "t >> 2 == 1", "t & 1 == 1", "t | 1 == 1", "t ^ 1 == 1",
    "~t == 1", "a.h @ a.h == 1", "[t, 1] == 1", "(t, 1) == 1", "{1: 2} == 1", "{1, 2} == 1",
    "abs(*a.h) == 1", "abs(**a.h) == 1", "abs(t, out=a.h) == 1", "t ** t == 1", "t ** -t == 1",
    "del a", "raise t", "assert t", "global t", "class a: pass", "def f(): pass", "with a: pass",
    "t == 1; t == 2", "t == 1\nimport os", "`t` == 1", "t == 1 $", "\\", "t == '", "t == '''",
    "\x00", "t == 1\x00", "", "   ", "#", "t ==", "== t", "()", "t..h == 1", "1.2.3 == t",
    # What looks like something else, or moves a terminal's cursor.
    "ｔ == 1", "𝐚.h[0] == 1", "a.𝐡[0] == 1", "ａｂｓ(t) == 1", "а.h[0] == 1", "a\u200b.h[0] == 1",
    "\ufefft == 1", "t == 1\u202e", "t == 1\x1b[31m", "\x1b]0;x\x07t == 1", "t\r== 1", "\x0ct == 1",
    "t == 1\x85", "t == 1 # \x9b",
    # Steps that are none, and arguments that stand twice.
    "at(t, t) == 1", "at(t, a.h[0]) == 1", "at(t, 1/0) == 1", "at(t, -1/0) == 1", "at(t, 0/0) == 1",
    "at(t, 't') == 1", "mean_over(t, 1, t) == 1", "abs(t, a=1, a=2) == 1",
    # Too deep, too long, too large.
    "(" * 5000, "(" * 61 + "t" + ")" * 61 + " == 1", "[" * 5000 + "]" * 5000, "{" * 200,
    "abs(" * 61 + "t" + ")" * 61 + " == 1", "-" * 5000 + "t == 1", "- " * 5000 + "t == 1",
    "not " * 4000 + "t == 1", "t" + "+t" * 4000 + " == 1", "t" + "*t" * 400 + " == 1",
    "t" + "[t-1]" * 1000 + " == 1", "a" + ".h" * 4000 + " == 1", "a.h" + "[0]" * 4000 + " == 1",
    "at(" * 59 + "t" + ", 0)" * 59 + " == 1" + " " * MAX_LENGTH, "9" * 5000 + " == t",
    "1e999 == t", "10 ** 400 ** 400 == t", "t == " + "x" * 30_000, "a.h[t-99999999] == 1",
    "a.h[t+1] == 1", "a.h[t-0] == 1", "a.h[9999999999999999] == 1", "a.h[::0] == 1",
    "at(t, 9e99) == 1", "at(t, -1) == 1", "mean_over(t, 0, 1e18) == 1", "a.h[1e300] == 1",
    "x" * 19_000 + " == 1", "a." + "x" * 19_000 + " == 1", "x" * 19_000 + "(t) == 1",
    "'" + "x" * 19_000 + "' < 1", "abs(" + "x" * 19_000 + "=t) == 1", "'x'" * 6000 + " == t",
    "t<1" + " or t<1" * 2800, "t" + "==t" * 6000, "abs(t)" + "<abs(t)" * 2500,
    "t == 1" + " and t == 1" * 2000, "t" + " < t" * 6000, "max(" + "t, " * 6000 + "t) == 1",
]  # fmt: skip


def shortened(text: str) -> str:
    return repr(text[:24]) + (f"-{len(text)}" if len(text) > 24 else "")


@pytest.mark.parametrize("text", HOSTILE, ids=shortened)
def test_a_hostile_condition_is_refused_at_its_place_and_soon(text: str) -> None:
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        with pytest.raises(EquationError) as caught:
            hits(Numbers(), text)  # type: ignore[arg-type]
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS
    rows = text.split("\n")
    assert 1 <= caught.value.line <= len(rows)
    assert 1 <= caught.value.column <= len(rows[caught.value.line - 1]) + 1
    assert len(str(caught.value)) < 2000


def test_there_are_sixty_and_more_hostile_conditions() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize(
    "text",
    [
        "t" + "+t" * 140 + " > 0",
        "(" * 59 + "t" + ")" * 59 + " > 0",
        "a.h[0]" + "[t-1]" * 140 + " > 0",
        "abs(" * 59 + "t" + ")" * 59 + " > 0",
        "not " * 140 + "t > 0",
        "at(" * 59 + "t" + ", 0)" * 59 + " >= 0",
    ],
    ids=shortened,
)
def test_what_is_deep_but_allowed_is_answered(text: str) -> None:
    parse_condition(text)
    hits(Numbers(), text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "column"),
    [("first NaN", 7), ("NaN", 1), ("any(isnan(a.h)) and nan", 21), ("a.h[0] == NaN", 11)],
)
def test_who_asks_for_the_first_nan_is_told_how(text: str, column: int) -> None:
    with pytest.raises(EquationError, match=r"nan\(lane\)") as caught:
        hits(Numbers(), text)  # type: ignore[arg-type]
    assert caught.value.column == column


def test_a_number_without_end_is_refused_where_it_begins() -> None:
    with pytest.raises(EquationError, match="a number of 5000 digits") as caught:
        hits(Numbers(), "t == " + "9" * 5000)  # type: ignore[arg-type]
    assert caught.value.column == 6
