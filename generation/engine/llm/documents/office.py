"""Files of an office that are no documents here, told apart so that each gets the sentence that helps."""

from __future__ import annotations

import re
import zipfile

from generation.engine.errors import DocumentError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED, _WORD = "EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
_BODY = re.compile(r"word/document\d*\.xml$")
# A workbook, a presentation, and the body of an OpenDocument file.
_OTHERS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml", "content.xml"})


def refused(data: bytes) -> DocumentError:
    """Why a file in the container of Office before 2007 is not read: a password puts a DOCX into one too."""
    if _ENCRYPTED in data:
        return DocumentError("locked", "The file is locked with a password. Open it and save it without one.")
    if _WORD in data:
        return DocumentError("old_format", "The file is in Word's old format (.doc). Open it and save it as .docx.")
    return DocumentError("old_format", "The file is in an old format of Office. Open it and save it as .docx or PDF.")


def body_of(archive: zipfile.ZipFile) -> str:
    """The name of the part that holds the text of a DOCX; "" for an archive that is none."""
    return next((name for name in archive.namelist() if _BODY.match(name)), "")


def is_other(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is a file of an office that holds no text document."""
    return not _OTHERS.isdisjoint(archive.namelist())
