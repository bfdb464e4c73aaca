"""What tab completes in the prompt: verbs, commands, marks; behind a verb, what can stand there."""

from __future__ import annotations

import re

from . import prompt
from .commands import available
from .line import halves
from .session import Session

_SHOWN = 12


def complete_prompt(session: Session, direction: int = 1) -> None:
    """Complete the word before the cursor to the first that begins so; again, to the next one."""
    line = session.line
    before, behind = halves(session)
    if not line.offered or line.offered[line.at] != before:
        line.offered = (*_completed(session, before), before)
        line.at = -1 if direction > 0 else len(line.offered) - 1
    line.at = (line.at + direction) % len(line.offered)
    session.prompt = line.offered[line.at] + behind
    found = len(line.offered) - 1
    if found < 2:
        line.offered = ()
        line.hint = "" if found else "nothing begins so"
    else:
        words = [re.split(r"[\s(]", text)[-1] for text in line.offered[:_SHOWN]]
        line.hint = "  ".join(words) + (f"  … ({found})" if found > _SHOWN else "")


def _completed(session: Session, before: str) -> list[str]:
    """Every way to complete the last word."""
    verb, space, _ = before.partition(" ")
    if space and verb in prompt.VERBS:
        word = re.split(r"[^\w.]|\.\.", before)[-1]
        choices = prompt.words(session, verb, before[: len(before) - len(word)])
    else:
        word = before
        names = (command.id for command in available(session))
        choices = [*session.run.scenario.marks, *prompt.VERBS, *names]
    head = before[: len(before) - len(word)]
    return list(dict.fromkeys(head + choice for choice in choices if choice.startswith(word)))
