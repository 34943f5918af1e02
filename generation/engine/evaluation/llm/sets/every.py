"""What is asked of every set, whatever it holds: no overlap with training, nothing that reaches people, no repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generation.engine.evaluation.llm.sets.judging import Told, share
from generation.engine.evaluation.llm.sets.overlap import OtherSets
from generation.engine.evaluation.metric import Metric
from generation.engine.llm.counts import counted
from generation.engine.llm.questions.pool import Copies
from generation.engine.pii import find
from generation.engine.pii.entities import CARD, EMAIL, IBAN, NETWORK, PHONE, SECRET, SSN
from generation.engine.profiling.tidiness import plain_spelling

# Addresses and numbers that are set aside for examples reach nobody (RFC 2606, RFC 6761; 555-0100 to 555-0199).
# What has a form that can be checked. Streets and web addresses are left to the desk: invented ones look like others.
_VALIDATED = frozenset({EMAIL, PHONE, CARD, IBAN, NETWORK, SSN, SECRET})
_RESERVED = re.compile(r"[@.]example(?:\.(?:com|org|net))?$|555-?01\d\d$", re.I)


def apart(texts: Sequence[str], training: Sequence[str], whole: Sequence[str]) -> Iterator[Metric]:
    """Overlap of what is asked with sets for training, and personal data told by its form in all that a record says.
    Passages of the source are its owner's to state on, and are not looked at again.
    """
    known = OtherSets(training)
    failing = {at: "overlaps a set for training" for at, text in enumerate(texts) if known.holds(text)}
    others = counted(known.texts, "text")
    told = Told("record", f"overlaps {others} for training", f"overlap {others} for training")
    yield share("contamination", failing, len(texts), told, is_good=False)
    yield personal("personal_data", whole)


def personal(name: str, texts: Sequence[str]) -> Metric:
    """Which records hold what reaches a person, told by its form."""
    failing = {}
    for at, (text, spans) in enumerate(zip(texts, find(list(texts), by_form_alone=True), strict=True)):
        known_form = [span for span in spans if span.entity in _VALIDATED]
        entities = [span.entity for span in known_form if not _RESERVED.search(text[span.start : span.end])]
        if entities:
            failing[at] = f"holds {entities[0]}"
    told = Told("record", "holds personal data", "hold personal data")
    return share(name, failing, len(texts), told, is_good=False)


def repeats(name: str, texts: Sequence[str], *, exact: bool = False) -> Metric:
    """Which records say what an earlier one says. `exact`: in the same words, where one template makes many of them,
    whatever their letter case and the blanks between them."""
    seen, same = Copies([]), set[str]()
    failing: dict[int, str] = {}
    for at, text in enumerate(texts):
        if plain_spelling(text) in same if exact else seen.has(text):
            failing[at] = "says what an earlier one says"
        same.add(plain_spelling(text))
        seen.add(text)
    told = Told("record", "repeats another one", "repeat another one")
    return share(name, failing, len(texts), told, is_good=False)
