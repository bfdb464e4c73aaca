"""Write docs/keys.md from the table of commands.

    python docs/make_keys.py
"""

from __future__ import annotations

from pathlib import Path

from rnnstep.session.commands import COMMANDS, key_name

HEAD = """\
# Keys

Made from the table of commands by `python docs/make_keys.py`. Left and right is time, up and down
is space; small letters go forwards, capitals back. Esc never quits.

| key | command | what it does |
|---|---|---|
"""
TAIL = """
In the prompt tab completes and, pressed again, goes on to the next choice (`shift tab` back); `↑`
and `↓` bring earlier lines back, of the verb that stands there if one does; `←` `→` `home` `end`
`ctrl+a` `ctrl+e` move, `backspace` `delete` `ctrl+w` `ctrl+u` delete, esc leaves. What is wrong
stays to be mended.

Mouse: a click on the tape, a map or the timeline goes there; on a lane it selects the lane; on the
footer it runs the command. The wheel steps.

## Settings

A file `settings.toml` in the folder for settings of your system (Linux `~/.config/rnnstep`, macOS
`~/Library/Application Support/rnnstep`, Windows `%LOCALAPPDATA%\\rnnstep`) changes them for good:

```toml
theme = "light"            # dark, light or contrast
glyphs = "auto"            # auto, blocks, unicode or ascii

[keys]                     # all keys of a command, in place of its own
step = ["right", "s"]
rewind = "b"
```

Unknown commands, keys that no terminal sends, and keys given twice are errors, and rnnstep says
which. In a browser (textual-serve) click into the app once, so that it gets the keys.
"""


def text() -> str:
    """The page."""
    rows = []
    for command in COMMANDS.values():
        keys = " ".join(f"`{key_name(key)}`" for key in command.keys) or f"`:{command.id}`"
        rows.append(f"| {keys} | `{command.id}` | {command.title} |")
    return HEAD + "\n".join(rows) + "\n" + TAIL


if __name__ == "__main__":
    (Path(__file__).parent / "keys.md").write_text(text(), encoding="utf-8")
