"""Adds invented names, emails, phones and notes to the UCI Adult extract: seeded, so every demo has the same table."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path
from typing import TextIO

EXTRACT = Path(__file__).parent / "adult_extract.csv.gz"
SEED = 1996
FIRST = (
    "Amelia Arthur Beatriz Benjamin Camille Carlos Chiara Daniel Elena Emeka Fatima Felix Grace Hannah Hiroshi Ingrid "
    "Isaac Jasmine Joao Katarina Kwame Laura Leon Lucia Maria Mateo Mei Nadia Noah Olga Omar Paulo Priya Quentin Rosa "
    "Samuel Sofia Tariq Thomas Ursula Victor Wendy Xavier Yasmin Zoe"
).split()
LAST = (
    "Abebe Almeida Andersson Bauer Becker Bennett Castillo Chen Clarke Costa Dubois Ekholm Evans Ferrari Fischer "
    "Fraser Garcia Hansen Haddad Hoffmann Ibrahim Ivanova Jansen Johnson Kaya Keller Kowalski Larsen Lopez Mbeki "
    "Meyer Moreau Nakamura Nguyen Novak Okafor Patel Petrov Reyes Rossi Sato Schmidt Silva Singh Taylor Torres "
    "Walker Weber Wright"
).split()
NOTES = (
    "Called about a late payslip, asked to be rung back on {phone}.",
    "Wants all letters sent to {email} from now on.",
    "{first} {last} moved house in spring; new address is on file.",
    "No contact this year.",
    "Asked how overtime is counted for part-time work.",
    "Second reminder sent, no answer yet.",
    "Prefers to be called after six. Spoke with the partner, {other}.",
    "Form returned unsigned, sent again.",
)


def invent(rng: random.Random, number: int) -> dict[str, str]:
    """One invented person. The phone numbers are the ones set aside for fiction (555-01xx)."""
    first, last, other = rng.choice(FIRST), rng.choice(LAST), f"{rng.choice(FIRST)} {rng.choice(LAST)}"
    phone = f"({rng.randint(201, 989)}) 555-01{rng.randint(0, 99):02d}"
    email = f"{first}.{last}{number}@example.org".lower()
    said = {"first": first, "last": last, "phone": phone, "email": email, "other": other}
    return {"full_name": f"{first} {last}", "email": email, "phone": phone, "notes": rng.choice(NOTES).format(**said)}


def write_demo_table(sink: TextIO) -> int:
    """Write the demo table as CSV; returns its number of records."""
    rng = random.Random(SEED)  # noqa: S311 - invented people are no secret
    number = 0
    with gzip.open(EXTRACT, "rt", newline="") as source:
        records = csv.DictReader(source)
        names = ["customer_id", "full_name", "email", "phone", *(records.fieldnames or ()), "notes"]
        writer = csv.DictWriter(sink, names)
        writer.writeheader()
        for number, row in enumerate(records, start=1):
            writer.writerow({"customer_id": f"C{100_000 + number}", **row, **invent(rng, number)})
    return number
