"""Searching finds the same steps forwards, backwards and all at once, recorded or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spaces import Numbers

from rnnstep.cells import custom_cell, get_cell
from rnnstep.errors import EquationError, SignalError, StepError
from rnnstep.simulate import Lane, Trace, simulate
from rnnstep.simulate.breakpoint import hit_stretches, hits, last_change, search, search_any
from rnnstep.simulate.condition import evaluate_condition
from rnnstep.simulate.space import TraceSpace

LENGTH = 1500
TEXTS = (
    "lane.h[0] > 0.3",
    "any(lane.z > 0.9) and t > 3",
    "abs(lane.h[1] - lane.h[1][t-1]) > 0.4",
    "lane.h[t-200][2] < -0.5",
    "lane.x[0] > 2.5",
    "lane.h[0] > mean_over(lane.h[0], 1, 700) + 0.5",
    "t == 1 or t == 1500",
    "t > 1500",
)


def gru(length: int, budget: int) -> Trace:
    cell = get_cell("gru")
    sizes = cell.sizes(3, {"x": 2})
    rng = np.random.default_rng(4)
    params = {n: rng.normal(size=s) for n, s in sizes.params.items()}
    return simulate(Lane("lane", cell, params, rng.normal(size=(length, 2))), budget)


def space_of(trace: Trace) -> TraceSpace:
    return TraceSpace({"lane": trace})


WHOLE, SPARSE = gru(LENGTH, 2**28), gru(LENGTH, 0)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("trace", [WHOLE, SPARSE], ids=["recorded", "recomputed"])
def test_all_hits_are_the_steps_where_the_condition_holds(trace: Trace, text: str) -> None:
    space = space_of(trace)
    expected = 1 + np.flatnonzero(evaluate_condition(space_of(WHOLE), text, 0, LENGTH + 1)[1:])
    assert hits(space, text).tolist() == expected.tolist()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, LENGTH), st.booleans())
def test_a_search_finds_the_nearest_hit_on_its_side_and_never_where_it_stands(
    text: str, start: int, recorded: bool
) -> None:
    space = space_of(WHOLE if recorded else SPARSE)
    every = hits(space_of(WHOLE), text)
    after, before = every[every > start], every[every < start]
    forward, back = search(space, text, start, 1), search(space, text, start, -1)
    assert (forward.step if forward else None) == (after[0] if len(after) else None)
    assert (back.step if back else None) == (before[-1] if len(before) else None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4), st.integers(0, LENGTH),
    st.sampled_from([1, -1]), st.booleans(),
)  # fmt: skip
def test_of_several_conditions_the_nearest_hit_wins_and_of_one_step_the_first_condition(
    texts: list[str], start: int, direction: int, recorded: bool
) -> None:
    space = space_of(WHOLE if recorded else SPARSE)
    alone = [search(space_of(WHOLE), text, start, direction) for text in texts]
    nearest = min(
        (hit for hit in alone if hit), key=lambda hit: direction * hit.step, default=None
    )
    found = search_any(space, texts, start, direction)
    assert (found and (found.text, found.step, found.why)) == (
        nearest and (nearest.text, nearest.step, nearest.why)
    )
    every = [hits(space_of(WHOLE), text) for text in texts]
    parts = list(hit_stretches(space, texts))
    assert [last for last, _ in parts] == sorted({last for last, _ in parts})
    assert parts[-1][0] == LENGTH
    together = np.concatenate([steps for _, steps in parts])
    np.testing.assert_array_equal(together, np.unique(np.concatenate(every)))


def test_a_condition_that_never_holds_costs_no_look_beyond_the_hit_of_another() -> None:
    seen: list[int] = []
    search_any(space_of(SPARSE), ("t > 9999", "t == 3"), 0, 1, lambda done, _: seen.append(done))
    assert not seen


def test_walking_back_over_all_hits_is_walking_forwards_in_reverse() -> None:
    text = TEXTS[1]
    ways: dict[int, list[int]] = {1: [], -1: []}
    for way, at in ((1, 0), (-1, LENGTH)):
        while (hit := search(space_of(SPARSE), text, at, way)) is not None:
            at = hit.step
            ways[way].append(at)
    ends = [LENGTH] if ways[1][-1] == LENGTH else []
    assert ways[1] == ways[-1][::-1] + ends and len(ways[1]) > 10


def test_a_hit_says_why() -> None:
    hit = search(Numbers(), "a.h[0] >= cue and b.h[0] < 9", 0)  # type: ignore[arg-type]
    assert hit is not None and hit.step == 3
    assert hit.why == "a.h[0] = 3, cue = 3, b.h[0] = -3"


def test_a_search_reports_its_progress_and_ends_when_that_raises() -> None:
    seen: list[tuple[int, int]] = []
    search(space_of(SPARSE), "t > 9999", 10, 1, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (LENGTH - 10, LENGTH - 10)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    back: list[tuple[int, int]] = []
    search(space_of(SPARSE), "t > 9999", 1000, -1, lambda done, total: back.append((done, total)))
    assert back[-1] == (999, 999)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    for look in (lambda: search(space_of(SPARSE), "t > 9999", 0, 1, stop),
                 lambda: hits(space_of(SPARSE), "t > 9999", stop)):  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            look()


def test_a_search_over_a_recording_reads_no_copy_of_the_signal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every array that the comparison sees is one unit wide, and a view of the recording."""
    from rnnstep.simulate import condition

    seen: list[np.ndarray] = []
    compared = condition.compared

    def watched(operation: Any, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        seen.append(a)
        return compared(operation, a, b)

    monkeypatch.setattr(condition, "compared", watched)
    assert search(space_of(WHOLE), "lane.h[1] < -9", 0) is None
    assert seen and {a.shape[1] for a in seen} == {1}
    assert all(np.shares_memory(a, WHOLE["h"]) for a in seen)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, LENGTH), st.sampled_from([0.0, 0.2, 0.9, 5.0]), st.booleans())
