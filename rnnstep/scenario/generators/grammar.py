"""Walking through a finite automaton, two ways at most at every state, for many strings at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from .base import PADDING, one_hot

Array = np.ndarray


@dataclass(frozen=True)
class Grammar:
    """A grammar whose strings are the ways through an automaton, each way out as likely.

    Attributes
    ----------
    alphabet : str
        Its symbols.
    ways : tuple
        For each state its ways out, one or two, as (symbol, next state). State 0 is the first, and
        the number after the last state is the end.
    endless : bool
        Whether a string begins anew where it would end.
    """

    alphabet: str
    ways: tuple[tuple[tuple[str, int], ...], ...]
    endless: bool = False

    @cached_property
    def _tables(self) -> tuple[Array, Array]:
        """Symbols and next states by (state, way), ``(S, 2)``; a single way stands twice."""
        doubled = [way if len(way) == 2 else way * 2 for way in self.ways]
        symbols = np.array([[self.alphabet.index(symbol) for symbol, _ in way] for way in doubled])
        states = np.array([[state for _, state in way] for way in doubled])
        return symbols, np.where(self.endless & (states == len(self.ways)), 0, states)

    @cached_property
    def legal(self) -> Array:
        """Which symbols may come in a state, ``(S + 1, symbols)`` of bool; none at the end."""
        symbols, _ = self._tables
        found = np.zeros((len(self.ways) + 1, len(self.alphabet)), bool)
        found[np.arange(len(self.ways))[:, None], symbols] = True
        return found

    def walk(
        self, rng: np.random.Generator, count: int, steps: int | None = None
    ) -> tuple[Array, Array]:
        """Draw strings.

        Parameters
        ----------
        rng : Generator
        count : int
        steps : int, optional
            How many symbols; until all strings have ended unless given.

        Returns
        -------
        symbols : (T, count) ndarray of int
            Padded with ``PADDING``.
        states : (T, count) ndarray of int
            The state after each symbol.
        """
        next_symbol, next_state = self._tables
        end = len(self.ways)
        state = np.zeros(count, np.int64)
        symbols: list[Array] = []
        states: list[Array] = []
        while len(symbols) != steps and (state < end).any():
            way = rng.integers(0, 2, count)
            here = np.minimum(state, end - 1)
            symbols.append(np.where(state < end, next_symbol[here, way], PADDING))
            state = np.where(state < end, next_state[here, way], end)
            states.append(state)
        return np.array(symbols), np.array(states)

    def baseline(self, steps: int | None = None) -> tuple[float, float]:
        """Loss and accuracy of the best that knows the present symbol alone.

        Exact: from how often a string comes through each state (for an endless one, in its first
        ``steps`` symbols). The loss is that of the first-order chain; the accuracy that of the
        ranking of next symbols, one for each present symbol, that is right most often.
        """
        next_symbol, next_state = self._tables
        size, kinds = len(self.ways), len(self.alphabet)
        move = np.zeros((size, size + 1))
        for way in (0, 1):
            np.add.at(move, (np.arange(size), next_state[:, way]), 0.5)
        visits = np.zeros(size)
        if steps is None:
            visits = np.linalg.solve(np.eye(size) - move[:, :size].T, np.eye(size)[0])
        else:
            present = np.eye(size)[0]
            for _ in range(steps):
                visits += present
                present = present @ move[:, :size]
        # arrivals[u, s]: how often a string reads the symbol u and is then in state s.
        arrivals = np.zeros((kinds, size + 1))
        for way in (0, 1):
            np.add.at(arrivals, (next_symbol[:, way], next_state[:, way]), 0.5 * visits)
        arrivals = arrivals[:, :size]
        chances = one_hot(next_symbol, kinds).mean(axis=1)
        pairs = arrivals @ chances
        asked = pairs.sum()
        share = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1e-300)
        loss = -(pairs * np.log(np.where(share > 0, share, 1.0))).sum() / asked
        right = sum(self._most_right(row) for row in arrivals)
        return float(loss), float(right / asked)

    def _most_right(self, weights: Array) -> float:
        """The weight of the states that one ranking of the symbols can get right at most.

        A ranking gets right every set of symbols that it begins with, and these are nested.
        """
        by_set: dict[frozenset[int], float] = {}
        for state in np.flatnonzero(weights):
            legal = frozenset(np.flatnonzero(self.legal[state]).tolist())
            by_set[legal] = by_set.get(legal, 0.0) + float(weights[state])
        return max(
            (
                sum(by_set[legal] for legal in some)
                for size in range(1, len(by_set) + 1)
                for some in combinations(by_set, size)
                if _nested(some)
            ),
            default=0.0,
        )


def _nested(sets: Iterable[frozenset[int]]) -> bool:
    return all(a < b or b < a for a, b in combinations(sets, 2))
