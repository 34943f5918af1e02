"""Check E: direct identifiers and secrets. A validated identifier of the training table must not come out again.

Validated means by form and, where there is one, by check digits: an email address, a phone number, a payment card
(Luhn, ISO/IEC 7812), an IBAN (ISO 13616), a US social security number, a web address, a key or token.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.encoding import EncodedTable
from generation.engine.evaluation.study.study import Study
from generation.engine.pii.patterns.forms import is_card, is_iban

NAME = "direct_identifiers"
MOST_NAMED = 300


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
    "IBAN": (re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"), is_iban),
    "social security number": (re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), ssn),
    "phone number": (re.compile(r"(?<![\w.])\+?\(?\d[\d ().-]{7,18}\d(?!\w)"), phone),
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
    common = (training.keys() - known.keys()) & synthetic.keys()
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
    """The validated identifiers in the texts, in one spelling, and the kind of each."""
    return {value: kind for text in texts for value, kind in identifiers_in(text).items()}


def identifiers_in(text: str) -> dict[str, str]:
    """Identifiers in one text: spelling without case, spaces and dashes, and kind."""
    if len(text) < 7:
        return {}
    found: dict[str, str] = {}
    for kind, (pattern, is_valid) in PATTERNS.items():
        for match in pattern.findall(text):
            if is_valid(match):
                found.setdefault(_spelling(match), kind)
    return found


def _spelling(text: str) -> str:
    return re.sub(r"[\s()-]", "", text).lower().rstrip("./")


def _named(study: Study, common: set[str]) -> tuple[NamedRecord, ...]:
    named: list[NamedRecord] = []
    for column in [column for column in study.columns if not column.is_continuous]:
        bad = [code for code, text in enumerate(column.categories) if identifiers_in(str(text)).keys() & common]
        rows = study.synthetic.original[np.isin(study.synthetic.codes(column), bad)]
        named += [NamedRecord(int(row), f"a real identifier in {column.label}", 1e4) for row in rows]
    return tuple(named[:MOST_NAMED])
