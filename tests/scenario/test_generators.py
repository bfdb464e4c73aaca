"""Every task draws what its paper defines, and refuses what it cannot."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnstep.cells import get_cell
from rnnstep.errors import ParamsError
from rnnstep.learn import (
    NO_TARGET,
    Batch,
    initialise,
    loss_gradients,
)
from rnnstep.scenario.generators import (
    GENERATORS,
    Adding,
    ContinualReber,
    CopyMemory,
    Counting,
    Generator,
    LongLag,
    OptionError,
    Parity,
    Reber,
    Recall,
    Sine,
    TemporalOrder,
    TwoSequences,
)

Array = np.ndarray

SMALL: list[Generator] = [
    Recall(4, 5), Adding(20), Adding(6, "plain"), TemporalOrder(20), TemporalOrder(40, 3), Reber(),
    Reber(embedded=False), ContinualReber(30), LongLag(5), TwoSequences(20), Parity(3, 9),
    Parity(2, 6, "every"), Counting("ab", 1, 6), Counting("abc", 2, 2), CopyMemory(5, 3, 4),
    Sine(200),
]  # fmt: skip
EACH = pytest.mark.parametrize("task", SMALL, ids=repr)


def lengths_of(batch: Batch) -> Array:
    """Steps until the last one that is not padding, or that asks."""
    there = (batch.x != 0).any(axis=2) | batch.asked
    return len(there) - there[::-1].argmax(axis=0)


def words(task: Generator, batch: Batch) -> list[str]:
    ends = lengths_of(batch)
    return [
        "".join(task.names[k] for k in batch.x[:end, row].argmax(axis=1))
        for row, end in enumerate(ends)
    ]


@EACH
def test_a_seed_decides_the_tape_which_is_the_first_of_the_sequences_drawn(task: Generator) -> None:
    tape = task.tape(3)
    again = task.tape(3)
    np.testing.assert_array_equal(tape.x, again.x)
    batch = task.sample(np.random.default_rng(3), 1)
    np.testing.assert_array_equal(tape.x, batch.x[:, 0])
    assert any((task.tape(seed).x.shape != tape.x.shape) or (task.tape(seed).x != tape.x).any()
               for seed in range(4, 12)) or isinstance(task, LongLag | Counting)  # fmt: skip
    assert len(tape.symbols) == tape.length
    assert all(1 <= step <= tape.length for step in tape.marks.values())
    assert tape.names == task.names and tape.labels == task.labels
    # A tape has no padding: its last step asks, or is the last symbol.
    assert tape.asked(tape.length) or tape.asked(tape.length - 1)


@EACH
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 40))
def test_every_sequence_of_a_batch_is_well_formed(task: Generator, seed: int, count: int) -> None:
    batch = task.sample(np.random.default_rng(seed), count)
    assert batch.x.shape[1:] == (count, len(task.names))
    assert np.isfinite(batch.x).all()
    assert batch.asked.any(axis=0).all()
    ends = lengths_of(batch)
    # A Reber string has no greatest length.
    assert isinstance(task, Reber) or ends.max() <= task.longest
    for row, end in enumerate(ends):
        assert not batch.x[end:, row].any() and not batch.asked[end:, row].any()
    if batch.classes:
        assert batch.target.max() < len(task.labels) and batch.target.min() >= NO_TARGET
    if batch.legal is not None:
        steps, rows = np.nonzero(batch.asked)
        assert batch.legal[steps, rows, batch.target[steps, rows]].all()


@pytest.mark.parametrize("task", [Adding(20), Counting("ab", 1, 6), Reber()], ids=repr)
def test_padding_adds_nothing_to_the_loss_or_its_gradients(task: Generator) -> None:
    cell = get_cell("lstm").with_readout("softmax" if task.labels else "linear")
    answer = {"logits": len(task.labels)} if task.labels else {"y": 1}
    sizes = cell.sizes(4, {"x": len(task.names), **answer})
    params = initialise(cell, sizes, seed=1)
    batch = task.sample(np.random.default_rng(0), 6)
    loss, gradients = loss_gradients(cell, sizes, params, batch)
    ends = lengths_of(batch)
    assert len(set(ends.tolist())) > 1
    total, asked = 0.0, 0
    sums = {name: np.zeros_like(value) for name, value in gradients.items()}
    for row, end in enumerate(ends):
        alone = Batch(batch.x[:end, row : row + 1], batch.target[:end, row : row + 1])
        part, slopes = loss_gradients(cell, sizes, params, alone)
        count = int(alone.asked.sum())
        total, asked = total + part * count, asked + count
        for name in sums:
            sums[name] += slopes[name] * count
    assert loss == pytest.approx(total / asked, rel=1e-12)
    for name, value in gradients.items():
        np.testing.assert_allclose(value, sums[name] / asked, rtol=1e-9, atol=1e-14)


# The definitions, one by one.


@given(seed=st.integers(0, 2**32), length=st.integers(20, 130))
@settings(max_examples=30, deadline=None)
def test_adding_asks_for_half_and_a_quarter_of_the_sum_of_what_is_marked(
    seed: int, length: int
) -> None:
    batch = Adding(length).sample(np.random.default_rng(seed), 30)
    for row, end in enumerate(lengths_of(batch)):
        value, marker = batch.x[:end, row].T
        assert length <= end <= length + length // 10
        assert marker[0] == marker[-1] == -1 and (np.abs(value) <= 1).all()
        marked = np.flatnonzero(marker == 1)
        assert len(marked) in (1, 2) and (marked < max(10, length // 2)).all()
        assert len(marked) == 1 or (marked < 10).any()
        assert batch.target[end - 1, row, 0] == pytest.approx(0.5 + value[marked].sum() / 4)
        assert np.isnan(batch.target[: end - 1, row]).all()


def test_plain_adding_asks_for_the_sum_of_two_numbers_anywhere() -> None:
    batch = Adding(7, "plain").sample(np.random.default_rng(0), 3000)
    assert batch.x[:, :, 0].min() >= 0 and set(np.unique(batch.x[:, :, 1])) == {0.0, 1.0}
    assert (batch.x[:, :, 1].sum(axis=0) == 2).all()
    np.testing.assert_allclose(batch.target[-1, :, 0], batch.x.prod(axis=2).sum(axis=0))
    share = batch.x[:, :, 1].mean(axis=1)
    np.testing.assert_allclose(share, 2 / 7, atol=0.04)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("length", [20, 100, 250])
def test_temporal_order_names_the_order_of_the_symbols_that_count(count: int, length: int) -> None:
    task = TemporalOrder(length, count)
    batch = task.sample(np.random.default_rng(1), 2000)
    names = {2: ["XX", "XY", "YX", "YY"],
             3: ["XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY"]}  # fmt: skip
    classes = dict(zip(names[count], "QRSUVABC", strict=False))
    middle = {2: [(10, 20), (50, 60)], 3: [(10, 20), (33, 43), (66, 76)]}[count]
    answers = []
    for row, text in enumerate(words(task, batch)):
        assert re.fullmatch("E[abcdXY]*B", text) and length <= len(text) <= length * 1.1
        places = [k + 1 for k, symbol in enumerate(text) if symbol in "XY"]
        assert len(places) == count
        for place, (low, high) in zip(places, middle, strict=True):
            assert low * length // 100 <= place <= high * length // 100
        asked = np.flatnonzero(batch.target[:, row] != NO_TARGET)
        assert asked.tolist() == [len(text) - 1]
        answers.append(task.labels[batch.target[len(text) - 1, row]])
        assert answers[-1] == classes["".join(text[k - 1] for k in places)]
    share = np.unique(answers, return_counts=True)[1] / 2000
    np.testing.assert_allclose(share, 1 / 2**count, atol=0.05)


# The Reber grammar once more, written as a regular expression instead of an automaton.
FROM_4 = "(?:XT*VP)*(?:S|XT*VV)"
PLAIN_REBER = f"B(?:TS*X{FROM_4}|PT*V(?:V|P{FROM_4}))E"
EMBEDDED_REBER = rf"B([TP]){PLAIN_REBER}\1E"


def test_the_reber_expression_knows_the_strings_of_the_literature() -> None:
    for text in ("BTXSE", "BPVVE", "BTSXXVPSE", "BPTVPXVVE", "BTSXXTVVE", "BPVPXVPXVPXVVE"):
        assert re.fullmatch(PLAIN_REBER, text), text
    for text in ("BTSXPSE", "BPTVPXVSE", "BTXXTTVVX"):
        assert not re.fullmatch(PLAIN_REBER, text), text


@pytest.mark.parametrize("embedded", [True, False])
def test_every_reber_string_is_one_of_the_grammar_and_both_ways_are_as_likely(
    embedded: bool,
) -> None:
    task = Reber(embedded)
    batch = task.sample(np.random.default_rng(2), 5000)
    pattern = re.compile(EMBEDDED_REBER if embedded else PLAIN_REBER)
    texts = words(task, batch)
    assert all(pattern.fullmatch(text) for text in texts)
    assert min(map(len, texts)) == (9 if embedded else 5)
    assert np.mean([text[1] == "T" for text in texts]) == pytest.approx(0.5, abs=0.03)
    if embedded:
        assert sum(len(text) > task.longest for text in texts) <= 2
        assert task.tape(0).marks["query"] == task.tape(0).length - 2


@pytest.mark.parametrize("task", [Reber(), ContinualReber(12)], ids=repr)
def test_the_legal_symbols_are_those_that_come_after_the_same_beginning(task: Generator) -> None:
    batch = task.sample(np.random.default_rng(3), 20_000)
    came: dict[str, list[str]] = {}
    legal: dict[str, set[str]] = {}
    for row, text in enumerate(words(task, batch)):
        for k in range(len(text)):
            if batch.target[k, row] != NO_TARGET:
                came.setdefault(text[: k + 1], []).append(task.labels[batch.target[k, row]])
                named = {task.labels[j] for j in np.flatnonzero(batch.legal[k, row])}
                assert legal.setdefault(text[: k + 1], named) == named
    often = [start for start, symbols in came.items() if len(symbols) > 40]
    assert len(often) > 50
    for start in often:
        assert set(came[start]) == legal[start], start


def test_a_continual_stream_is_embedded_strings_one_after_another() -> None:
    task = ContinualReber(400)
    for text in words(task, task.sample(np.random.default_rng(4), 20)):
        assert len(text) == 400
        rest = text
        while found := re.match(EMBEDDED_REBER.replace(r"\1", "(?:T|P)"), rest):
            assert re.fullmatch(EMBEDDED_REBER, found.group())
            rest = rest[found.end() :]
        assert len(rest) < 100 and rest[:1] in ("B", "")


def test_a_long_lag_ends_as_it_began_and_never_changes_between() -> None:
    task = LongLag(4)
    batch = task.sample(np.random.default_rng(0), 400)
    drawn = batch.x.argmax(axis=2)
    texts = {tuple(task.names[k] for k in column) for column in drawn.T}
    assert texts == {("x", "a1", "a2", "a3", "x"), ("y", "a1", "a2", "a3", "y")}
    assert task.tape(0).symbols in (tuple("xaaax"), tuple("yaaay"))
    np.testing.assert_array_equal(batch.target[:-1], drawn[1:])
    assert (batch.target[-1] == NO_TARGET).all()
    assert np.mean(drawn[0] == 3) == pytest.approx(0.5, abs=0.1)


def test_two_sequences_tell_their_class_by_their_first_values_only() -> None:
    task = TwoSequences(50, 3)
    batch = task.sample(np.random.default_rng(0), 4000)
    which = batch.target[lengths_of(batch) - 1, np.arange(4000)]
    np.testing.assert_array_equal(batch.x[:3, :, 0], np.tile(1.0 - 2.0 * which, (3, 1)))
    noise = batch.x[3:50, :, 0]
    assert noise.var() == pytest.approx(0.2, rel=0.02)
    assert abs(noise[:, which == 0].mean()) < 0.01 and which.mean() == pytest.approx(0.5, abs=0.03)
    noisy = TwoSequences(50, 3, noisy=True).sample(np.random.default_rng(0), 4000)
    assert noisy.x[:3].std() > 1.05


@given(bits=st.lists(st.booleans(), min_size=2, max_size=40))
def test_parity_is_that_of_the_ones(bits: list[bool]) -> None:
    class Given:
        def integers(self, low: int, high: int, size: object) -> Array:
            return np.array([len(bits)]) if high > 2 else np.array(bits, int)[:, None]

    task = Parity(len(bits), len(bits), "every")
    batch = task.sample(Given(), 1)  # type: ignore[arg-type]
    assert batch.x[:, 0, 0].tolist() == [1.0 if bit else -1.0 for bit in bits]
    for k in range(len(bits)):
        assert task.labels[batch.target[k, 0]] == ("odd" if sum(bits[: k + 1]) % 2 else "even")
    end = Parity(len(bits), len(bits)).sample(Given(), 1)  # type: ignore[arg-type]
    assert end.target[-1, 0] == batch.target[-1, 0] and (end.target[:-1] == NO_TARGET).all()


@pytest.mark.parametrize("letters", ["ab", "abc"])
def test_counting_strings_have_as_many_of_each_letter(letters: str) -> None:
    task = Counting(letters, 2, 7)  # type: ignore[arg-type]
    batch = task.sample(np.random.default_rng(0), 600)
    sizes = set()
    for row, text in enumerate(words(task, batch)):
        n = text.count("a")
        assert text == "S" + "".join(letter * n for letter in letters) + "T"
        sizes.add(n)
        for k, symbol in enumerate(text[:-1]):
            named = {task.labels[j] for j in np.flatnonzero(batch.legal[k, row])}
            assert named == ({"a", "b"} if symbol == "a" else {text[k + 1]})
            assert task.labels[batch.target[k, row]] == text[k + 1]
    assert sizes == set(range(2, 8))


def test_copy_asks_for_blanks_and_then_for_the_symbols_in_their_order() -> None:
    task = CopyMemory(7, 3, 5)
    batch = task.sample(np.random.default_rng(0), 50)
    for row, text in enumerate(words(task, batch)):
        items = text[:3]
        assert text == items + "_" * 6 + ":" + "_" * 3
        answer = "".join(task.labels[k] for k in batch.target[:, row])
        assert answer == "_" * 10 + items
    assert task.tape(0).marks == {"delimiter": 10, "recall": 11}


def test_the_sine_is_that_of_the_book() -> None:
    task = Sine()
    batch = task.sample(np.random.default_rng(0), 500)
    noise = batch.x[:, :, 0] - np.sin(0.01 * np.arange(1, 1001))[:, None]
    assert noise.std() == pytest.approx(0.2, rel=0.01) and abs(noise.mean()) < 1e-3
    np.testing.assert_array_equal(batch.target[:-1], batch.x[1:])
    assert np.isnan(batch.target[-1]).all()


# The impossible.

IMPOSSIBLE = [
    (lambda: Recall(11), "classes is 11; it can be 2 to 10"),
    (lambda: Adding(10), "length is 10; it can be 20 to"),
    (lambda: Adding(20, "old"), "form is 'old'"),  # type: ignore[arg-type]
    (lambda: TemporalOrder(10), "length is 10; it can be 20 to"),
    (lambda: TemporalOrder(100, 4), "count is 4; it can be 2 to 3"),
    (lambda: ContinualReber(1), "length is 1; it can be 2 to"),
    (lambda: LongLag(1), "lag is 1; it can be 2 to 1000"),
    (lambda: TwoSequences(3, 3), "carry is 3; it can be 1 to 2"),
    (lambda: TwoSequences(variance=-1.0), "variance is -1.0"),
    (lambda: Parity(1, 1), "least is 1; it can be 2 to"),
    (lambda: Parity(9, 8), "most is 8; it can be 9 to"),
    (lambda: Counting("ab", 5, 4), "most is 4; it can be 5 to"),
    (lambda: CopyMemory(0), "blanks is 0; it can be 1 to"),
    (lambda: CopyMemory(10, 10, 27), "alphabet is 27; it can be 2 to 26"),
    (lambda: Sine(2), "length is 2; it can be 3 to"),
    (lambda: Sine(noise=float("nan")), "noise is nan"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), IMPOSSIBLE, ids=[m for _, m in IMPOSSIBLE])
def test_a_task_asked_for_the_impossible_names_option_value_and_range(
    make: object, message: str
) -> None:
    with pytest.raises(ParamsError, match=re.escape(message)):
        make()  # type: ignore[operator]


def test_other_options_must_leave_input_and_answers_as_they_are() -> None:
    assert Counting("ab", 1, 9).with_options({"most": 50}) == Counting("ab", 1, 50)
    with pytest.raises(OptionError, match="did you mean 'most'"):
        Counting().with_options({"mast": 50})
    with pytest.raises(OptionError, match="another input"):
        Counting().with_options({"letters": "abc"})
    with pytest.raises(OptionError, match="not of the kind"):
        Counting().with_options({"most": 2.5})


@pytest.mark.parametrize("key", list(GENERATORS))
def test_every_task_is_an_input_of_a_scenario_with_all_its_options(
    key: str, tmp_path: Path
) -> None:
    from rnnstep.scenario.load import parse_scenario

    options = ", ".join(
        f"{f.name}: {str(f.default).lower()}" for f in fields(GENERATORS[key])  # type: ignore[arg-type]
    )
    text = (
        f"format: 1\ntitle: T\ninput:\n  {key}: {{{options}{', ' * bool(options)}seed: 5}}\n"
        "models:\n  gru: {cell: gru, units: 2, weights: {init: {}}}\n"
    )
    scenario = parse_scenario(text, tmp_path / "t.yaml")
    assert isinstance(scenario.fresh, GENERATORS[key])
    np.testing.assert_array_equal(scenario.tape.x, GENERATORS[key]().tape(5).x)
