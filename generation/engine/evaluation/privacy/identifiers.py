"""Check E: direct identifiers and secrets. A validated identifier of the training table must not come out again.

Validated means by form and, where there is one, by check digits: an email address, a phone number, a payment card
(Luhn, ISO/IEC 7812), an IBAN (ISO 13616), a US social security number, a web address, a key or token. They are compared
in one form, however they are printed. Bare digits may be any number; those of an identifier that is validated on the
other side are that identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.encoding import EncodedTable
from generation.engine.evaluation.study.study import Study
from generation.engine.pii.patterns.forms import find_ibans, is_card
from generation.engine.pii.patterns.phones import dialled_at_home

NAME = "direct_identifiers"
MOST_NAMED = 300
IBAN, PHONE = "IBAN", "phone number"
BARE = re.compile(r"(?<![\w.])(?<!\d[ /-])\+?\d{8,19}(?!\w|\.\d|[ /-]\d)")


def phone(text: str) -> bool:
    """Up to 15 digits (E.164) after a plus, or 10 or more with separators: bare digits may be any number."""
    digits = sum(character.isdigit() for character in text)
    is_international = text.startswith("+") and digits >= 9
    return digits <= 15 and (is_international or (digits >= 10 and any(mark in text for mark in " -.()")))


def ssn(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def always(text: str) -> bool:
    return True


# Every repetition is bounded: a cell of 50,000 characters must not take minutes.
PATTERNS: dict[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email address": (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), always),
    "web address": (re.compile(r"https?://[^\s<>\"']+"), always),
    "payment card": (re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])"), is_card),
    "social security number": (re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), ssn),
    PHONE: (re.compile(r"(?<![\w.])\+?\(?\d[\d ().-]{7,18}\d(?!\w)"), phone),
    "key or token": (
        re.compile(
            r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|sk-[\w-]{20,}|eyJ[\w-]{1,4000}\.[\w-]{1,4000}\.[\w-]{1,999})"
        ),
        always,
    ),
}


def direct_identifiers(study: Study) -> Findings:
    """How many distinct validated identifiers of training alone the synthetic table holds."""
    holdout = study.need_holdout()
    study.need_columns(study.columns)
    columns = [column for column in study.columns if not column.is_continuous]
    sides = [_distinct_texts(table, columns) for table in (study.training, holdout, study.synthetic)]
    training, known, synthetic = (_identifiers(texts) for texts in sides)
    bare = [_bare(texts) for texts in sides]
    again = (training.keys() & (synthetic.keys() | bare[2])) | (bare[0] & synthetic.keys())
    common = again - known.keys() - bare[1]
    training |= {value: synthetic[value] for value in common - training.keys()}
    kinds = pd.Series([training[value] for value in common], dtype=object).value_counts()
    sentence = (
        f"{len(common)} of the {len(training):,} validated training identifiers appear in the synthetic table."
        if training
        else "No validated identifier stands in the training table, so none can come out again."
    )
    metric = Metric(
        Group.PRIVACY,
        NAME,
        sentence,
        Direction.LOWER,
        float(len(common)),
        n=len(study.synthetic) * len(columns),
        baseline=0.0,
        seed=study.seed,
        details={"kinds": {str(kind): int(count) for kind, count in kinds.items()}, "in_training": len(training)},
        named=_named(study, common) if common else (),
    )
    return Findings((metric,))


def _distinct_texts(table: EncodedTable, columns: list) -> set[str]:  # type: ignore[type-arg]
    texts: set[str] = set()
    for column in columns:
        codes = np.unique(table.codes(column))
        texts.update(map(str, column.categories[codes[codes >= 0]]))
    return texts


def _identifiers(texts: set[str]) -> dict[str, str]:
    """The validated identifiers in the texts, in one form, and the kind of each."""
    return {value: kind for text in texts for value, kind in identifiers_in(text).items()}


def _bare(texts: set[str]) -> set[str]:
    """Runs of digits in the texts, in the form of identifiers."""
    return {value for text in texts for value in bare_digits_in(text)}


def bare_digits_in(text: str) -> set[str]:
    return {form for run in BARE.findall(text) for form in (run.lstrip("+"), dialled_at_home(run))}


def identifiers_in(text: str) -> dict[str, str]:
    """Identifiers in one text: a form without case, spaces and marks, of phone numbers as dialled at home; and kind."""
    if len(text) < 7:
        return {}
    found: dict[str, str] = {}
    for start, end in list(find_ibans(text)):
        found[_form(text[start:end], IBAN)] = IBAN
        # Its groups of digits are neither cards nor phone numbers.
        text = text[:start] + "_" * (end - start) + text[end:]
    for kind, (pattern, is_valid) in PATTERNS.items():
        for match in pattern.findall(text):
            if is_valid(match):
                found.setdefault(_form(match, kind), kind)
    return found


def _form(text: str, kind: str) -> str:
    if kind == PHONE:
        return dialled_at_home(text)
    return re.sub(r"[\s()-]", "", text).lower().rstrip("./")


def _named(study: Study, common: set[str]) -> tuple[NamedRecord, ...]:
    named: list[NamedRecord] = []
    for column in [column for column in study.columns if not column.is_continuous]:
        bad = [code for code, text in enumerate(column.categories) if _holds(str(text), common)]
        rows = study.synthetic.original[np.isin(study.synthetic.codes(column), bad)]
        named += [NamedRecord(int(row), f"a real identifier in {column.label}", 1e4) for row in rows]
    return tuple(named[:MOST_NAMED])


def _holds(text: str, common: set[str]) -> bool:
    return not common.isdisjoint(identifiers_in(text)) or not common.isdisjoint(bare_digits_in(text))
