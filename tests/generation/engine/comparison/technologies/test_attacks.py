"""What whoever knows quasi-identifiers finds out, on tables whose answer is counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.comparison.technologies.attacks import attacked
from generation.engine.comparison.technologies.offer import Offer, Technology
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype

SCHEMA = (
    ColumnSpec("town", Sdtype.CATEGORICAL, ColumnRole.QUASI),
    ColumnSpec("born", Sdtype.NUMERICAL, ColumnRole.QUASI),
    ColumnSpec("weight", Sdtype.NUMERICAL),
    ColumnSpec("ill", Sdtype.CATEGORICAL, ColumnRole.TARGET),
)


def people(rows: int, first: int, seed: int = 0) -> pd.DataFrame:
    """Everybody born in a year of his own, ill as a coin says."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "town": rng.choice(["Ulm", "Bonn"], rows),
            "born": np.arange(first, first + rows),
            "weight": rng.normal(70, 9, rows),
            "ill": np.where(rng.random(rows) < 0.5, "yes", "no"),
        }
    )


def offer_of(table: pd.DataFrame, there: pd.DataFrame, others: pd.DataFrame) -> Offer:
    return Offer(Technology.SURROGATES, "", table, there, others, SCHEMA)


def test_of_real_records_everybody_is_found_and_nobody_else():
    there, others = people(400, 0), people(400, 1000, seed=1)
    found = attacked(offer_of(there, there, others), knows_all=False, seed=0)
    assert (found["singling_out"].attack, found["singling_out"].control) == (1.0, 0.0)
    assert found["singling_out"].value == 1.0
    assert found["linking"].attack == pytest.approx(1.0)
    assert found["linking"].control < 0.02
    # The nearest record is the person's own; of others it is somebody's, and a coin agrees with a coin half the time.
    assert found["inference"].attack == pytest.approx(1.0)
    assert 0.4 < found["inference"].control < 0.6
    assert found["whole"].attack == 1.0


def test_a_table_of_other_people_tells_nothing_of_those_it_was_made_from():
    there, others, drawn = people(400, 0), people(400, 0, seed=1), people(400, 0, seed=2)
    found = attacked(offer_of(drawn, there, others), knows_all=False, seed=0)
    assert all(risk.lower <= 0 <= risk.upper for risk in found.values())


def test_among_five_alike_a_person_is_linked_one_time_in_five():
    there = people(500, 0)
    there["town"], there["born"] = "Ulm", np.arange(500) // 5
    others = people(500, 0, seed=1).assign(town="Ulm", born=there["born"])
    found = attacked(offer_of(there, there, others), knows_all=False, seed=0)
    assert (found["singling_out"].attack, found["singling_out"].control) == (0.0, 0.0)
    assert found["linking"].attack == pytest.approx(0.2)
    # His five are his own and four coins: (1 + 4 / 2) / 5.
    assert found["inference"].attack == pytest.approx(0.6, abs=0.03)


def test_a_table_without_the_quasi_identifiers_lets_nobody_be_looked_up():
    there, others = people(200, 0)[["weight", "ill"]], people(200, 0, seed=1)[["weight", "ill"]]
    offer = Offer(Technology.GENERALISED, "", there, there, others, SCHEMA[2:])
    found = attacked(offer, knows_all=False, seed=0)
    assert found["singling_out"].attack == 0
    assert found.keys() == {"singling_out", "whole"}


def test_where_no_quasi_identifier_was_declared_the_attacker_knows_all_but_the_secret():
    there, others = people(200, 0), people(200, 1000, seed=1)
    schema = tuple(
        ColumnSpec(spec.name, spec.sdtype, spec.role if spec.role is ColumnRole.TARGET else ColumnRole.OTHER)
        for spec in SCHEMA
    )
    found = attacked(Offer(Technology.MINIMISED, "", there, there, others, schema), knows_all=True, seed=0)
    assert found["inference"].attack == pytest.approx(1.0)
