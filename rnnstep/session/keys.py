"""What a key press does to a session: the app and the replay go through here alike."""

from __future__ import annotations

from collections.abc import Mapping

from .commands import complete_prompt, perform, submit_prompt
from .keymap import command_for
from .session import Host, Session

LONGEST_PROMPT = 200
PROMPT_KEYS = ("enter", "escape", "ctrl+c", "backspace", "ctrl+u", "tab")
"""Keys that do something in the prompt; all others are typed."""


def press(
    session: Session, host: Host, keymap: Mapping[str, str], key: str, character: str | None
) -> None:
    """Press a key.

    Parameters
    ----------
    session : Session
    host : Host
    keymap : mapping of str to str
        What `build_keymap` made.
    key, character : str
        The key in Textual's words, and what it types, if anything.
    """
    if session.prompt is not None:
        type_key(session, host, key, character)
        return
    command = command_for(keymap, session.mode, key, character)
    if command:
        perform(session, host, command)


def type_key(session: Session, host: Host, key: str, character: str | None) -> None:
    """Press a key while the prompt is open."""
    text = session.prompt or ""
    session.problem = None
    if key == "enter":
        submit_prompt(session, host)
    elif key in ("escape", "ctrl+c"):
        session.prompt = None
    elif key == "backspace":
        session.prompt = text[:-1] if text else None
    elif key == "ctrl+u":
        session.prompt = ""
    elif key == "tab":
        complete_prompt(session)
    elif character and len(text) < LONGEST_PROMPT:
        session.prompt = text + character
