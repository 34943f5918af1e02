"""Other names for columns and categories change no point value of a privacy or fidelity check."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.evaluation.metric import Group
from generation.engine.evaluation.policy import default_policy
from generation.engine.evaluation.study import make_study
from generation.engine.evaluation.suite import CHECKS, run_check
from generation.engine.schema import names_of
from tests.generation.engine.evaluation.people import JOBS, SCHEMA, people

# Random picks of columns or rows follow their order, hence their names: those checks agree within their intervals only.
DRAWN = {"singling_out_risk", "linkability_risk", "classifier_two_sample"}
TABLES = [people(300, seed) for seed in (1, 2, 3)]


def values(tables, schema):
    study = make_study((tables[0], tables[1], tables[2]), schema, None, default_policy("training"), 1)
    wanted = [check for check in CHECKS if check.group in (Group.PRIVACY, Group.FIDELITY) and check.name not in DRAWN]
    return {m.name: m.value for check in wanted for m in run_check(check, study).metrics}


PLAIN = values(TABLES, SCHEMA)


@settings(max_examples=5, deadline=None)
@given(st.permutations(list(JOBS)), st.permutations(names_of(SCHEMA)))
def test_relabelling_changes_no_value(jobs, names):
    renamed = dict(zip(names_of(SCHEMA), names, strict=True))
    relabelled = dict(zip(JOBS, jobs, strict=True))
    tables = [table.assign(job=table["job"].map(relabelled)).rename(columns=renamed) for table in TABLES]
    schema = tuple(replace(spec, name=renamed[spec.name]) for spec in SCHEMA)
    assert values(tables, schema) == pytest.approx(PLAIN)
