"""Keys to commands: the defaults, and what a user's settings change, checked before it is used.

Textual takes any keymap in silence; here unknown commands, keys that no terminal sends, and clashes
are errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import RnnstepError, listed, suggest
from .commands import COMMANDS, COVERING, EVERYWHERE

_NAMED = {
    "right", "left", "up", "down", "home", "end", "pageup", "pagedown", "tab", "enter", "escape",
    "space", "backspace", "delete", "insert", "full_stop", "comma", "plus", "minus", "colon",
    "equals_sign", "question_mark", "slash", "backslash", "semicolon", "apostrophe",
    "left_square_bracket", "right_square_bracket", "left_parenthesis", "right_parenthesis",
    "less_than_sign", "greater_than_sign", "underscore", "exclamation_mark", "number_sign",
    "dollar_sign", "percent_sign", "ampersand", "asterisk", "at", "circumflex_accent",
    "grave_accent", "tilde", "vertical_line", "quotation_mark",
    *(f"f{n}" for n in range(1, 13)),
}  # fmt: skip
_DEAD = {
    "ctrl+h": "it is backspace", "ctrl+i": "it is tab", "ctrl+m": "it is enter",
    "ctrl+j": "it is enter on some terminals",
}  # fmt: skip
_SYMBOLS = {
    ".": "full_stop", ",": "comma", "+": "plus", "-": "minus", ":": "colon", "?": "question_mark",
    "=": "equals_sign", "/": "slash", "\\": "backslash", ";": "semicolon", "'": "apostrophe",
    "[": "left_square_bracket", "]": "right_square_bracket", "<": "less_than_sign",
    ">": "greater_than_sign", "_": "underscore", "!": "exclamation_mark", "#": "number_sign",
    "$": "dollar_sign", "%": "percent_sign", "*": "asterisk", "@": "at", " ": "space",
    "|": "vertical_line", '"': "quotation_mark", "~": "tilde",
}  # fmt: skip


class KeymapError(RnnstepError, ValueError):
    """A keymap cannot be used."""


def build_keymap(overrides: Mapping[str, str | list[str]] | None = None) -> dict[str, str]:
    """Say which command each key runs.

    Parameters
    ----------
    overrides : mapping of str to str or list of str
        New keys by command; they replace all keys of that command.

    Returns
    -------
    dict of str to str
        Command by key, in Textual's names; the keys of a mode with its name before them, as in
        ``question:1``. See `command_for`.

    Raises
    ------
    KeymapError
        With everything that is wrong.
    """
    problems: list[str] = []
    keys: dict[str, tuple[str, ...]] = {name: c.keys for name, c in COMMANDS.items()}
    changed: set[str] = set()
    for command, given in (overrides or {}).items():
        if command not in COMMANDS:
            problems.append(f"there is no command {command!r}{suggest(command, COMMANDS)}")
            continue
        wanted = list(given) if isinstance(given, list) else [given]
        checked = []
        for key in wanted:
            name, problem = key_of(key)
            if problem:
                problems.append(f"{command}: {problem}")
            else:
                checked.append(name)
        keys[command] = tuple(checked)
        changed.add(command)
    found: dict[str, str] = {}
    for command in sorted(keys, key=lambda name: name not in changed):
        mode = COMMANDS[command].mode
        for key in keys[command]:
            place = f"{mode}:{key}" if mode else key
            if place in found:
                if command in changed:
                    problems.append(f"{key} is given to {found[place]} and to {command}")
                continue
            found[place] = command
    kept = {*found.values(), *changed}
    lost = [name for name in COMMANDS if COMMANDS[name].keys and name not in kept]
    for name in lost:
        taken = ", ".join(f"{key} ({found[key]})" for key in COMMANDS[name].keys if key in found)
        problems.append(f"{name} has no key left; the keymap takes {taken}: give it another")
    if problems:
        raise KeymapError("the keymap cannot be used: " + "; ".join(problems))
    return found


def command_for(
    keymap: Mapping[str, str], modes: Sequence[str], key: str, character: str | None = None
) -> str | None:
    """The command that a key runs in some modes.

    Parameters
    ----------
    keymap : mapping of str to str
        What `build_keymap` made.
    modes : sequence of str
        See ``Session.modes``. A key that no mode says anything of means what it always does; on the
        contents page, which covers everything else, only commands of the app and of lessons.
    key, character : str
        The key in Textual's words, and what it types.
    """
    names = [name for name in (key, character) if name]
    places = (f"{mode}:{name}" for mode in modes for name in names)
    found = next((keymap[place] for place in places if place in keymap), None)
    if found:
        return found
    command = next((keymap[name] for name in names if name in keymap), None)
    if command and not {*modes}.isdisjoint(COVERING) and COMMANDS[command].group not in EVERYWHERE:
        return None
    return command


def key_of(key: object) -> tuple[str, str]:
    """A key's name in Textual's words, and what is wrong with it."""
    if not isinstance(key, str) or not key:
        return "", f"{key!r} is not a key"
    name = _SYMBOLS.get(key, key)
    *modifiers, last = name.split("+") if name != "+" else ["plus"]
    if name.lower() in _DEAD:
        return "", f"{key} cannot be told from another key: {_DEAD[name.lower()]}"
    if "alt" in modifiers and len(last) == 1:
        return "", f"{key}: alt with a letter does not arrive in every terminal"
    if any(modifier not in ("ctrl", "shift") for modifier in modifiers):
        return "", f"{key!r} is not a key; modifiers are ctrl and shift"
    if last in _NAMED or re.fullmatch(r"[a-zA-Z0-9]", last):
        return name, ""
    choices = listed(sorted(_NAMED)[:6])
    hint = suggest(last, _NAMED)
    return "", f"{key!r} is not a key{hint}; keys are letters, digits, {choices}, …"
