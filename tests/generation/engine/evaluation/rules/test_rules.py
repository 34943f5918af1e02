import numpy as np
import pandas as pd

from generation.engine.evaluation.rules.conformity import conformity
from generation.engine.evaluation.rules.proposed import propose, proposed_rules
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

SCHEMA = (
    ColumnSpec("start", Sdtype.DATETIME, label="Start"),
    ColumnSpec("end", Sdtype.DATETIME, label="End"),
    ColumnSpec("city", Sdtype.CATEGORICAL, label="City"),
    ColumnSpec("country", Sdtype.CATEGORICAL, label="Country"),
)
COUNTRY = {"Bonn": "DE", "Kiel": "DE", "Lyon": "FR"}


def trips(rows, seed):
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), unit="D")
    city = rng.choice(list(COUNTRY), rows)
    end = start + pd.to_timedelta(rng.integers(0, 30, rows), unit="D")
    return pd.DataFrame({"start": start, "end": end, "city": city, "country": [COUNTRY[c] for c in city]})


def test_order_of_dates_ranges_and_implications_are_proposed_and_no_more():
    study = study_of(trips(300, 1), trips(300, 2), trips(300, 3), SCHEMA)
    words = {rule.words for rule in propose(study.measured, study.training)}
    ranges = {"Start stays within the real range", "End stays within the real range"}
    assert words == {"Start is at most End", "City fixes Country"} | ranges


def test_broken_rules_are_counted_and_named():
    made = trips(200, 3)
    made.loc[7, ["start", "end"]] = [pd.Timestamp("2024-05-05"), pd.Timestamp("2024-05-01")]
    made.loc[9, "country"] = "FR" if made.loc[9, "country"] == "DE" else "DE"
    metric = proposed_rules(study_of(trips(5000, 1), trips(300, 2), made, SCHEMA)).metrics[0]
    assert {(r.row, r.reason) for r in metric.named} == {
        (7, "breaks the rule: Start is at most End"),
        (9, "City and Country do not go together as in the rest of the table"),
    }
    assert metric.n == 4 * 200


def test_types_placeholders_and_new_gaps_are_found():
    made = people(200, 3)
    made["age"] = made["age"].astype(object)
    made.loc[3, "age"] = "old"
    made.loc[4, "job"] = "_RARE_"
    made.loc[5, "town"] = None
    made["member"] = made["member"].astype(object)
    made.loc[6, "member"] = "perhaps"
    found = {m.name: m for m in conformity(study_of(people(200, 1), people(200, 2), made)).metrics}
    assert [r.row for r in found["schema_conformity"].named] == [3, 6]
    assert found["placeholders"].value == 1
    assert [r.row for r in found["placeholders"].named] == [4]
    assert found["unexpected_missing"].details["columns"] == {"Town": 1}
