"""The null run, the planted-leak run and the report."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from generation.engine.evaluation.calibration.null_run import null_run
from generation.engine.evaluation.calibration.planted_leaks import LEAKS, plant_leaks, smallest_doses
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.report.report import as_html, as_json
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole
from tests.generation.engine.evaluation.people import SCHEMA, evaluation_of, people

POLICY = default_policy("training")
VOID = {"meta", "rect", "line", "circle", "polyline"}


def test_real_against_real_raises_no_alarm_of_copying():
    found = {
        one.metric: one
        for one in null_run(
            people(900, 1), people(900, 2), SCHEMA, target="left", policy=POLICY, seed=3, progress=silent, repeats=4
        )
    }
    copying = ("exact_matches", "parts_carried_over", "direct_identifiers", "unique_value_replay_identifying")
    assert [found[name].alarms for name in copying] == [0, 0, 0, 0]
    # Clopper and Pearson's upper bound of none in four: 1 - .025^(1/4).
    assert found["exact_matches"].as_json()["upper"] == pytest.approx(0.602, abs=5e-4)
    assert sum(one.blocks for one in found.values()) <= 2


def test_blurred_plants_move_dates_as_they_move_numbers():
    training, synthetic = people(200, 1), people(200, 2)
    for leak, share in (("near copies of outliers", (0.0, 0.01)), ("fuzzy copies", (0.025, 0.05))):
        made = LEAKS[leak](synthetic, training, SCHEMA, 0.5, np.random.default_rng(4)).iloc[100:]
        beside = training.set_index("mail").loc[made["mail"], "joined"].to_numpy()
        moved = np.abs(made["joined"].to_numpy() - beside) / np.ptp(training["joined"].to_numpy())
        inside = (made["joined"] > training["joined"].min()) & (made["joined"] < training["joined"].max())
        assert (made["joined"].to_numpy() != beside).mean() > 0.9
        assert moved[inside].min() >= share[0]
        assert moved.max() <= share[1] + 1e-3


@pytest.mark.parametrize("leak", ["near copies of outliers", "fuzzy copies"])
def test_blurred_plants_leave_missing_dates_missing(leak):
    training, synthetic = people(2_000, 1), people(2_000, 2)
    training["joined"] = training["joined"].where(np.arange(2_000) % 3 > 0)
    for records in range(1, 80):
        litter = [np.full(size, 1e300) for size in range(1, records + 1) for _ in range(8)]
        del litter  # memory that is given back holds it still
        made = LEAKS[leak](synthetic, training, SCHEMA, records / 2_000, np.random.default_rng(4)).iloc[-records:]
        beside = training.set_index("mail").loc[made["mail"], "joined"]
        assert (made["joined"].isna().to_numpy() == beside.isna().to_numpy()).all()


def test_a_record_with_redrawn_identifiers_keeps_at_least_half_of_its_columns():
    every = tuple(replace(spec, role=ColumnRole.QUASI) for spec in SCHEMA)
    training, synthetic = people(200, 1), people(200, 2)
    made = LEAKS["identifiers redrawn"](synthetic, training, every, 1.0, np.random.default_rng(4))
    # Of whom a record is, number or mail say; redrawn they say it of somebody else, and all the others are equal.
    own = max((made.set_index(key).sort_index() for key in ("number", "mail")), key=lambda one: _kept(one, training))
    assert _kept(own, training) >= len(SCHEMA) / 2


def _kept(made, training):
    """Columns that nearly everybody has from the training record of the same key."""
    beside = training.set_index(made.index.name).sort_index().loc[made.index]
    equal = [(made[name].astype(str).to_numpy() == beside[name].astype(str).to_numpy()).mean() for name in made.columns]
    return 1 + sum(share > 0.99 for share in equal)


@pytest.mark.slow
def test_every_planted_leak_is_caught_at_some_dose():
    planted = plant_leaks(
        people(900, 1), people(900, 2), people(900, 3), SCHEMA,
        target="left", policy=POLICY, seed=3, progress=silent, doses=(0.01, 0.2),
    )  # fmt: skip
    caught = smallest_doses(planted)
    assert caught.keys() == LEAKS.keys()
    assert caught["copies of outliers"]["exact_matches"] == 0.01
    assert caught["random copies"]["exact_matches"] == 0.01
    assert caught["parts of records"]["parts_carried_over"] <= 0.2
    assert "rare_combination_excess" in caught["cells swapped"]


class Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.sources = [], []

    def handle_starttag(self, tag, attrs):
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_report_is_one_sound_page_without_script_or_network_and_escapes_what_it_shows():
    schema = tuple(type(s)(s.name, s.sdtype, s.role, f"<b>{s.label}") for s in SCHEMA)
    result = evaluation_of(people(300, 1), people(300, 2), people(300, 3), schema)
    page = as_html(result, POLICY, "Test & <report>")
    reader = Balance()
    reader.feed(page)
    assert reader.open == []
    assert reader.sources == []
    assert "<script" not in page
    assert "<b>" not in page
    assert all(metric.status.value in page for metric in result.metrics)
    assert len(as_json(result)) == len(result.metrics)


def test_the_report_never_says_anonymous_safe_or_compliant():
    result = evaluation_of(people(300, 1), None, people(300, 3))
    page = as_html(result, POLICY, "Report").lower()
    assert not [word for word in ("anonymous", "anonymised", " safe", "compliant") if word in page]
    assert "the evidence does not suffice" in page
