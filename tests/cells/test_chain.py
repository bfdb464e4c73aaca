"""A table of probabilities is found in the equations, and its long run is that of walking it."""

from __future__ import annotations

import numpy as np
import pytest

from rnnstep.cells import custom_cell, get_cell
from rnnstep.cells.chain import chain_of, context_symbols, stationary


def test_a_chain_is_known_by_its_equations() -> None:
    for order in (1, 2, 3):
        chain = chain_of(get_cell("markov", order=order).with_readout("probabilities"))
        assert chain is not None and (chain.table, chain.order) == ("P", order)
    own = custom_cell("q = T @ x  # probabilities", output="q").with_readout("probabilities")
    found = chain_of(own)
    assert found is not None and found.table == "T"
    assert chain_of(get_cell("lstm")) is None
    assert chain_of(custom_cell("q = T @ x", output="q")) is None
    state = custom_cell("h = h[t-1] + x\nq = T @ h", output="q").with_readout("probabilities")
    assert chain_of(state) is None


@pytest.mark.parametrize("order", [1, 2])
def test_the_long_run_is_that_of_many_steps(order: int) -> None:
    rng = np.random.default_rng(3)
    table = rng.dirichlet(np.ones(3), size=3**order).T
    found = stationary(table, order)
    assert found is not None
    contexts = np.full(3**order, 1 / 3**order)
    for _ in range(2000):
        shared = (table * contexts).reshape(3, *(3,) * order)
        contexts = shared.sum(axis=-1).ravel()
    np.testing.assert_allclose(found, contexts.reshape(3, -1).sum(axis=1), atol=1e-12)


def test_what_alternates_has_a_long_run_and_what_is_torn_apart_has_none() -> None:
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(stationary(swap), [0.5, 0.5])
    assert stationary(np.eye(2)) is None
    assert stationary(np.array([[0.5, 0.2], [0.4, 0.8]])) is None
    assert stationary(np.full((2, 4), 0.5)) is None


def test_the_newest_symbol_of_a_context_counts_most() -> None:
    assert [context_symbols(k, 2, 3) for k in (0, 1, 3, 8)] == [(0, 0), (0, 1), (1, 0), (2, 2)]
    assert np.argmax(np.outer([0, 1, 0], [1, 0, 0]).ravel()) == 3
