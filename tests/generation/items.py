"""A table of purchases whose items are called like people, with cards, places and notes."""

from __future__ import annotations

import csv
import io

from generation.engine.pii.entities import word_set

# Names that a list of first names has; here they are what a shop calls its shelves.
SHELVES = sorted(
    word_set(
        """Billy Robert Linda Susan Thomas Maria Pierre Giulia Ahmed Wolfgang Katarzyna Peter Anna Paul Laura Martin
        Julia Andrea Stefan Monica Daniel Barbara Michael Sandra"""
    )
)
# Numbers that cards are tested with: they pass ISO/IEC 7812 and belong to nobody.
CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "6011 1111 1111 1117")
ROWS = 120


def purchases() -> bytes:
    """120 purchases: an item named like a person, an amount, a test card, and a note that names item and person."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["item", "amount", "token", "notes", "returned"])
    for row in range(ROWS):
        shelf, card = SHELVES[row % len(SHELVES)], CARDS[row % len(CARDS)]
        mail = f" write to buyer{row}@mail.example" if row % 2 == 0 else ""
        note = f"the shelf {shelf} came late to door {row} and was wet,{mail} please"
        writer.writerow([shelf, 10 + row % 60, card, note, "yes" if row % 3 else "no"])
    return sink.getvalue().encode()
