"""The text of a PDF, page by page (pypdf, pure Python). What stands in its pictures is not read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import BinaryIO, cast

from generation.engine.errors import TableError
from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.tables.formats.streams import Borrowed

# Of one page: more is a bomb and no page.
MAX_PAGE_CHARACTERS = 2_000_000


def open_pdf(source: Borrowed) -> Contents:
    """The pages of a document; the place is the page. TableError for one that is damaged or needs a password."""
    return Contents("pdf", "page", lambda: _pages(source))


def _pages(source: Borrowed) -> Iterator[Batch]:
    # Imported here: no other reader needs it. It logs what it stumbles over, with pieces of the file.
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        document = pypdf.PdfReader(cast(BinaryIO, source))
        if document.is_encrypted and not document.decrypt(""):
            raise TableError("locked", "The PDF needs a password. Save it without one.")
        texts = [(number, page.extract_text()) for number, page in enumerate(document.pages, start=1)]
    except TableError:
        raise
    except Exception:  # noqa: BLE001 - a damaged PDF raises whatever its damage leads to, and may quote it
        raise TableError("damaged", "The PDF is damaged or cut off. Save it again.") from None
    if any(len(text) > MAX_PAGE_CHARACTERS for _, text in texts):
        raise TableError("too_large", "A page of the PDF holds more text than a page can. Save it again.")
    written = [(number, text) for number, text in texts if text.strip()]
    if texts and not written:
        raise TableError("no_text", "The PDF holds pictures and no text: it has to go through text recognition first.")
    yield Batch("", [text for _, text in written], [number for number, _ in written], Manner.PROSE)
