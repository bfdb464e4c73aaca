"""The option ``--lang``: in which language a scenario's texts are shown."""

from __future__ import annotations

import os

from ..scenario.language import check_language, locale_language


def chosen_language(given: str) -> str:
    """The language of the option, or of the locale where it is empty.

    Raises
    ------
    LanguageError
        If the option names no language.
    """
    return check_language(given) if given else locale_language(os.environ)
