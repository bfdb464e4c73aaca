"""From a model's section ``free_running`` to how it reads its own answers."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import listed, suggest
from ..simulate import Feedback
from . import schema
from .tape import Tape


def make_feedback(
    section: schema.FreeRunning | None,
    tape: Tape,
    sizes: tuple[int, int],
    problem: Callable[..., None],
) -> Feedback | None:
    """Say how a lane reads its own answers, or what is wrong with that.

    Parameters
    ----------
    section : FreeRunning or None
    tape : Tape
    sizes : tuple of (int, int)
        Of the model's answer and of its input.
    problem : callable
        Called with a message and the keys below the model's section that it is about.
    """
    if section is None:
        return None
    key = "free_running"
    marks = {**tape.marks, "last": tape.length}
    step = marks.get(section.start) if isinstance(section.start, str) else section.start
    if step is None:
        hint = suggest(str(section.start), marks)
        problem(
            f"there is no mark {section.start!r}{hint}; there are {listed(marks)}", key, "from"
        )
        return None
    if not 1 <= step < tape.length:
        problem(
            f"free running cannot begin after step {step}; it can after steps 1 to"
            f" {tape.length - 1}",
            key, "from",
        )  # fmt: skip
    if not tape.predicts_input:
        problem(
            "free running makes the answer the next input, but what is asked here is not the next"
            " input (target: next)",
            key, key=True,
        )  # fmt: skip
    elif sizes[0] != sizes[1]:
        problem(
            "free running makes the answer the next input, but the answer has size"
            f" {sizes[0]} and the input {sizes[1]}",
            key, key=True,
        )  # fmt: skip
    if section.sample is not None and not tape.classes:
        problem("sample draws classes; the answers here are numbers", key, "sample", key=True)
    return Feedback(step, tape.classes, section.sample)
