"""Bytes as text: UTF-8 and UTF-16 as they say, else the code page whose letters are those of one language."""

from __future__ import annotations

import re
from contextlib import suppress

from charset_normalizer import from_bytes

from generation.engine.errors import DocumentError
from generation.engine.tables.formats.code_pages import code_page

_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What is written with more letters than this beyond ASCII is no Latin script: frequencies tell Cyrillic and Greek well.
_MOST_ACCENTED = 0.4


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
    page = code_page(data)
    if page.is_sure or _is_latin(data):
        with suppress(UnicodeDecodeError):
            return data.decode(page.name)
    best = from_bytes(data).best()
    if best is None:
        raise DocumentError("wrong_encoding", "The file's letters cannot be read. Save it as UTF-8.")
    return str(best)


def _is_latin(data: bytes) -> bool:
    """Whether most letters are ASCII, as in every language that is written with Latin letters."""
    accented = sum(byte > 127 for byte in data)
    ascii_letters = len(re.findall(rb"[A-Za-z]", data))
    return accented <= _MOST_ACCENTED * (accented + ascii_letters)
