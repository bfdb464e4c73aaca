"""Ⓐ + Ⓑ is the new memory and Ⓒ is what is shown of it: found in the equations of any cell."""

from __future__ import annotations

import numpy as np
import pytest
from sessions import run_of

from rnnstep.cells import Cell, custom_cell, get_cell
from rnnstep.cells.lstm import make as lstm
from rnnstep.equations.interpret import evaluate, interpret
from rnnstep.equations.parts import labelled, parts_of
from rnnstep.export.explain import explain_cell


def labels(cell: Cell) -> dict[str, str]:
    parts = parts_of(cell.graph)
    return {name: labelled(p, (part.symbols for part in p)) for name, p in parts.items()}


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (get_cell("lstm"), {"c": "Ⓐ f ⊙ cₜ₋₁ + Ⓑ i ⊙ g", "h": "Ⓒ o ⊙ tanh(c)"}),
        (lstm(peepholes=True, coupled=True), {"c": "Ⓐ f ⊙ cₜ₋₁ + Ⓑ i ⊙ g", "h": "Ⓒ o ⊙ tanh(c)"}),
        (lstm(output_gate=False), {"c": "Ⓐ f ⊙ cₜ₋₁ + Ⓑ i ⊙ g"}),
        (lstm(forget_gate=False), {"c": "Ⓐ cₜ₋₁ + Ⓑ i ⊙ g", "h": "Ⓒ o ⊙ tanh(c)"}),
        (get_cell("gru"), {"h": "Ⓑ (1 − z) ⊙ n + Ⓐ z ⊙ hₜ₋₁"}),
        (get_cell("gru", z="updates"), {"h": "Ⓐ (1 − z) ⊙ hₜ₋₁ + Ⓑ z ⊙ n"}),
        (get_cell("rnn"), {}),
        (custom_cell("h = x * a + h[t-1] * (1 - a)"), {"h": "Ⓑ a ⊙ x + Ⓐ (1 − a) ⊙ hₜ₋₁"}),
        (custom_cell("i = sigmoid(W @ x)\nh = h[t-1] + x * i"), {"h": "Ⓐ hₜ₋₁ + Ⓑ i ⊙ x"}),
        (custom_cell("h = h[t-1] + x"), {}),
        (custom_cell("z = sigmoid(W @ x)\nh = h[t-1] + z * (x - h[t-1])"), {}),
        (custom_cell("h = tanh(U @ h[t-1]) * h[t-1] + a * x"), {}),
        (custom_cell("z = sigmoid(W @ x)\nh = z * h[t-1] + V @ x\ny = z * (R @ h)", output="y"),
         {"h": "Ⓐ z ⊙ hₜ₋₁ + Ⓑ V·x"}),
    ],
    ids=lambda value: value.text.partition("\n")[0] if isinstance(value, Cell) else "",
)  # fmt: skip
def test_labels_follow_from_the_structure(cell: Cell, wanted: dict[str, str]) -> None:
    assert labels(cell) == wanted


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_the_parts_of_a_signal_add_up_to_it(name: str) -> None:
    cell = get_cell(name)
    sizes = cell.sizes(3, {"x": 2})
    rng = np.random.default_rng(0)
    params = {n: rng.normal(size=shape) for n, shape in sizes.params.items()}
    x = rng.normal(size=(4, 2))
    run = interpret(cell.graph, params, x, {}, sizes.signals)
    now = {**params, "x": x[2], **{n: values[3] for n, values in run.items() if n != "x"}}
    for signal, parts in parts_of(cell.graph).items():
        total = sum(evaluate(part.expression, now, lambda n, k: run[n][3 - k]) for part in parts)
        np.testing.assert_allclose(total, run[signal][3], rtol=0, atol=1e-15)


def test_words_say_how_much_of_what_and_explain_prints_them() -> None:
    text = explain_cell(get_cell("lstm"), get_cell("lstm").sizes(2, {"x": 2}))
    for line in ("Ⓐ keep × past: f ⊙ cₜ₋₁", "Ⓑ let in × new: i ⊙ g",
                 "Ⓒ let out × memory: o ⊙ tanh(c)"):  # fmt: skip
        assert line in text
    parts = parts_of(custom_cell("i = sigmoid(W @ x)\nh = h[t-1] + x * i").graph)["h"]
    assert [part.words for part in parts] == ["past", "let in × new"]


def test_show_and_inspector_give_the_parts_with_numbers() -> None:
    from rnnstep.export.show import show_step
    from rnnstep.session.session import Session
    from rnnstep.tui.paint.inspector import substitutions

    run = run_of("long_dependency")
    c, f, before = (float(run["lstm"].value(n, t)[0]) for n, t in (("c", 40), ("f", 40), ("c", 39)))
    text = show_step(run, 40, ("lstm",), 0)
    assert f"Ⓐ keep × past: f ⊙ cₜ₋₁ = {f * before:.6g}" in text
    assert f"Ⓑ let in × new: i ⊙ g = {c - f * before:.5g}"[:-1] in text
    session = Session(run)
    session.select_lane("lstm")
    session.jump(40)
    row = next(row for row in substitutions(session) if row.signal == "c")
    assert row.symbols == "Ⓐ f ⊙ cₜ₋₁ + Ⓑ i ⊙ g" and row.numbers.startswith("Ⓐ 0.993 × ")
    assert row.parts[0] == f"Ⓐ keep × past = {f * before:.3f}"
