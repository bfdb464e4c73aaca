"""Texts in several languages: which one is shown, and what may stand as a language's key.

Whoever reads a scenario gets plain texts; the choice is made once, while the file is checked.
Texts are put into Unicode's composed form (NFC), so that a Korean syllable is one letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from ..errors import RnnstepError

DEFAULT = "en"

_CODES = """\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())
"""Codes of two letters: ISO 639-1."""


class LanguageError(RnnstepError, ValueError):
    """There is no such language.

    Attributes
    ----------
    key : str or None
        The key of the mapping that is wrong; None if it is the mapping itself.
    """

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


def check_language(code: str) -> str:
    """Return a language's code if there is such a language.

    Raises
    ------
    LanguageError
    """
    if code not in LANGUAGES:
        raise LanguageError(
            f"{code!r} is no language; a language is a code of two letters (ISO 639-1) such as"
            " en or ko"
        )
    return code


def locale_language(environment: Mapping[str, str]) -> str:
    """The language of a locale: the first of LC_ALL, LC_MESSAGES and LANG that is set.

    Returns
    -------
    str
        ``en`` where the locale says nothing, or names no language (``C``, ``POSIX``).
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    value = next((environment[name] for name in names if environment.get(name)), "")
    code = value.partition(".")[0].partition("@")[0].partition("_")[0].partition("-")[0].lower()
    return code if code in LANGUAGES else DEFAULT


def in_language(value: object, language: str) -> object:
    """A text in a language; what is no mapping is returned as it is.

    Parameters
    ----------
    value : str, or mapping of language to str
    language : str
        A language that is missing falls back to English, and then to the first that is given.

    Raises
    ------
    LanguageError
        If a key is no language, or a text is none.
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if not isinstance(value, dict):
        return value
    for key, text in value.items():
        try:
            check_language(key)
        except LanguageError as error:
            raise LanguageError(str(error), key) from None
        if not isinstance(text, str) or not text.strip():
            raise LanguageError(f"the text in {key!r} is {text!r}; it must be a text", key)
    if not value:
        raise LanguageError("there is no text; give one for each language, as in {en: …, ko: …}")
    first = next(iter(value))
    chosen = next(code for code in (language, DEFAULT, first) if code in value)
    return unicodedata.normalize("NFC", value[chosen])
