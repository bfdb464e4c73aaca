"""What an equation gave and the patches that fired on it make the value that is recorded."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from lanes import CELL, make_lane

from rnnstep.cells import get_cell
from rnnstep.equations.interpret import interpret
from rnnstep.simulate import Feedback, Lane, Patch, Trace, fork, simulate
from rnnstep.simulate.patched import Change, fired_at, patches_at, unpatched
from rnnstep.simulate.patching import Patching, noise

LENGTH = 30
CASES = [(label, name) for label, cell in CELL.items() for name in ("x", *cell.graph.signals)]


def every_operation(signal: str, size: int) -> list[Patch]:
    """Two or more at most steps, in every kind of unit and step."""
    whole = tuple(range(size))
    return [
        Patch(signal, "set", tuple(0.1 * k for k in whole), whole, 3, 5),
        Patch(signal, "add", (0.25,), (0,), 4, 9),
        Patch(signal, "scale", (-1.5,), first=5, last=12),
        Patch(signal, "clamp", (-0.2, 0.3), (size - 1,), 8, 14),
        Patch(signal, "hold", units=(0,), first=16, last=18),
        Patch(signal, "noise", (0.5,), first=17, last=20, seed=3),
        Patch(signal, "swap", lane="other", first=21, last=23),
        Patch(signal, "swap", units=(0,), first=22, last=24, lane="other", step=7),
    ]


def redone(patch: Patch, before: float, t: int, unit: int, child: Trace, other: Trace) -> float:
    """What a patch makes of a value, by its own words."""
    values, name = patch.values, patch.signal
    given = values[min(unit, len(values) - 1)] if values else 0.0
    size = child.lane.sizes.signals[name]
    operations: dict[str, Callable[[], float]] = {
        "set": lambda: given,
        "symbol": lambda: given,
        "add": lambda: before + values[0],
        "scale": lambda: before * values[0],
        "clamp": lambda: min(max(before, values[0]), values[1]),
        "hold": lambda: child.value(name, patch.first - 1)[unit],
        "noise": lambda: before + values[0] * noise(patch.seed, name, t, size)[unit],
        "swap": lambda: other.value(name, t if patch.step is None else patch.step)[unit],
    }
    return operations[patch.operation]()


def interpreted(lane: Lane, other: Trace) -> dict[tuple[str, int], np.ndarray]:
    """What each equation gave before the patches, by the interpreter; its inputs too."""
    patching = Patching(lane, {"other": other}, 0, lambda name, _: lane.initial[name])
    x, found = lane.x.copy(), {("x", t): lane.x[t - 1] for t in range(1, LENGTH + 1)}
    patching.change_inputs(x, 0)

    def change(name: str, value: np.ndarray, t: int) -> np.ndarray:
        row = np.array(np.broadcast_to(value, lane.sizes.signals[name]), float)
        found[name, t] = row.copy()
        if name in patching.by_signal:
            patching.apply(name, row, t)
        return row

    interpret(lane.cell.graph, lane.params, x, lane.initial, lane.sizes.signals, change)
    return found


@pytest.mark.parametrize(("label", "name"), CASES, ids=lambda case: case)
def test_the_equations_value_and_its_patches_make_the_recorded_one(label: str, name: str) -> None:
    parent = simulate(make_lane(CELL[label], LENGTH))
    other = simulate(make_lane(CELL[label], LENGTH, seed=5))
    size = parent.lane.sizes.signals[name]
    patches = every_operation(name, size)
    if name == "x":
        patches.append(Patch("x", "symbol", (1.0, 0.0), first=26, last=27, symbol="A"))
    child = fork(parent, "child", patches, {"other": other})
    gave = interpreted(child.lane, other)
    for t in range(1, LENGTH + 1):
        for signal in child.signals:
            for unit in range(child.lane.sizes.signals[signal]):
                changes = patches_at(child, signal, t, unit)
                fired = [p for p in patches if signal == name and p.covers(t)
                         and (p.units is None or unit in p.units)]  # fmt: skip
                assert [change.patch for change in changes] == fired
                if not fired:
                    continue
                assert changes[0].before == pytest.approx(gave[name, t][unit], abs=1e-12)
                assert changes[-1].after == child.value(name, t)[unit]
                for change, later in pairwise(changes):
                    assert later.before == change.after
                for change in changes:
                    wanted = redone(change.patch, change.before, t, unit, child, other)
                    assert change.after == pytest.approx(wanted, abs=1e-12)
                    alone = redone(change.patch.of_unit(unit), change.before, t, unit, child, other)
                    assert alone == wanted
                    assert change.changed == (abs(change.after - change.before) > 1e-12)


@pytest.mark.parametrize("label", CELL)
def test_where_no_patch_fires_an_equation_gave_what_is_recorded(label: str) -> None:
    trace = simulate(make_lane(CELL[label], 9))
    for signal in trace.signals:
        for t in (1, 5, 9):
            assert fired_at(trace, signal, t) == patches_at(trace, signal, t, 0) == ()
            np.testing.assert_allclose(
                unpatched(trace, signal, t), trace.value(signal, t), rtol=0, atol=1e-12
            )


def lstm(budget: int = 2**28, dtype: type = np.float64) -> Trace:
    lane = make_lane(get_cell("lstm"), 300, seed=4)
    return simulate(Lane(lane.name, lane.cell, lane.params, lane.x, lane.initial,
                         np.dtype(dtype), lane.units), budget)  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("signal", ["x", "f", "c"])
def test_a_patch_that_leaves_a_value_as_it_was_has_fired_and_changed_nothing(
    signal: str, dtype: type
) -> None:
    parent = lstm(dtype=dtype)
    own = tuple(parent.value(signal, 200).tolist())
    for patch in (
        Patch(signal, "add", (0.0,), first=200, last=200),
        Patch(signal, "scale", (1.0,), first=200, last=200),
        Patch(signal, "clamp", (-1e3, 1e3), first=200, last=200),
        Patch(signal, "noise", (0.0,), first=200, last=200),
        Patch(signal, "set", own, first=200, last=200),
        Patch(signal, "swap", lane="lane", first=200, last=200),
    ):
        child = fork(parent, "child", [patch], {"lane": parent})
        (change,) = patches_at(child, signal, 200, 1)
        assert change == Change(patch, change.before, change.after, changed=False)
        assert change.after == child.value(signal, 200)[1]


def test_a_value_that_is_no_number_is_clamped_to_nothing_and_set_to_one() -> None:
    parent = fork(lstm(), "nan", [Patch("c", "set", (np.nan,), first=10, last=10)])
    clamped = fork(parent, "child", [Patch("c", "clamp", (-1, 1), first=11, last=11)])
    (change,) = patches_at(clamped, "c", 11, 0)
    assert np.isnan(change.before) and np.isnan(change.after) and not change.changed
    one = fork(parent, "one", [Patch("c", "set", (1.0,), first=11, last=11)])
    (change,) = patches_at(one, "c", 11, 0)
    assert np.isnan(change.before) and change.after == 1 and change.changed
    huge = fork(lstm(), "huge", [Patch("c", "scale", (1e308,), first=9)])
    assert np.isinf(patches_at(huge, "c", 300, 0)[0].after)


@pytest.mark.parametrize("budget", [0, 2**28])
def test_a_fork_of_a_fork_has_its_parents_patches_first(budget: int) -> None:
    first, second = Patch("c", "hold", first=130), Patch("c", "add", (1.0,), (1,), 250, 260)
    parent = fork(lstm(budget), "parent", [first], budget=budget)
    child = fork(parent, "child", [second], budget=budget)
    assert fired_at(child, "c", 129) == () and fired_at(child, "c", 140) == (first,)
    assert fired_at(child, "c", 255) == (first, second)
    assert fired_at(child, "c", 255, 0) == (first,)
    held, added = patches_at(child, "c", 255, 1)
    assert held.after == pytest.approx(parent.value("c", 129)[1])
    assert added.after == child.value("c", 255)[1] == held.after + 1
    assert patches_at(child, "c", 140, 0) == patches_at(parent, "c", 140, 0)


def test_a_lane_that_runs_free_would_have_read_its_answer() -> None:
    lane = make_lane(get_cell("rnn").with_readout("linear"), 9, units=3, inputs=4)
    free = simulate(Lane(lane.name, lane.cell, lane.params, lane.x, lane.initial, lane.dtype,
                         lane.units, Feedback(4)))  # fmt: skip
    child = fork(free, "child", [Patch("x", "set", (2.0,), (1,), 3, 6)])
    for t in (3, 4):
        np.testing.assert_array_equal(unpatched(child, "x", t), lane.x[t - 1])
    for t in (5, 6):
        np.testing.assert_array_equal(unpatched(child, "x", t), child.value("y", t - 1))
        assert patches_at(child, "x", t, 1)[0].after == 2 and not patches_at(child, "x", t, 0)