def test_the_last_change_is_the_nearest_step_that_moved_the_value(
    start: int, threshold: float, recorded: bool
) -> None:
    trace = WHOLE if recorded else SPARSE
    moved = 1 + np.flatnonzero(np.abs(np.diff(WHOLE["h"][:, 1])) > threshold)
    before, after = moved[moved < start], moved[moved > start]
    assert last_change(trace, "h", 1, start, threshold) == (before[-1] if len(before) else None)
    assert last_change(trace, "h", 1, start, threshold, 1) == (after[0] if len(after) else None)


def test_turning_nan_is_a_change_and_having_begun_is_none() -> None:
    x = np.ones((300, 1))
    x[199] = 900.0
    trace = simulate(Lane("boom", custom_cell("a = exp(b * x)\nh = a - a * h[t-1]"),
                          {"b": np.ones(1)}, x))  # fmt: skip
    assert last_change(trace, "a", 0, 300, 1e9) == 201
    assert last_change(trace, "a", 0, 201, 1e9) == 200
    assert last_change(trace, "a", 0, 200, 0.0) is None
    assert search(space_of(trace), "isnan(lane.a[0])", 0) is not None
    x[49] = -1.0
    roots = simulate(Lane("roots", custom_cell("h = sqrt(x)"), {}, x))
    found = [last_change(roots, "h", 0, t, 1e9) for t in (199, 51, 50)]
    assert np.isnan(roots.value("h", 50)) and found == [51, 50, None]
    with pytest.raises(SignalError):
        last_change(trace, "q", 0, 3)
    with pytest.raises(StepError, match="units 0 to 0"):
        last_change(trace, "a", 1, 3)


def test_what_is_the_same_at_every_step_is_worked_out_once() -> None:
    calls: list[int] = []

    def costly(evaluation: object, node: object) -> np.ndarray:
        calls.append(1)
        return np.full((1, 1), 0.5)

    space = space_of(SPARSE)
    space.functions = {"costly": costly}
    hits(space, "lane.h[0] > costly(lane)")
    assert len(calls) == 1


def test_a_wrong_start_or_condition_is_an_error_with_its_place() -> None:
    with pytest.raises(StepError, match="steps 0 to 10"):
        search(Numbers(), "t > 3", 11)  # type: ignore[arg-type]
    with pytest.raises(EquationError, match="did you mean 'cue'") as caught:
        hits(Numbers(), "t > cu", lambda *_: None)  # type: ignore[arg-type]
    assert caught.value.column == 5
