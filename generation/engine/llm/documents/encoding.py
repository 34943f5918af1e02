"""Bytes as text: UTF-8 and UTF-16 as they say, else the code page whose letters are those of one language."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from generation.engine.errors import DocumentError

_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What is written with more letters than this beyond ASCII is no Latin script: frequencies tell Cyrillic and Greek well.
_MOST_ACCENTED = 0.4
# The first is the commonest; letters that all of them share say nothing, so that the order decides.
_CODE_PAGES = ("cp1252", "cp1250", "cp1254", "mac_roman")
_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "äöüßé",
            "àâæçéèêëîïôœùûüÿ",
            "áéíñóúü",
            "àèéìíîòóùú",
            "áâãàçéêíóôõúü",
            "áéèêëïíóöúü",
            "åäöéæøè",
            "áæéíðóöúýþ",
            "àçèéíïòóúü",
            "ąćęłńóśźż",
            "áčďéěíňóřšťúůýž",
            "áäčďéíĺľňóôŕšťúýž",
            "áéíóöőúüű",
            "ăâîșțşţ",
            "čćđšž",
            "âçğıîöşüûİ",
        ),
    )
)
# Marks that stand at words, and signs that stand behind them; anywhere else a sign is a letter of another code page.
_MARKS = re.compile(r"[„“”‘’‚«»‹›–—…€£§©®°·•\u00a0\u00ad]|(?<![^\W\d_])[¿¡]|[²³¹½¼¾±µ×™ªº†‡](?![^\W\d_])")


def decoded(data: bytes) -> str:
    """The text that the bytes are. DocumentError for bytes that are no text."""
    if data.startswith(_MARKS_OF_UTF16):
        return data.decode("utf-16", "replace")
    if b"\x00" in data[:4096]:
        raise DocumentError("unknown", "The file holds no text: it is none of the kinds of documents that are read.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> str:
    texts = [text for page in _CODE_PAGES if (text := _as(page, data))] if _is_latin(data) else []
    if fitting := next((text for text in texts if _is_of_one_language(text)), ""):
        return fitting
    if texts:
        return texts[0]
    best = from_bytes(data).best()
    if best is None:
        raise DocumentError("wrong_encoding", "The file's letters cannot be read. Save it as UTF-8.")
    return str(best)


def _as(page: str, data: bytes) -> str:
    try:
        return data.decode(page)
    except UnicodeDecodeError:
        return ""


def _is_latin(data: bytes) -> bool:
    """Whether most letters are ASCII, as in every language that is written with Latin letters."""
    accented = sum(byte > 127 for byte in data)
    ascii_letters = len(re.findall(rb"[A-Za-z]", data))
    return accented <= _MOST_ACCENTED * (accented + ascii_letters)


def _is_of_one_language(text: str) -> bool:
    letters = {one for one in _MARKS.sub("", text).lower() if not one.isascii()}
    return any(letters <= alphabet for alphabet in _ALPHABETS)
