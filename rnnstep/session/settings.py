"""What a user has chosen for good: theme, glyphs and keys, in a small TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import RnnstepError, listed, suggest

THEMES = ("dark", "light", "contrast")
GLYPHS = ("auto", "blocks", "unicode", "ascii")


class SettingsError(RnnstepError, ValueError):
    """The settings file cannot be used."""


@dataclass(frozen=True)
class Settings:
    """A user's choices.

    Attributes
    ----------
    theme : str
        One of ``THEMES``.
    glyphs : str
        One of ``GLYPHS``; ``auto`` looks at the terminal.
    keys : mapping of str to keys
        New keys by command.
    """

    theme: str = "dark"
    glyphs: str = "auto"
    keys: dict[str, str | list[str]] = field(default_factory=dict)


def settings_path() -> Path:
    """Where the file lies on this system."""
    from platformdirs import user_config_path

    return user_config_path("rnnstep", appauthor=False) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; without a file, the defaults.

    Raises
    ------
    SettingsError
        If the file is there and wrong.
    """
    path = path or settings_path()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is no TOML: {error}") from None
    problems = []
    known = tuple(Settings.__dataclass_fields__)
    for key in data:
        if key not in known:
            problems.append(f"unknown key {key!r}{suggest(key, known)}; there are {listed(known)}")
    for key, choices in (("theme", THEMES), ("glyphs", GLYPHS)):
        if key in data and data[key] not in choices:
            problems.append(f"{key} is {data[key]!r}; it can be {listed(choices)}")
    if not isinstance(data.get("keys", {}), dict):
        problems.append("keys is a table: command = key")
    if problems:
        raise SettingsError(f"{path}: " + "; ".join(problems))
    return Settings(**data)
