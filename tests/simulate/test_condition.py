"""Conditions: what they mean, and that they can call nothing outside their table."""

from __future__ import annotations

import numpy as np
import pytest
from spaces import Numbers

from rnnstep.equations.parse import parse_condition
from rnnstep.errors import EquationError
from rnnstep.simulate import condition
from rnnstep.simulate.condition import Evaluation, evaluate_condition
from rnnstep.simulate.sides import sides


def holds(text: str) -> list[int]:
    return np.flatnonzero(evaluate_condition(Numbers(), text, 0, 11)).tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a.h[0] < 2", [0, 1]),
        ("a.h[2] >= 9.15", [9, 10]),
        ("a.h['y'] > 9", [9, 10]),
        ("any(a.h > 9.15)", [9, 10]),
        ("all(a.h > 9.15)", [10]),
        ("a.h[0] == cue", [3]),
        ("at(a.h[0], cue) == 3 and t == 5", [5]),
        ("t == 4 or t == 6", [4, 6]),
        ("not t > 0", [0]),
        ("2 <= t < 4", [2, 3]),
        ("b.word == target and t > 6", [7, 9]),
        ("b.word != 'A' and t < 4", [1, 3]),
        ("a.h[0] - a.h[0][t-1] == 1 and t < 3", [1, 2]),
        ("b.h[t-9] <= 0", [9, 10]),
        ("b.h[t-11] <= 0", []),
        ("b.h[t-9] != 0.5", [9, 10]),
        ("mean(a.h) > 10", [10]),
        ("norm(b.h) > 9", [10]),
        ("max(a.h[1:]) > 10.15", [10]),
        ("max_over(a.h[0], 2, 5) == 5 and t == 0", [0]),
        ("every(a.h[0] > 1, 2, 5) and t == 1", [1]),
        ("ever(a.h[0] > 100, 2, 5)", []),
        ("mean_over(a.h[0], 2, 4) == 3 and t < 2", [0, 1]),
        ("abs(b.h) > 9.5", [10]),
        ("argmax(a.h) == 2 and t == 1", [1]),
    ],
)
def test_a_condition_holds_where_its_words_say(text: str, steps: list[int]) -> None:
    assert holds(text) == steps


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a.h < 2", "3 units; say any"),
        ("a.h[0]", "not true or false"),
        ("a.h[7] < 2", "units 0 to 2"),
        ("a.h[0.5] < 2", "whole number"),
        ("a.h['q'] < 2", "no unit 'q'"),
        ("a.g[0] < 2", "a has no 'g'"),
        ("c.h[0] < 2", "no lane 'c'"),
        ("a < 2", "a is a lane"),
        ("cau == 2", "did you mean 'cue'"),
        ("b.word < 'A'", "== and !="),
        ("b.word == 2", "one is a symbol"),
        ("b.word + 1 == 2", "is a symbol"),
        ("at(a.h[0], 99) == 1", "steps 0 to 10"),
        ("at(a.h[0]) == 1", r"at\(value, step\)"),
        ("mean_over(a.h[0], 5, 2) == 1", "empty"),
        ("a.h @ a.h == 1", "matrix products"),
        ("all(a.h == a.h[1:])", "sizes differ"),
        ("any(a.h[5:] > 1)", "slice is empty"),
        ("open('x') == 1", "no function 'open'"),
        ("getattr(a, 'h') == 1", "no function"),
        ("tanh(a.h[0], 2) == 1", "takes 1 argument"),
        ("step(t, out=a) == 1", "no named arguments"),
        ("a.h.dtype == 1", "no lane"),
        ("mean(b.word) == 1", "numbers, not symbols"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(EquationError, match=message) as caught:
        holds(text)
    assert 1 <= caught.value.column <= len(text)


def test_the_sides_of_a_failed_comparison_are_shown() -> None:
    parts = sides(Numbers(), "a.h[0] < 2 and any(b.h > cue)", 5)  # type: ignore[arg-type]
    assert {p.text: p.value.tolist() for p in parts} == {
        "a.h[0]": [[5.0]], "b.h": [[-5.0]], "cue": [[3.0]],
    }  # fmt: skip


def test_values_are_the_same_evaluated_alone_or_over_a_range() -> None:
    space = Numbers()
    text = "a.h[0][t-2] + max(a.h) > 3"
    whole = evaluate_condition(space, text, 0, 11)  # type: ignore[arg-type]
    for t in range(11):
        alone = Evaluation(space, text, t, t + 1).truth(parse_condition(text))  # type: ignore[arg-type]
        assert bool(alone[0, 0]) == bool(whole[t])


def test_a_mean_over_many_steps_weighs_every_step_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "_STRETCH", 3)
    assert holds("mean_over(a.h[0], 2, 9) == 5.5") == list(range(11))
    assert holds("max_over(b.h[0], 2, 9) == -2 and t == 0") == [0]


def test_what_differs_from_step_to_step_is_not_kept_from_a_single_step() -> None:
    space = Numbers()
    space.functions = {"now": lambda evaluation, node: np.full((1, 1), float(evaluation.start))}
    known: dict[int, np.ndarray] = {}
    node = parse_condition("now(a) == t")
    for t in range(3):
        assert Evaluation(space, "now(a) == t", t, t + 1, known).truth(node)[0, 0]  # type: ignore[arg-type]
