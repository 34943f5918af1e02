"""No table that the gate reads is forgotten: it is evidence, or it is named here with why not."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.repositories.gate.dossier import collect
from synthportal.trail.content import evidence_models

NOT_EVIDENCE = {
    "generation_dataset": "what its owner says of it is printed, and changes",
    "synthportal_person": "who people are is no evidence",
    "synthportal_person_groups": "nor which roles they have now",
    "auth_group": "nor what a role is called",
    "reviews_release": "it can only shut the gate",
    "synthportal_datakey": "without it nothing can be read",
}


def test_every_table_that_the_gate_reads_is_evidence_or_named_with_why_not(reviewed):
    with CaptureQueriesContext(connection) as asked:
        assert collect(reviewed.run).conditions
    read = {name for query in asked for name in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])}
    assert len(read) > 10
    assert read - {model._meta.db_table for model in evidence_models()} <= NOT_EVIDENCE.keys()
