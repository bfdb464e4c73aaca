"""Keymaps and settings are checked before they are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnstep.session.commands import COMMANDS
from rnnstep.session.keymap import KeymapError, build_keymap
from rnnstep.session.panels import PANELS
from rnnstep.session.settings import SettingsError, load_settings


def test_no_key_has_two_commands_and_few_have_none() -> None:
    keymap = build_keymap()
    assert set(COMMANDS) - set(keymap.values()) == {
        *PANELS, "none", "forget", "set-align", "set-against", "set-name"
    }  # fmt: skip
    assert sum(len(command.keys) for command in COMMANDS.values()) == len(keymap)


def test_a_users_keys_replace_a_commands_own() -> None:
    keymap = build_keymap({"step": ["right", "s"], "rewind": "S"})
    assert keymap["s"] == "step" and keymap["S"] == "rewind"
    assert "l" not in keymap and "h" not in keymap


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"stp": "s"}, "did you mean 'step'"),
        ({"step": "alt+s"}, "does not arrive"),
        ({"step": "ctrl+i"}, "it is tab"),
        ({"step": "rihgt"}, "did you mean 'right'"),
        ({"step": "hyper+x"}, "modifiers are ctrl and shift"),
        ({"step": "s", "rewind": "s"}, "s is given to step and to rewind"),
        ({"step": "q"}, None),
        ({"step": ["t"]}, "theme has no key left"),
        ({"step": 3}, "3 is not a key"),
    ],
)
def test_nonsense_is_refused_by_name(given: dict[str, object], message: str | None) -> None:
    if message is None:
        assert build_keymap(given)["ctrl+c"] == "quit"  # type: ignore[arg-type]
        return
    with pytest.raises(KeymapError, match=message):
        build_keymap(given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [("theme = 'pink'", "dark, light, contrast"), ("them = 1", "did you mean 'theme'"),
     ("theme =", "no TOML"), ("keys = 3", "a table")],
)  # fmt: skip
def test_wrong_settings_are_errors(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings(tmp_path / "settings.toml")


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml").theme == "dark"
