"""A fork shares its parent's past, follows the equations from its patch on, and changes no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import CELL, make_lane, reached, same

from rnnstep.cells import Cell, custom_cell, get_cell
from rnnstep.equations.compiled import SEGMENT
from rnnstep.equations.interpret import interpret
from rnnstep.simulate import Feedback, Lane, Patch, PatchError, Trace, fork, simulate
from rnnstep.simulate.patching import Patching, noise

LENGTH = 140
CASES = [(label, name) for label, cell in CELL.items() for name in ("x", *cell.graph.signals)]


def interpreted(lane: Lane) -> dict[str, np.ndarray]:
    """The reference: the interpreter with the lane's patches behind each equation."""
    patching = Patching(lane, {}, 0, lambda name, _: lane.initial[name])
    x = lane.x.copy()
    patching.change_inputs(x, 0)

    def change(name: str, value: np.ndarray, t: int) -> np.ndarray:
        row = np.array(np.broadcast_to(value, lane.sizes.signals[name]), float)
        if name in patching.by_signal:
            patching.apply(name, row, t)
        return row

    return interpret(lane.cell.graph, lane.params, x, lane.initial, lane.sizes.signals, change)


@pytest.mark.parametrize(("label", "name"), CASES, ids=lambda case: case)
def test_a_patch_changes_what_depends_on_it_and_exactly_nothing_else(label: str, name: str) -> None:
    cell, first = CELL[label], 70
    parent = simulate(make_lane(cell, LENGTH))
    child = fork(parent, "child", [Patch(name, "add", (0.37,), first=first, last=first)])
    can = reached(cell.graph, name, first, LENGTH)
    assert not same(parent, child, name, first, first + 1)
    for signal in child.signals:
        assert same(parent, child, signal, 0, first)
        for t in range(first, LENGTH + 1):
            if signal not in can[t]:
                assert same(parent, child, signal, t, t + 1), (signal, t)


