"""Facts that were kept come back as they were."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.certificate.canonical import as_json
from reviews.engine.certificate.facts import MeasureFacts, ReleaseFacts
from reviews.engine.certificate.restore import restored
from tests.reviews.engine.certificate.facts import release_facts


def test_the_facts_of_a_release_come_back_whole() -> None:
    facts = release_facts()
    facts = replace(facts, generation=replace(facts.generation, parameters={"epochs": 30}))
    kept = json.loads(json.dumps(as_json(asdict(facts))))
    assert restored(ReleaseFacts, kept) == facts


def test_a_field_that_came_later_takes_its_default_and_one_that_is_gone_is_left_out() -> None:
    kept = as_json(asdict(release_facts()))
    assert isinstance(kept, dict)
    del kept["looks"]
    assert restored(ReleaseFacts, {**kept, "gone": 1}).looks == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_to_the_last_bit(number: float) -> None:
    measure = MeasureFacts("privacy", "m", number, None, None, 3, "lower", number, "pass")
    kept = as_json(asdict(measure))
    assert isinstance(kept, dict)
    assert restored(MeasureFacts, kept) == measure
