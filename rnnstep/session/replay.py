"""Driving a session by keys without a screen: the same journeys as tests and as pictures.

Keys are words between spaces: what a key types (``l``, ``G``, ``?``), its name (``enter``, ``tab``,
``ctrl+r``), or, while the prompt is open, a word that is typed letter by letter, if it is no key of
the prompt; ``space`` types a space there. What plays is played to its end, and what is searched or
computed is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..errors import RnnstepError
from .keymap import key_of
from .keys import PROMPT_KEYS, press
from .pending import settle
from .session import Session


@dataclass
class ReplayHost:
    """What commands may ask of an app, where there is none.

    Attributes
    ----------
    copied : list of str
        What was copied, in order.
    ended : bool
        Whether the session was quit.
    """

    copied: list[str] = field(default_factory=list)
    ended: bool = False

    def quit(self) -> None:
        self.ended = True

    def copy(self, text: str) -> None:
        self.copied.append(text)

    def nothing(self, *_: object) -> None:
        """What a screen alone can do is left out."""

    help = palette = next_theme = suspend = redraw = nothing

    def open_lesson(self, index: int) -> None:
        raise RnnstepError("a replay stays in the lesson that it was given")


def replay(
    session: Session,
    keymap: Mapping[str, str],
    keys: str,
    seen: Callable[[str], object] | None = None,
) -> ReplayHost:
    """Press keys one after the other, to the end or until one of them quits.

    Parameters
    ----------
    session : Session
    keymap : mapping of str to str
        What `build_keymap` made.
    keys : str
        Words between spaces.
    seen : callable, optional
        Called with each word after its keys were pressed.

    Raises
    ------
    RnnstepError
        If a word is no key.
    """
    host = ReplayHost()
    for word in keys.split():
        for key, character in _pressed(word, session.prompt is not None):
            press(session, host, keymap, key, character)
            settle(session)
        while session.playing:
            session.tick()
        if seen:
            seen(word)
        if host.ended:
            break
    return host


def _pressed(word: str, typing: bool) -> list[tuple[str, str | None]]:
    """The key presses that a word means."""
    if typing and word == "space":
        return [("space", " ")]
    if typing and word not in PROMPT_KEYS:
        return [(letter, letter) for letter in word]
    name, problem = key_of(word)
    if problem:
        raise RnnstepError(problem)
    return [(name, word if len(word) == 1 else None)]
