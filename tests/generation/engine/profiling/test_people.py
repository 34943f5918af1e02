"""Which column says whose each record is, where nobody said so."""

import numpy as np
import pandas as pd
import pytest

from generation.engine import profile_table
from generation.engine.profiling.people import column_of_people, names_somebody


@pytest.mark.parametrize(
    "label",
    [
        "customer_id",
        "Kundennr",
        "Patient No.",
        "membre",
        "numéro client",
        "PlayerID",
        "username",
        "subject_id",
        "Konto",
    ],
)
def test_a_label_of_somebody_says_whose_a_record_is(label):
    assert names_somebody(label)


@pytest.mark.parametrize(
    "label",
    ["client city", "customer segment", "number of members", "account_balance", "order id", "custody id", "clientele"],
)
def test_what_is_known_of_somebody_does_not(label):
    assert not names_somebody(label)


def visits(people, rows):
    rng = np.random.default_rng(1)
    whose = rng.integers(0, people, rows)
    return pd.DataFrame({"Client": [f"K{one:05d}" for one in whose], "spent": rng.normal(50, 9, rows).round(2)})


def test_people_who_come_again_are_found_by_the_column_that_names_them():
    found = column_of_people(profile_table(visits(400, 2_000)))
    assert found is not None
    assert found.label == "Client"


@pytest.mark.parametrize(("people", "rows"), [(10**7, 2_000), (8, 2_000)])
def test_people_who_come_once_and_a_few_groups_are_not_named(people, rows):
    assert column_of_people(profile_table(visits(people, rows))) is None
