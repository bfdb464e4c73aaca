"""What a key press does to a session: the app and the replay go through here alike."""

from __future__ import annotations

from collections.abc import Mapping

from . import line
from .commands import COVERING, key_name, perform, submit_prompt
from .completion import complete_prompt
from .keymap import command_for
from .pending import resume
from .session import Host, Session

PROMPT_KEYS = (
    "enter", "escape", "ctrl+c", "tab", "shift+tab", "up", "down", *line.EDITING, *line.MOVING,
)  # fmt: skip
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
    else:
        command = command_for(keymap, session.modes, key, character)
        if command:
            perform(session, host, command)
        elif session.mode == "contents":
            session.message = ""
        elif session.mode not in (*COVERING, "offer", "question"):
            session.message = f"{character or key_name(key)} does nothing; ? shows what keys do"
    resume(session)


def type_key(session: Session, host: Host, key: str, character: str | None) -> None:
    """Press a key while the prompt is open."""
    session.problem, session.message, session.line.hint = None, "", ""
    if key in ("tab", "shift+tab"):
        complete_prompt(session, 1 if key == "tab" else -1)
        return
    session.line.offered = ()
    if key in ("up", "down"):
        line.recall(session, -1 if key == "up" else 1)
        return
    session.line.recalled = ()
    if key == "enter":
        submit_prompt(session, host)
    elif key in ("escape", "ctrl+c"):
        line.close(session)
    elif key in line.MOVING:
        line.MOVING[key](session)
    elif key in line.EDITING:
        session.line.typed = True
        line.EDITING[key](session)
    elif character:
        session.line.typed = True
        line.insert(session, character)
