"""Where we stand in a run: at step t, with k equations of the step done.

``(t, k)`` with 1 ≤ k ≤ K, where K is the number of equations of a step; ``(t, K)`` is after step t,
and ``(0, K)`` is the initial state. ``(t, k)`` with k < K is inside step t: the first k signals of
the step are known, the others still have their old meaning of "not yet". Moving only changes these
two numbers: the recorded future stays as it is, whatever way one walks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import StepError


@dataclass(frozen=True)
class Cursor:
    """A position in a run.

    Attributes
    ----------
    t : int
        Step, 0 to ``length``.
    k : int
        Equations of step t that are done, 1 to ``equations``.
    length : int
        Steps of the run.
    equations : int
        Equations of a step.
    """

    t: int
    k: int
    length: int
    equations: int

    @classmethod
    def begin(cls, length: int, equations: int) -> Cursor:
        """Stand at the initial state."""
        return cls(0, equations, length, equations)

    def __post_init__(self) -> None:
        if not 0 <= self.t <= self.length:
            raise StepError(f"there is no step {self.t}; the run has steps 0 to {self.length}")
        if not 1 <= self.k <= self.equations:
            raise StepError(
                f"a step has {self.equations} equations; {self.k} of them cannot be done"
            )

    @property
    def whole(self) -> bool:
        """Whether all equations of the step are done."""
        return self.k == self.equations

    def step(self, count: int = 1) -> Cursor:
        """Go forwards by whole steps, to the end at most; from inside a step, first finish it."""
        if count > 0 and not self.whole:
            return replace(self, k=self.equations).step(count - 1)
        return self.jump(min(self.t + count, self.length))

    def rewind(self, count: int = 1) -> Cursor:
        """Go backwards by whole steps, to the start at most; from inside a step, first undo it."""
        return self.jump(max(self.t - count, 0))

    def jump(self, t: int) -> Cursor:
        """Go to after step t.

        Raises
        ------
        StepError
            If there is no such step.
        """
        return replace(self, t=t, k=self.equations)

    def micro(self, count: int = 1) -> Cursor:
        """Go by single equations, forwards or (negative) backwards, over step boundaries."""
        place = self.t * self.equations + (self.k - self.equations) + count
        place = max(0, min(place, self.length * self.equations))
        t = -(-place // self.equations)
        return replace(self, t=t, k=place - (t - 1) * self.equations if t else self.equations)
