"""Two runs beside each other: where they part, and how far apart they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import make_lane

from rnnstep.cells import custom_cell, get_cell
from rnnstep.errors import SignalError, SizeError, StepError
from rnnstep.simulate import Lane, Patch, fork, simulate
from rnnstep.simulate.compare import common, distance, distances, first_divergence, overlap

LSTM = simulate(make_lane(get_cell("lstm"), 600, seed=1))
SPARSE = simulate(LSTM.lane, 0)
SMALL = simulate(make_lane(get_cell("gru"), 600, seed=2, units=5))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 600), st.sampled_from(["x", "i", "g", "o", "c", "h"]), st.booleans(),
    st.integers(0, 1),
)  # fmt: skip
def test_a_fork_parts_from_its_parent_at_its_patch(
    first: int, name: str, recorded: bool, unit: int
) -> None:
    parent = LSTM if recorded else SPARSE
    patch = Patch(name, "add", (0.5,), (unit,), first, first)
    child = fork(parent, "child", [patch], budget=2**28 if recorded else 0)
    found = first_divergence(parent, child)
    assert found is not None
    assert (found.step, found.signal, found.unit) == (first, name, unit)
    assert found.values[1] == pytest.approx(found.values[0] + 0.5)
    assert first_divergence(simulate(child.lane), child) is None


def test_forks_of_one_parent_part_where_the_first_of_them_does() -> None:
    one = fork(LSTM, "one", [Patch("f", "set", (0.0,), first=300)])
    two = fork(LSTM, "two", [Patch("o", "set", (0.0,), first=200)])
    three = fork(one, "three", [Patch("o", "set", (0.5,), first=400)])
    four = fork(one, "four", [Patch("o", "set", (0.5,), first=100)])
    for a, b, step in ((one, two, 200), (two, three, 200), (one, three, 400), (LSTM, three, 300),
                       (LSTM, four, 100), (three, four, 100)):  # fmt: skip
        found = first_divergence(a, b)
        assert found is not None and found.step == step


def test_a_patch_that_changes_nothing_never_parts() -> None:
    child = fork(LSTM, "child", [Patch("f", "scale", (1.0,), first=10)])
    assert first_divergence(LSTM, child) is None
    assert all(row.largest == 0 for row in distances(LSTM, child))


def test_distances_are_norms_and_angles_of_the_values() -> None:
    other = simulate(make_lane(get_cell("lstm"), 600, seed=3))
    a, b = LSTM["h"][5:9], other["h"][5:9]
    assert np.allclose(distance(LSTM, other, "h", 5, 8), np.linalg.norm(a - b, axis=1))
    cosine = [1 - x @ y / np.linalg.norm(x) / np.linalg.norm(y) for x, y in zip(a, b, strict=True)]
    assert np.allclose(distance(LSTM, other, "h", 5, 8, kind="cosine"), cosine)
    shifted = distance(LSTM, other, "h", 5, 8, shift=100)
    assert np.allclose(shifted, np.linalg.norm(a - other["h"][105:109], axis=1))
    row = next(row for row in distances(LSTM, other) if row.signal == "h")
    every = distance(LSTM, other, "h", 1, 600)
    assert (row.largest, row.step) == (every.max(), 1 + every.argmax())
    assert row.mean == pytest.approx(every.mean())


def test_lanes_of_different_sizes_compare_what_is_comparable_and_say_so() -> None:
    both = common(LSTM, SMALL)
    assert both.signals == ("x",) and both.resized == ("h",)
    assert set(both.missing) == {"i", "f", "g", "c", "o", "r", "z", "n"}
    with pytest.raises(SizeError, match="3 units in lane and 5 in lane; only their norms"):
        distance(LSTM, SMALL, "h", 1, 5)
    norms = distance(LSTM, SMALL, "h", 3, 3, kind="norms")
    wanted = abs(np.linalg.norm(LSTM.value("h", 3)) - np.linalg.norm(SMALL.value("h", 3)))
    assert norms.tolist() == [pytest.approx(wanted)]
    kinds = {row.signal: row.kind for row in distances(LSTM, SMALL, kind="cosine")}
    assert kinds == {"x": "cosine", "h": "norms"}
    with pytest.raises(SignalError, match="both have x, h"):
        distance(LSTM, SMALL, "c", 1, 5)
    with pytest.raises(SignalError, match="norm, cosine, norms"):
        distance(LSTM, LSTM, "h", 1, 5, kind="l1")


def test_nan_beside_nan_is_no_difference() -> None:
    cell = custom_cell("h = log(b * x)")
    x = np.array([[1.0], [-1.0], [2.0]])
    one = simulate(Lane("one", cell, {"b": np.ones(1)}, x))
    x[2] = 3
    two = simulate(Lane("two", cell, {"b": np.ones(1)}, x))
    found = first_divergence(one, two)
    assert found is not None and (found.step, found.signal) == (3, "x")


def test_runs_are_aligned_where_they_overlap() -> None:
    short = simulate(make_lane(get_cell("lstm"), 20, seed=1))
    assert overlap(LSTM, short) == (1, 20)
    assert overlap(LSTM, short, -580) == (581, 600)
    assert overlap(short, LSTM, 580) == (1, 20)
    assert overlap(LSTM, short, 5) == (1, 15)
    with pytest.raises(StepError, match="no step"):
        overlap(LSTM, short, 20)
