"""What is not there makes a condition neither true nor false, however it is turned."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnstep.equations.parse import parse_condition
from rnnstep.simulate.condition import Evaluation, evaluate_condition
from rnnstep.simulate.sides import shown, sides
from rnnstep.simulate.truth import TRUTH, WORDS, each, some

NAN = float("nan")


class Gaps:
    """A space of one step 0: a, b, c are what they are made; a.w holds words."""

    last = 3
    recorded = True
    names = ("a", "b", "c", "word", "nothing", "units")
    functions: Mapping[str, object] = {}
    lanes: Mapping[str, tuple[str, ...]] = {}

    def __init__(self, a: float = 1.0, b: float = 2.0, c: float = NAN) -> None:
        self.numbers = {"a": [a], "b": [b], "c": [c], "units": [a, b, c]}

    def value(self, name: str, start: int, stop: int) -> np.ndarray:
        if name in self.numbers:
            return np.tile(np.array(self.numbers[name]), (stop - start, 1))
        return np.full((stop - start, 1), "A" if name == "word" else None, object)

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        return ()


def truth(text: str, **numbers: float) -> str:
    found = Evaluation(Gaps(**numbers), text, 2, 3).judged(parse_condition(text))  # type: ignore[arg-type]
    return WORDS[int(found[0, 0])]


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("form", ["c {} a", "a {} c", "c {} c", "b > a {} c", "c + 1 {} a"])
def test_a_comparison_with_what_is_not_there_holds_in_no_direction(op: str, form: str) -> None:
    text = form.format(op)
    assert truth(text) == truth(f"not ({text})") == truth(f"not not ({text})") == "unknown"


@pytest.mark.parametrize("text", [
    "word == nothing", "word != nothing", "nothing == word", "nothing != nothing",
    "nothing == nothing", "nothing == 'A'",
])  # fmt: skip
def test_no_answer_is_neither_like_nor_unlike_another(text: str) -> None:
    assert truth(text) == truth(f"not {text}") == "unknown"


@pytest.mark.parametrize(("text", "found"), [
    ("a < b or c > 0", "true"), ("c > 0 or a < b", "true"), ("a > b or c > 0", "unknown"),
    ("a > b and c > 0", "false"), ("c > 0 and a > b", "false"), ("a < b and c > 0", "unknown"),
    ("not (a > b and c > 0)", "true"), ("a > b > c", "false"), ("a < b < c", "unknown"),
    ("any(units > 1)", "true"), ("any(units > 5)", "unknown"), ("not any(units > 5)", "unknown"),
    ("all(units > 1)", "false"), ("not all(units > 1)", "true"), ("all(units > 0)", "unknown"),
    ("any(units)", "true"), ("all(units)", "unknown"), ("any(isnan(units))", "true"),
    ("isnan(c)", "true"), ("not isnan(a)", "true"), ("every(c > 0, 1, 3)", "unknown"),
    ("ever(a < b, 1, 3)", "true"), ("not ever(c > 0, 1, 3)", "unknown"),
    ("at(c > 0, 1)", "unknown"), ("(a < b)[t-1]", "true"), ("(a < b)[t-3]", "unknown"),
    ("(units > 1)[1]", "true"), ("(units > 1)[2]", "unknown"), ("mean(units > 1) > 0", "unknown"),
    ("sum(units[0:2] > 1) == 1", "true"), ("mean_over(a < b, 1, 3) == 1", "true"),
    ("max(units) > 0", "unknown"), ("(a < b) == (b > a)", "true"),
    ("(c > 0) == (a > 0)", "unknown"),
])  # fmt: skip
def test_what_is_known_decides_where_it_can(text: str, found: str) -> None:
    assert truth(text) == found
    assert bool(evaluate_condition(Gaps(), text, 2, 3)[0]) is (found == "true")  # type: ignore[arg-type]


ATOMS = st.sampled_from(["a > 0", "b > 0", "c > 0", "any(units > 0)", "all(units > 0)"])
FORMULAS = st.recursive(ATOMS, lambda inner: st.one_of(
    inner.map(lambda text: f"not ({text})"),
    st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({' '.join(p)})"),
), max_leaves=6)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(FORMULAS, st.tuples(*[st.sampled_from([1.0, -1.0, NAN])] * 3))
def test_what_is_known_stays_so_however_the_missing_values_come_out(
    text: str, values: tuple[float, ...]
) -> None:
    found = truth(text, **dict(zip("abc", values, strict=True)))
    assert truth(f"not ({text})", **dict(zip("abc", values, strict=True))) == {
        "true": "false", "false": "true", "unknown": "unknown"}[found]  # fmt: skip
    missing = [k for k, value in enumerate(values) if np.isnan(value)]
    for given_ in product([1.0, -1.0], repeat=len(missing)):
        whole = list(values)
        for k, value in zip(missing, given_, strict=True):
            whole[k] = value
        complete = truth(text, **dict(zip("abc", whole, strict=True)))
        assert complete != "unknown" and found in (complete, "unknown")


def test_truths_are_shown_as_words() -> None:
    parts = sides(Gaps(), "isnan(c) and isnan(a)", 2)  # type: ignore[arg-type]
    assert [shown(part.value) for part in parts] == ["true", "false"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_some_and_each_are_the_largest_and_the_smallest_of_the_units(
    steps: int, units: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    # Rows of few kinds of truth, so that every outcome comes up at every width.
    low = random.integers(-1, 2, (steps, 1))
    truth = np.maximum(random.integers(-1, 2, (steps, units)) * random.integers(0, 2), low)
    truth = truth.astype(TRUTH)
    np.testing.assert_array_equal(some(truth), truth.max(axis=1, keepdims=True))
    np.testing.assert_array_equal(each(truth), truth.min(axis=1, keepdims=True))
    assert some(truth).dtype == each(truth).dtype == TRUTH
