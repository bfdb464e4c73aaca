"""The option ``--lang``: in which language a scenario's texts are shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario.language import check_language, locale_language

if TYPE_CHECKING:
    from ..scenario.scenario import Scenario


def chosen_language(given: str) -> str:
    """The language of the option, or of the locale where it is empty.

    Raises
    ------
    LanguageError
        If the option names no language.
    """
    return check_language(given) if given else locale_language(os.environ)


def scenario_in(file: Path, lang: str) -> Scenario:
    """A scenario with its texts in the language of the option, or of the locale.

    Raises
    ------
    LanguageError
        If the option names no language.
    ScenarioError
        If the file is no scenario.
    """
    from ..scenario.load import load_scenario

    return load_scenario(file, language=chosen_language(lang))
