"""A table of visits whose facts are known before anything is computed, whichever persons the holdout gets."""

from __future__ import annotations

import csv
import io

PERSONS, VISITS = 10, 10
# One person in five is held out, with all of their visits.
TRAINING = 80


def visits() -> bytes:
    """Ten persons with ten visits each, five as sex f and five as m; each in a town of their own; no fax at all."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["person", "sex", "town", "score", "fax", "bought"])
    for person in range(PERSONS):
        for visit in range(VISITS):
            sex, score = "fm"[visit % 2], 10 * visit + person
            writer.writerow([f"P{person:02d}", sex, f"town {person}", score, "", "yes" if visit < 3 else "no"])
    return sink.getvalue().encode()


STATED = {"target": "bought", "person_column": "person"}
