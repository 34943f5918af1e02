"""The null run, the planted-leak run and the report."""

from html.parser import HTMLParser

import pytest

from generation.engine.evaluation.calibration.null_run import null_run
from generation.engine.evaluation.calibration.planted_leaks import LEAKS, plant_leaks, smallest_doses
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.report.report import as_html, as_json
from generation.engine.progress import silent
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
    assert found["exact_matches"].as_json()["upper"] < 0.5
    assert sum(one.blocks for one in found.values()) <= 2


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
