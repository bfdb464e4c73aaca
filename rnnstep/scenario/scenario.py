"""A scenario as it is used: one experiment, read from a file and checked.

Everything here is data; ``run`` makes the traces, ``expect`` judges them, ``training`` makes the
weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..cells import Cell
from ..equations.sizes import Sizes
from ..errors import StepError, listed, suggest
from ..learn import GOALS, AnyRecipe, Sampler
from ..simulate import Feedback, Lane, Patch
from ..simulate.breakpoint import Breakpoint
from .generators import Generator
from .learned import how_learned
from .tape import Tape

if TYPE_CHECKING:
    from .lesson import Lesson
    from .view import View

Array = np.ndarray


@dataclass(frozen=True)
class Training:
    """How a model of a scenario is trained.

    Attributes
    ----------
    recipe : Recipe, LeastSquares or Counting
        With the first seed.
    seeds : int
        How many seeds are tried, from the recipe's on.
    sampler : Sampler
    validation : Sampler or None
    """

    recipe: AnyRecipe
    seeds: int
    sampler: Sampler
    validation: Sampler | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """One lane of a scenario.

    Attributes
    ----------
    name, title, note : str
    cell : Cell
        With its readout.
    sizes : Sizes
    params : mapping of str to ndarray, or None
        None only if the scenario was loaded without weights.
    initial : mapping of str to ndarray
    dtype : dtype
    weights : Path or None
        The file that holds the parameters.
    metadata : mapping
        What the file says of itself: recipe, result, all seeds.
    training : Training or None
    feedback : Feedback or None
        Whether, and from which step on, the lane reads its own answers.
    patches : tuple of Patch
        Interventions; of a fork, its parent's and then its own.
    fork_of : str
        The parent's lane, if this is a fork.
    """

    name: str
    title: str
    note: str
    cell: Cell
    sizes: Sizes
    params: Mapping[str, Array] | None
    initial: Mapping[str, Array] = field(default_factory=dict)
    dtype: np.dtype = field(default_factory=lambda: np.dtype(np.float64))
    weights: Path | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    training: Training | None = None
    feedback: Feedback | None = None
    patches: tuple[Patch, ...] = ()
    fork_of: str = ""

    @property
    def free_from(self) -> int | None:
        """The last step that reads the tape, if the lane reads its own answers after it."""
        return self.feedback.start if self.feedback else None

    def lane(self, tape: Tape) -> Lane:
        """This model on a tape.

        Raises
        ------
        ValueError
            If the scenario was loaded without weights.
        """
        if self.params is None:
            raise ValueError(f"{self.name} has no weights")
        return Lane(
            self.name, self.cell, self.params, tape.x, self.initial, self.dtype,
            self.sizes.signals, self.feedback, self.patches,
        )  # fmt: skip

    @property
    def solved(self) -> tuple[int, int] | None:
        """(seeds that solved the task, seeds tried), if the training had a goal."""
        runs = self.metadata.get("seeds")
        recipe = self.metadata.get("recipe")
        if not isinstance(runs, list) or not isinstance(recipe, dict):
            return None
        if all(recipe.get(name) is None for name in GOALS):
            return None
        return sum(run.get("solved_at") is not None for run in runs), len(runs)

    @property
    def learned(self) -> str:
        """How its parameters were found, in a line; empty if no file says so."""
        return how_learned(self.metadata)


@dataclass(frozen=True)
class ScriptNote:
    """A remark that is shown at a step."""

    step: int
    text: str


@dataclass(frozen=True)
class Expectation:
    """One claim about a run that can fail.

    Attributes
    ----------
    that : str
        The condition.
    because : str
        The claim in words.
    step : int
        Where it is looked at.
    line, column : int
        Where it stands in the file.
    holds : bool
        Whether the condition must hold, or (a wrong choice of a question) must not.
    """

    that: str
    because: str
    step: int
    line: int = 1
    column: int = 1
    holds: bool = True


@dataclass(frozen=True, eq=False)
class Scenario:
    """One experiment.

    Attributes
    ----------
    path : Path
    title, about : str
    claims : tuple of str
        Which of the claims C1 to C19 it shows.
    tape : Tape
    fresh : Generator or None
        Draws fresh sequences of the same kind, if the input is a generator.
    models : mapping of str to Model
        In the order of the file.
    notes : tuple of ScriptNote
        By step.
    expectations : tuple of Expectation
        Those of the file, then those of the lesson's questions.
    lesson : Lesson or None
    remarks : tuple of str
        What was done to the data, which a reader of any number must know.
    breakpoints : tuple of Breakpoint
        Conditions to stop at.
    warnings : tuple of str
        What deserves a look without being wrong.
    has_matrix : bool
        Whether there is something to sweep; see ``rnnstep.scenario.sweep``.
    view : View or None
        Where it opens, if the file says so.
    text : str
        The file's own text.
    """

    path: Path
    title: str
    about: str
    claims: tuple[str, ...]
    tape: Tape
    fresh: Generator | None
    models: Mapping[str, Model]
    notes: tuple[ScriptNote, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    lesson: Lesson | None = None
    remarks: tuple[str, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()
    warnings: tuple[str, ...] = ()
    has_matrix: bool = False
    view: View | None = None
    text: str = ""

    @property
    def marks(self) -> dict[str, int]:
        """Named steps, the last one among them."""
        return {**self.tape.marks, "last": self.tape.length}

    def find_step(self, text: str, forms: tuple[str, ...] = ("a step",)) -> int:
        """The step that a word names: a mark, a name of the tape's index (a year), or a number.

        Parameters
        ----------
        text : str
        forms : tuple of str
            What the caller takes beside marks, for the error.

        Raises
        ------
        StepError
            If it names none.
        """
        word = text.strip()
        if word in self.marks:
            return self.marks[word]
        if word in self.tape.index:
            return self.tape.index.index(word) + 1
        if not word.isdecimal():
            raise StepError(
                f"{word!r} is no step and no mark{suggest(word, self.marks)};"
                f" say {listed([*self.marks, *forms])}"
            )
        if int(word) > self.tape.length:
            index, marks = self.tape.index, listed(self.tape.marks)
            named = f", {index[0]} to {index[-1]}" if index else ""
            named += f", and the marks {marks}" if self.tape.marks else ""
            raise StepError(
                f"there is no step {int(word)}; the run has 0 to {self.tape.length}{named}"
            )
        return int(word)

    def find_shift(self, text: str) -> int:
        """How many steps lie between two steps, ``cue:query``, that are to stand beside each other.

        Raises
        ------
        StepError
            If it does not have this form, or names no steps.
        """
        left, colon, right = text.partition(":")
        if not colon:
            raise StepError(f"{text!r} aligns nothing; it has the form STEP:STEP, as cue:query")
        return self.find_step(right) - self.find_step(left)
