"""What in a text reaches a person or opens a door, in the words of the desk: told by its form alone.

The web process has no language model: names of people are not found here, an annotator reads them.
"""

from __future__ import annotations

from generation.engine.pii import find
from generation.engine.pii.entities import ADDRESS, CARD, EMAIL, IBAN, NETWORK, PHONE, SECRET, SSN, URL

Span = tuple[int, int, str]

WORDS = {
    SECRET: "password or key",
    EMAIL: "e-mail address",
    URL: "web address",
    IBAN: "bank account",
    CARD: "card number",
    SSN: "social security number",
    NETWORK: "network address",
    ADDRESS: "street address",
    PHONE: "phone number",
}


def spans_in(text: str, overruled: frozenset[str] = frozenset()) -> list[Span]:
    """(start, end, what it is) in the order of the text, without overlaps; `overruled` as the door understands it."""
    found = find([text], by_form_alone=True, overruled=overruled)[0]
    return [(span.start, span.end, WORDS[span.entity]) for span in found]
