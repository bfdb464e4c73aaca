"""Conditions over a run: text like ``lstm.f[3] < 0.1``, true or false at each step.

A condition is evaluated for a range of steps at once; every value is an array ``(steps, units)``,
so over recorded signals it is a few vector operations. It can call nothing outside two tables: the
functions of the cells' language with those over units below, and what the ``Space`` offers. What
lies before the run (``h[t-3]`` at step 1) is NaN, and a comparison with NaN is neither true nor
false; see `truth`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np

from ..equations import syntax as s
from ..equations.functions import FUNCTIONS
from ..equations.parse import parse_condition
from ..equations.render import plain_expression
from ..errors import EquationError, listed, step_hint, suggest
from .table import ARITHMETIC, COMPARISONS, JUDGING, OVER_TIME, REDUCTIONS, TABLE
from .truth import TRUTH, compared, numbers, truths

if TYPE_CHECKING:
    from .space import Space

Array = np.ndarray
Call = Callable[["Evaluation", s.Call], Array]
_STRETCH = 2**16


class Evaluation:
    """One text evaluated over steps ``start`` to ``stop - 1`` of a space.

    ``known`` holds the calls whose value is the same at every step, by node; whoever evaluates one
    text stretch by stretch hands it on, so that ``accuracy(lstm, 500)`` is worked out once.
    """

    def __init__(
        self,
        space: Space,
        text: str,
        start: int,
        stop: int,
        known: dict[int, Array] | None = None,
    ) -> None:
        self.space = space
        self.text = text
        self.start = start
        self.stop = stop
        self.known: dict[int, Array] = {} if known is None else known

    def error(self, node: s.Expression, message: str) -> EquationError:
        """An error at a node, with its line of the text."""
        rows = self.text.split("\n")
        source = rows[node.line - 1] if node.line <= len(rows) else ""
        return EquationError(message, node.line, node.column, source)

    def over(self, start: int, stop: int) -> Evaluation:
        """The same text over other steps."""
        return Evaluation(self.space, self.text, start, stop, self.known)

    def read(self, node: s.Expression) -> Array:
        """Value of a node, ``(steps, n)`` or ``(1, n)`` where it is the same at every step."""
        if isinstance(node, s.Number):
            return np.full((1, 1), node.value)
        if isinstance(node, s.Text):
            return np.full((1, 1), node.value, dtype=object)
        if isinstance(node, s.Name):
            return self.name(node)
        if isinstance(node, s.Attribute):
            return self.signal(node)
        if isinstance(node, s.Lagged):
            base = s.Name(node.id, line=node.line, column=node.column)
            return self.past(base, node.lag)
        if isinstance(node, s.Past):
            return self.past(node.base, node.lag)
        if isinstance(node, s.Index):
            return self.index(node)
        if isinstance(node, s.Call):
            return self.call(node)
        if isinstance(node, s.Unary):
            return np.negative(self.number(node.operand))
        if isinstance(node, s.Binary):
            if node.op not in ARITHMETIC:
                raise self.error(node, "matrix products stand in cells only")
            return self.together(
                node, ARITHMETIC[node.op], self.number(node.left), self.number(node.right)
            )
        if isinstance(node, s.Compare):
            return self.compare(node)
        if isinstance(node, s.Not):
            return np.negative(self.judged(node.operand))
        if isinstance(node, s.Logic):
            decide = np.minimum if node.op == "and" else np.maximum
            return reduce(decide, [self.judged(operand) for operand in node.operands])
        raise self.error(node, "this cannot stand here")

    def number(self, node: s.Expression) -> Array:
        """Value of a node that must be a number."""
        value = self.read(node)
        if value.dtype == object:
            raise self.error(node, f"{plain_expression(node)} is a symbol, not a number")
        return numbers(value).astype(float)

    def truth(self, node: s.Expression) -> Array:
        """Whether a node that must be true or false is true, ``(steps, 1)`` of bool."""
        return self.judged(node) > 0

    def judged(self, node: s.Expression) -> Array:
        """Truth of a node that must be true or false, ``(steps, 1)``."""
        value = self.read(node)
        if value.dtype != TRUTH:
            raise self.error(
                node, f"{plain_expression(node)} is not true or false; compare it with something"
            )
        if value.shape[1] != 1:
            raise self.error(
                node,
                f"{plain_expression(node)} has {value.shape[1]} units; say any(…) or all(…),"
                " or which unit",
            )
        return value

    def name(self, node: s.Name) -> Array:
        if node.id == "t":
            return np.arange(self.start, self.stop, dtype=float)[:, None]
        if node.id in self.space.names:
            return self.space.value(node.id, self.start, self.stop)
        if node.id in self.space.lanes:
            some = self.space.lanes[node.id]
            raise self.error(
                node, f"{node.id} is a lane; say which of its values: {listed(some)}"
            )
        choices = [*self.space.names, "t", *self.space.lanes]
        if node.id.lower() == "nan":
            raise self.error(
                node, "NaN is asked for as nan(lane), whose first hit is the first NaN, or isnan(…)"
            )
        raise self.error(
            node, f"there is no {node.id!r}{suggest(node.id, choices)}; there are {listed(choices)}"
        )

    def lane_of(self, node: s.Expression) -> str:
        """The lane that a node names."""
        if isinstance(node, s.Name) and node.id in self.space.lanes:
            return node.id
        given = plain_expression(node)
        raise self.error(
            node, f"there is no lane {given!r}{suggest(given, self.space.lanes)};"
            f" there are {listed(self.space.lanes)}"
        )  # fmt: skip

    def signal(self, node: s.Attribute) -> Array:
        lane = self.lane_of(node.base)
        choices = self.space.lanes[lane]
        if node.name not in choices:
            raise self.error(
                node, f"{lane} has no {node.name!r}{suggest(node.name, choices)};"
                f" it has {listed(choices)}"
            )  # fmt: skip
        return self.space.signal(lane, node.name, self.start, self.stop)

    def past(self, base: s.Expression, lag: int) -> Array:
        first, stop = max(self.start - lag, 0), max(self.stop - lag, 0)
        known = self.over(first, max(stop, first + 1)).read(base)
        value = np.broadcast_to(known, (max(stop - first, len(known)), known.shape[1]))
        value = value[: stop - first]
        missing = self.stop - self.start - len(value)
        if missing == 0:
            return value
        if value.dtype == object:
            before = np.full((missing, value.shape[1]), None, object)
            return np.concatenate([before, value])
        if value.dtype == TRUTH:
            return np.concatenate([np.zeros((missing, value.shape[1]), TRUTH), value])
        return np.concatenate([np.full((missing, value.shape[1]), np.nan), value.astype(float)])

    def index(self, node: s.Index) -> Array:
        value = self.read(node.base)
        size = value.shape[1]
        shown = plain_expression(node.base)
        if isinstance(node.index, s.Slice):
            start, stop = (
                None if part is None else self.whole(part, "the end of a slice")
                for part in (node.index.start, node.index.stop)
            )
            part = value[:, start:stop]
            if part.shape[1] == 0:
                raise self.error(node, f"the slice is empty; {shown} has units 0 to {size - 1}")
            return part
        if isinstance(node.index, s.Text):
            labels: tuple[str, ...] = ()
            if isinstance(node.base, s.Attribute):
                labels = self.space.labels(self.lane_of(node.base.base), node.base.name)
            if node.index.value not in labels:
                raise self.error(
                    node.index, f"{shown} has no unit {node.index.value!r}; it has {listed(labels)}"
                )
            return self.unit(value, labels.index(node.index.value))
        unit = self.whole(node.index, "a unit")
        if not -size <= unit < size:
            raise self.error(
                node.index, f"{shown} has no unit {unit}; it has units 0 to {size - 1}"
            )
        return self.unit(value, unit % size)

    @staticmethod
    def unit(value: Array, unit: int) -> Array:
        """One unit as a view, so that a search over a recording touches one column only."""
        return value[:, unit : unit + 1]

    def whole(self, node: s.Expression, what: str) -> int:
        """A node that must be a whole number, known without looking at a step."""
        if isinstance(node, s.Number) and node.value == int(node.value):
            return int(node.value)
        raise self.error(node, f"{what} is a whole number")

    def step(self, node: s.Expression) -> int:
        """A node that must be a step: a number, or a mark's name."""
        named = node.value if isinstance(node, s.Text) else plain_expression(node)
        # Over two steps, so that what changes from step to step is not taken for one.
        value = np.empty(0) if isinstance(node, s.Text) else self.over(0, 2).number(node)
        if len(value) > 1:
            raise self.error(node, f"{plain_expression(node)} is not the same step at every step")
        if value.size != 1 or not float(value.flat[0]).is_integer():
            hint = step_hint(named, self.space.index)
            raise self.error(node, f"{plain_expression(node)} is not a step{hint}")
        step = int(value.flat[0])
        if not 0 <= step <= self.space.last:
            raise self.error(
                node, f"there is no step {step}; the run has steps 0 to {self.space.last}"
                f"{step_hint(step, self.space.index)}"
            )
        return step

    def steps(self, node: s.Call, start: s.Expression, stop: s.Expression) -> tuple[int, int]:
        """A range of steps, both ends included, as (start, stop)."""
        first, last = self.step(start), self.step(stop)
        if first > last:
            raise self.error(node, f"the range from step {first} to {last} is empty")
        return first, last + 1

    def arguments(self, node: s.Call, *names: str) -> None:
        """Raise unless a call has just these arguments."""
        if len(node.arguments) != len(names) or node.keywords:
            form = f"{node.function}({', '.join(names)})"
            raise self.error(node, f"{node.function} is called as {form}")

    def call(self, node: s.Call) -> Array:
        if id(node) in self.known:
            return self.known[id(node)]
        value = self.called(node)
        if value.dtype == bool:
            value = truths(value)
        measured = node.function in self.space.functions and self.stop - self.start > 1
        if node.function in OVER_TIME or node.function == "at" or (measured and len(value) == 1):
            self.known[id(node)] = value
        return value

    def called(self, node: s.Call) -> Array:
        name = node.function
        if name in self.space.functions:
            return self.space.functions[name](self, node)
        if name in REDUCTIONS:
            self.arguments(node, "value")
            return REDUCTIONS[name][0](self.taken(node, self))
        if name in OVER_TIME:
            self.arguments(node, "value", "first step", "last step")
            return self.over_time(node)
        if name == "at":
            self.arguments(node, "value", "step")
            step = self.step(node.arguments[1])
            return self.over(step, step + 1).read(node.arguments[0])
        function = FUNCTIONS.get(name)
        if function is None or name not in TABLE:
            choices = [*TABLE, *self.space.functions]
            raise self.error(
                node, f"there is no function {name!r}{suggest(name, choices)};"
                f" there are {listed(choices)}"
            )  # fmt: skip
        function.check_arguments(len(node.arguments), lambda text: self.error(node, text))
        if node.keywords:
            raise self.error(node, f"{name} takes no named arguments")
        values = [self.number(argument) for argument in node.arguments]
        try:
            with np.errstate(all="ignore"):
                return function.forward(*values)
        except ValueError:
            raise self.error(node, f"the arguments of {name} differ in size") from None

    def taken(self, node: s.Call, where: Evaluation) -> Array:
        """The first argument of a function over units or steps: numbers, or truths if it judges."""
        value = where.read(node.arguments[0])
        if value.dtype == object:
            raise self.error(node, f"{node.function} takes numbers, not symbols")
        return truths(value) if node.function in JUDGING else numbers(value)

    def over_time(self, node: s.Call) -> Array:
        """A function over a range of steps, stretch by stretch, so that memory stays bounded."""
        start, stop = self.steps(node, node.arguments[1], node.arguments[2])
        found, lengths = [], []
        for first in range(start, stop, _STRETCH):
            last = min(first + _STRETCH, stop)
            value = self.taken(node, self.over(first, last))
            found.append(OVER_TIME[node.function][0](value))
            lengths.append(last - first)
        if len(found) == 1:
            return found[0]
        parts = np.concatenate(found)
        if node.function == "mean_over":
            return np.average(parts, axis=0, weights=lengths)[None]
        return OVER_TIME[node.function][0](parts)

    def compare(self, node: s.Compare) -> Array:
        left_node, left = node.first, numbers(self.read(node.first))
        found: Array | None = None
        for op, right_node in zip(node.ops, node.others, strict=True):
            right = numbers(self.read(right_node))
            if (left.dtype == object) != (right.dtype == object):
                shown = plain_expression(left_node), plain_expression(right_node)
                raise self.error(
                    right_node, f"{shown[0]} and {shown[1]} cannot be compared:"
                    " one is a symbol, the other a number"
                )  # fmt: skip
            if left.dtype == object and op not in ("==", "!="):
                raise self.error(right_node, "symbols are compared with == and != only")
            result = self.together(node, partial(compared, COMPARISONS[op]), left, right)
            found = result if found is None else np.minimum(found, result)
            left_node, left = right_node, right
        assert found is not None
        return found

    def together(
        self, node: s.Expression, operation: Callable[[Array, Array], Array], a: Array, b: Array
    ) -> Array:
        if a.shape[1] != b.shape[1] and 1 not in (a.shape[1], b.shape[1]):
            raise self.error(
                node, f"sizes differ: {a.shape[1]} units on the left, {b.shape[1]} on the right"
            )
        with np.errstate(all="ignore"):
            return operation(a, b)


def evaluate_condition(space: Space, text: str, start: int, stop: int) -> Array:
    """Say at which steps a condition holds.

    Parameters
    ----------
    space : Space
    text : str
    start, stop : int
        Steps ``start`` to ``stop - 1``.

    Returns
    -------
    (stop - start,) ndarray of bool

    Raises
    ------
    EquationError
        With the position in the text, whatever is wrong with it.
    """
    found = Evaluation(space, text, start, stop).truth(parse_condition(text))
    return np.broadcast_to(found[:, 0], stop - start)
