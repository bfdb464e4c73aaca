"""A patch is one line of text; what cannot be read is said under the caret."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnstep.errors import EquationError
from rnnstep.simulate.patch import OPERATIONS, Patch
from rnnstep.simulate.patch_text import parse_patch, patch_text

MARKS = {"cue": 1, "query": 52, "last": 52}
SYMBOLS = {"A": (1.0, 0.0), "it's": (0.0, 1.0)}

GOOD = {
    "f[3] set 0 at 10..20": Patch("f", "set", (0.0,), (3,), 10, 20),
    "f[0,3,5] set 0 1 -2e-3": Patch("f", "set", (0.0, 1.0, -0.002), (0, 3, 5)),
    "g[2:5] clamp -1 1": Patch("g", "clamp", (-1.0, 1.0), (2, 3, 4)),
    "h scale 0.5 at query": Patch("h", "scale", (0.5,), None, 52, 52),
    "h add .5 at cue..last": Patch("h", "add", (0.5,)),
    "h add .5 at 3..last": Patch("h", "add", (0.5,), None, 3),
    "h add .5 at last": Patch("h", "add", (0.5,), None, 52, 52),
    "h add .5 at last..last": Patch("h", "add", (0.5,), None, 52),
    "o hold at 7..9": Patch("o", "hold", (), None, 7, 9),
    "x noise 0.1 seed 3": Patch("x", "noise", (0.1,), seed=3),
    "h swap gru": Patch("h", "swap", lane="gru"),
    "c swap lstm.h from 12 at 30": Patch("c", "swap", (), None, 30, 30, 0, "lstm", "h", 12),
    "x symbol 'A' at 1": Patch("x", "symbol", (1.0, 0.0), None, 1, 1, symbol="A"),
    'x symbol "it\'s"': Patch("x", "symbol", (0.0, 1.0), symbol="it's"),
}


@pytest.mark.parametrize("text", GOOD)
def test_a_patch_is_read_and_written_as_one_line(text: str) -> None:
    lane, patch = parse_patch(text, MARKS, SYMBOLS)
    assert lane == "" and patch == GOOD[text]
    assert parse_patch(patch_text(patch), MARKS, SYMBOLS)[1] == patch


def test_the_prompt_names_the_lane_in_front() -> None:
    lane, patch = parse_patch("lstm.f[3] set 0", lanes=("rnn", "lstm"))
    assert (lane, patch.signal) == ("lstm", "f")


numbers = st.floats(-1e6, 1e6, allow_nan=False)
steps = st.integers(1, 10**6)


@given(st.data())
def test_any_patch_survives_being_written(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from([o for o in OPERATIONS if o != "symbol"]))
    count = {"clamp": 2, "noise": 1, "hold": 0, "swap": 0}.get(operation)
    values = data.draw(st.lists(numbers, min_size=count or 0, max_size=count or 4)) if (
        count != 0) else []  # fmt: skip
    if operation in ("set", "add", "scale") and not values:
        values = [0.5]
    first = data.draw(steps)
    swap = operation == "swap"
    patch = Patch(
        data.draw(st.sampled_from(["f", "h_2", "ĉ"])),
        operation,
        tuple(values),
        data.draw(st.none() | st.lists(st.integers(0, 99), min_size=1, unique=True).map(tuple)),
        first,
        data.draw(st.none() | st.integers(first, first + 99)),
        data.draw(st.integers(0, 9)) if operation == "noise" else 0,
        "gru" if swap else "",
        data.draw(st.sampled_from(["", "z"])) if swap else "",
        data.draw(st.none() | steps) if swap else None,
    )
    assert parse_patch(patch_text(patch))[1] == patch


@pytest.mark.parametrize(
    ("given", "written"),
    [("100..last", " at 100..last"), ("cue..last", ""), ("1..last", ""), ("last", " at 52"),
     ("3..query", " at 3..52")],
)  # fmt: skip
def test_behind_two_dots_last_is_the_end_of_any_run(given: str, written: str) -> None:
    assert str(parse_patch(f"c[9] hold at {given}", MARKS)[1]) == f"c[9] hold{written}"


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("", "a signal is missing at the end, as in", 1),
        ("f", "an operation is missing at the end: set, add", 2),
        ("f[3 set 0", "the units end with", 5),
        ("f[] set 0", "a unit belongs here", 3),
        ("f[-1] set 0", "a unit is a whole number from 0 on", 3),
        ("f[1.5] set 0", "a unit is a whole number", 3),
        ("f[5:2] set 0", "units 5:2 are none", 3),
        ("f[0:999999999] set 0", "too many", 3),
        ("f put 0", "no operation 'put'", 3),
        ("f sett 0", "did you mean 'set'", 3),
        ("f set", "a number is missing at the end, as in `set 0.5`", 6),
        ("f set zero", "a number belongs here", 7),
        ("f set 1e999", "the number is too large", 7),
        ("f clamp 0 1e999", "the number is too large", 11),
        ("f clamp 1", "clamp takes 2 numbers", 10),
        ("f noise 1 2", "noise takes 1 number", 12),
        ("f set 0 at qury", "did you mean 'query'", 12),
        ("f set 0 at 3..", "a step is missing at the end", 15),
        ("f set 0 at 3.5", "a step is a whole number", 12),
        ("f set 0 at 3 4", "should end here", 14),
        ("f set 0 when 3", "should end here", 9),
        ("f hold 3", "should end here", 8),
        ("x symbol A", "a symbol in quotes", 10),
        ("x symbol 'Q'", "no symbol 'Q'", 10),
        ("h swap", "the lane that the value comes from", 7),
        ("lstm.f set 0", "no lane 'lstm' here; name the signal alone", 1),
        ("f set 0; import os", "cannot be read here", 8),
        ("__import__('os')", "cannot be read here", 11),
        ("f set (1)", "cannot be read here", 7),
        ("f set " + "0 " * 20_000, "at most 20000", 1),
        ("f[" + "1," * 9000 + "q] set 0", "a unit belongs here", 18003),
    ],
)
def test_what_is_no_patch_is_said_at_its_column(text: str, message: str, column: int) -> None:
    with pytest.raises(EquationError, match=message) as caught:
        parse_patch(text, MARKS, SYMBOLS)
    assert caught.value.column == column


def test_a_patch_that_is_not_finite_can_still_be_named() -> None:
    assert patch_text(Patch("c", "set", (np.inf,))) == "c set inf"
    assert patch_text(Patch("c", "set", (np.nan, 2.0))) == "c set nan 2"


def test_ranges_of_units_are_bounded_together() -> None:
    with pytest.raises(EquationError, match="too many") as caught:
        parse_patch("f[" + "0:99999," * 2000 + "1] set 1")
    assert caught.value.column == 11
