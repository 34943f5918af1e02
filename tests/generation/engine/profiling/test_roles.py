"""What a label says of a column: the words of several languages."""

from __future__ import annotations

import pandas as pd
import pytest

from generation.engine.minimisation.proposal import propose_plan
from generation.engine.profiling.table import profile_table


@pytest.mark.parametrize("label", ["Geboren", "Geburtsdatum", "date_naissance", "fecha nacimiento", "DOB", "birthDate"])
def test_a_date_of_birth_is_quasi_identifying_in_any_of_these_languages_and_its_year_is_enough(label):
    days = pd.Series(pd.date_range("1950-01-01", periods=400, freq="17D"))
    profile = profile_table(pd.DataFrame({label: days}))
    assert profile.columns[0].role == "quasi"
    assert propose_plan(profile, "training").treatments[0].parameters["unit"] == "year"