@pytest.mark.parametrize(("label", "name"), CASES, ids=lambda case: case)
def test_a_patched_run_is_the_interpreters_with_the_same_patch(label: str, name: str) -> None:
    parent = simulate(make_lane(CELL[label], LENGTH, seed=1))
    patches = [
        Patch(name, "set", (0.2,), units=(0,), first=5, last=9),
        Patch(name, "noise", (0.3,), first=60, last=131, seed=4),
        Patch(name, "hold", first=66, last=68),
    ]
    child = fork(parent, "child", patches)
    for signal, values in interpreted(child.lane).items():
        np.testing.assert_allclose(
            child.rows(signal, 1, LENGTH + 1), values[1:], rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize(("label", "name"), CASES, ids=lambda case: case)
def test_a_patch_that_changes_nothing_leaves_the_parents_bits(label: str, name: str) -> None:
    parent = simulate(make_lane(CELL[label], 300, seed=2))
    child = fork(parent, "child", [Patch(name, "add", (0.0,), first=129, last=200)])
    kept = fork(parent, "kept", [
        Patch(name, "set", tuple(parent.value(name, 150).tolist()), first=150, last=150)
    ])  # fmt: skip
    for signal in parent.signals:
        for other in (child, kept):
            # x + 0 turns -0 into 0, so zeros are compared by value.
            np.testing.assert_array_equal(other[signal], parent[signal])
        assert same(parent, kept, signal, 0, 301)


@pytest.mark.parametrize("label", CELL)
@pytest.mark.parametrize("first", [1, 129, 300])
def test_a_fork_is_the_run_of_a_lane_that_has_its_patches(label: str, first: int) -> None:
    parent = simulate(make_lane(CELL[label], 300, seed=3))
    name = next(iter(CELL[label].graph.signals))
    patches = [Patch(name, "scale", (-0.5,), first=first), Patch("x", "add", (0.1,), first=first)]
    child = fork(parent, "child", patches)
    whole = simulate(replace(parent.lane, patches=tuple(patches)))
    sparse = [fork(simulate(parent.lane, 0), "child", patches, budget=b) for b in (0, 2000, 2**28)]
    for signal in child.signals:
        for other in (whole, *sparse):
            assert same(child, other, signal, 0, 301), (signal, other.kept)


def lstm(length: int = 600, budget: int = 2**28) -> Trace:
    return simulate(make_lane(get_cell("lstm"), length, seed=5), budget)


def test_a_forks_past_is_its_parents_memory() -> None:
    parent = lstm()
    child = fork(parent, "child", [Patch("f", "set", (0.0,), first=400)])
    for name in parent.signals:
        whole = parent.rows(name, 1, 601)
        assert np.shares_memory(child.rows(name, 1, 400), whole)
        assert not np.shares_memory(child.rows(name, 400, 601), whole)
    assert child.shared is not None and child.shared.parent is parent
    assert child.shared.first == 400 and child.lane.params["W_f"] is parent.lane.params["W_f"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_walk_over_forks_of_forks_finds_the_frames_of_going_there(data: st.DataObject) -> None:
    """Seeking in any order, in forks of forks that keep anything, gives the same bits."""
    signal = st.sampled_from(["x", "i", "f", "c", "h"])
    lane = make_lane(get_cell("lstm"), 400, seed=6)
    trace = simulate(lane, data.draw(st.sampled_from([0, 2**28])))
    for number in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(1, 400))
        last = data.draw(st.integers(first, 400))
        operation, values = data.draw(st.sampled_from([
            ("set", (0.1,)), ("noise", (0.5,)), ("clamp", (-0.1, 0.1)), ("hold", ()),
        ]))  # fmt: skip
        name = data.draw(signal)
        if operation == "hold" and first == 1:
            operation, values = "scale", (2.0,)
        patch = Patch(name, operation, values, first=first, last=last, seed=number)
        trace = fork(trace, f"child{number}", [patch], budget=data.draw(
            st.sampled_from([0, 40_000, 2**28])))  # fmt: skip
    whole = simulate(trace.lane)
    for _ in range(6):
        t = data.draw(st.integers(0, 400))
        for name, value in trace.frame(t).items():
            assert value.tobytes() == whole.value(name, t).tobytes(), (name, t)


def test_a_forks_parent_stays_as_it_was() -> None:
    parent = lstm()
    before = {name: parent[name].copy() for name in parent.signals}
    fork(parent, "child", [Patch("c", "set", (9.0,), first=3)])
    assert all(parent[n].tobytes() == v.tobytes() for n, v in before.items())


OPERATIONS = {
    "set": (Patch("c", "set", (0.5, -0.5), (0, 2), 7, 8), lambda v, b: [0.5, v[1], -0.5]),
    "add": (Patch("c", "add", (1.0,), None, 7, 8), lambda v, b: v + 1),
    "scale": (Patch("c", "scale", (2.0,), (1,), 7, 7), lambda v, b: [v[0], 2 * v[1], v[2]]),
    "clamp": (Patch("c", "clamp", (-0.01, 0.02), None, 7, 7), lambda v, b: v.clip(-0.01, 0.02)),
    "hold": (Patch("c", "hold", (), (0,), 7, 9), lambda v, b: [b[0], v[1], v[2]]),
    "noise": (
        Patch("c", "noise", (0.1,), None, 7, 7, 3), lambda v, b: v + 0.1 * noise(3, "c", 7, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_does_what_its_name_says(operation: str) -> None:
    parent = lstm(20)
    patch, expected = OPERATIONS[operation]
    child = fork(parent, "child", [patch])
    wanted = expected(parent.value("c", 7), parent.value("c", 6))
    assert child.value("c", 7).tolist() == np.asarray(wanted).tolist()


def test_hold_keeps_the_value_of_the_step_before_for_all_its_steps() -> None:
    child = fork(lstm(300), "child", [
        Patch("f", "add", (0.25,), (1,), 129, 129), Patch("f", "hold", (), (1,), 130, 140)
    ])  # fmt: skip
    held = child.rows("f", 129, 141)[:, 1]
    assert (held == held[0]).all() and child.value("f", 141)[1] != held[0]


@pytest.mark.parametrize("first", [1, SEGMENT + 1])
def test_hold_knows_the_step_before_though_the_fork_begins_behind_it(first: int) -> None:
    parent = lstm(200)
    child = fork(parent, "child", [Patch("c", "hold", first=first, last=first + 3)])
    assert (child.rows("c", first, first + 4) == parent.value("c", first - 1)).all()


def test_a_fork_is_all_in_memory_only_if_its_past_is() -> None:
    patch = Patch("c", "set", (0.0,), first=400)
    assert [fork(lstm(600, budget), "child", [patch]).kept for budget in (2**28, 0)] == [
        "everything", "states"
    ]  # fmt: skip


def test_swap_takes_the_value_of_another_lane_or_of_another_step() -> None:
    parent = lstm(200)
    other = simulate(make_lane(get_cell("gru"), 200, seed=9))
    traces = {"lane": parent, "gru": other}
    there = fork(parent, "a", [Patch("h", "swap", (), (2,), 5, 9, lane="gru")], traces)
    then = fork(parent, "b", [Patch("c", "swap", first=50, last=50, lane="lane", step=12)], traces)
    assert there.rows("h", 5, 10)[:, 2].tolist() == other.rows("h", 5, 10)[:, 2].tolist()
    assert then.value("c", 50).tolist() == parent.value("c", 12).tolist()
    again = fork(there, "c", [Patch("o", "set", (1.0,), first=150)])
    assert same(again, simulate(again.lane, traces=traces), "h", 0, 201)


def test_a_fork_of_a_swap_follows_the_same_lane_whatever_its_name_means_by_now() -> None:
    parent = lstm(200)
    first, other = (simulate(make_lane(get_cell("gru"), 200, seed=seed)) for seed in (9, 10))
    swapped = fork(
        parent, "a", [Patch("h", "swap", first=5, last=150, lane="tmp")], {"tmp": first}
    )
    for traces in ({"tmp": other}, {}):
        again = fork(swapped, "b", [Patch("o", "set", (1.0,), first=140, last=140)], traces)
        assert same(again, swapped, "h", 0, 151)
    both = fork(swapped, "c", [Patch("h", "swap", first=7, last=7, lane="tmp")], {"tmp": other})
    assert both.value("h", 7).tolist() == other.value("h", 7).tolist()
    assert both.value("h", 8).tolist() == first.value("h", 8).tolist()


def test_noise_depends_on_seed_signal_and_step_alone() -> None:
    parent = lstm(40)
    one = fork(parent, "a", [Patch("g", "noise", (1.0,), None, 30, 30)])
    many = fork(parent, "b", [Patch("g", "noise", (1.0,), (1,), 30, 35)])
    assert one.value("g", 30)[1] == many.value("g", 30)[1]
    assert noise(0, "g", 30, 3).tolist() == noise(0, "g", 30, 9)[:3].tolist()
    others = [noise(1, "g", 30, 3), noise(0, "f", 30, 3), noise(0, "g", 31, 3)]
    assert all((other != noise(0, "g", 30, 3)).all() for other in others)


def test_what_runs_free_feeds_a_patched_answer_back() -> None:
    cell = custom_cell("h = tanh(W @ x + U @ h[t-1])\ny = V @ h + h", output="y")
    lane = replace(make_lane(cell, 400, inputs=3), feedback=Feedback(150))
    parent = simulate(lane)
    child = fork(parent, "child", [Patch("y", "set", (0.5,), first=200, last=200)])
    assert child.value("x", 201).tolist() == [0.5] * 3
    assert same(parent, child, "x", 0, 201) and not same(parent, child, "h", 201, 202)
    edited = fork(parent, "edited", [Patch("x", "set", (0.1,), (0,), first=260, last=260)])
    assert edited.value("x", 260)[0] == 0.1
    assert edited.value("x", 260)[1] == edited.value("y", 259)[1]
    for trace in (child, edited):
        sparse = fork(simulate(lane, 0), "other", trace.lane.patches, budget=0)
        for other in (simulate(trace.lane), sparse):
            assert all(same(trace, other, name, 0, 401) for name in trace.signals)


def test_nan_of_the_past_stays_known_and_that_of_a_patch_is_found() -> None:
    parent = lstm(300)
    child = fork(parent, "child", [Patch("c", "set", (np.inf,), (1,), 200, 200)])
    found = child.first_nonfinite
    assert found is not None and (found.step, found.signal, found.unit) == (200, "c", 1)
    late = fork(child, "late", [Patch("o", "set", (0.0,), first=250)])
    assert late.first_nonfinite == found
    healed = fork(child, "healed", [Patch("c", "set", (0.0,), (1,), 200, 200)])
    assert healed.first_nonfinite is None


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        (Patch("q", "set", (0,)), "no signal.*x, i, f, g"),
        (Patch("ff", "set", (0,)), "did you mean 'f'"),
        (Patch("f", "sett", (0,)), "no known operation"),
        (Patch("f", "set", (0,), first=21), "never fires.*1 to 20"),
        (Patch("f", "set", (0,), first=3, last=21), "never fires"),
        (Patch("f", "set", (0,), first=0, last=3), "initial state.*`initial`"),
        (Patch("f", "set", (0,), first=9, last=8), "ends before it begins"),
        (Patch("f", "set", (0,), units=()), "no unit"),
        (Patch("f", "set", (0,), units=(3,)), "unit 3; f has units 0 to 2"),
        (Patch("f", "set", (0, 1)), "2 numbers for 3 units"),
        (Patch("f", "clamp", (1, 0)), "lower one first"),
        (Patch("f", "noise", (-1,)), "not negative"),
        (Patch("f", "hold"), "no value before step 1"),
        (Patch("x", "hold"), "no value before step 1"),
        (Patch("f", "symbol", (0,), symbol="A"), "where no input is"),
        (Patch("f", "swap", lane="gru"), "a lane 'gru'"),
        (Patch("f", "swap", lane="lane", source="k"), "'k', which lane does not have"),
        (Patch("f", "swap", lane="lane", source="x"), "takes 2 units for 3"),
        (Patch("f", "swap", lane="lane", step=99), "does not have"),
        (Patch("f", "swap", lane="lane", step=0), "does not have"),
    ],
)
def test_a_patch_that_could_not_fire_is_an_error(patch: Patch, message: str) -> None:
    parent = lstm(20)
    with pytest.raises(PatchError, match=message):
        fork(parent, "child", [patch], {"lane": parent})


def test_without_a_patch_no_fork_arises() -> None:
    with pytest.raises(PatchError, match="without a patch"):
        fork(lstm(5), "child", [])


def test_every_cell_is_tried() -> None:
    from rnnstep.cells import CELLS

    assert {label.split("-")[0] for label in CELL} == {*CELLS, "own"}
    assert all(isinstance(cell, Cell) for cell in CELL.values())
