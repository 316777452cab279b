"""From the bytes of a code to its text: Chinese labels seldom say in which character set they are."""

import re
from typing import Final

# Identifiers whose modifier says that an ECI names the character set (ISO/IEC 15424).
_AIM_WITH_ECI: Final = frozenset({"]Q2", "]Q4", "]Q6", "]d4", "]d5", "]d6", "]z3", "]z4", "]z5"})

# What zxing-cpp takes unmarked bytes for; a guess that is none of these came from an ECI after all.
_GUESSED_SETS: Final = ("latin-1", "cp1252", "cp932", "euc_jp", "gb18030", "big5", "euc_kr")

# Half-width katakana of Japanese labels: a voiced mark stands only behind kana that can be voiced.
_VOICED = re.compile(r"[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ")
_MARK = re.compile(r"[ﾞﾟ]")


def text_of(raw: bytes, *, guess: str, aim: str, is_linear: bool) -> str:
    """The text of ``raw``: what the ECI says, else UTF-8, else GB18030 where that reads as Chinese.

    ``guess`` is the engine's own reading: it follows an ECI and knows Latin and Japanese sets. Linear
    codes know no Chinese at all (ISO/IEC 15417, 16388), so there the guess stands.
    """
    if is_linear or aim in _AIM_WITH_ECI:
        return guess
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _chinese(raw) if _reads_as_chinese(raw, guess) else guess


def _reads_as_chinese(raw: bytes, guess: str) -> bool:
    """GB18030, unless most of it would be rare characters or the guess is plausible kana."""
    text = _chinese(raw)
    if not text or not any(_decodes_to(raw, name, guess) for name in _GUESSED_SETS):
        return False
    marks = len(_MARK.findall(guess))
    if marks and marks == len(_VOICED.findall(guess)):
        return False
    foreign = [c for c in text if not c.isascii()]
    common = [c for c in foreign if _is_in_gb2312(c)]
    return 2 * len(common) > len(foreign)


def _chinese(raw: bytes) -> str:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""


def _decodes_to(raw: bytes, name: str, text: str) -> bool:
    try:
        return raw.decode(name) == text
    except UnicodeDecodeError:
        return False


def _is_in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
