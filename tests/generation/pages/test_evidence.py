"""The evidence of a run as its page shows it: verdicts, scales, plots and words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.pii.entities import entity_words
from generation.models import Evaluation
from generation.pages.evidence.plots import KEPT, column_figures, drawn, figures_of
from generation.pages.evidence.verdicts import groups, privacy_utility, reading_of, tiles, worst_of
from generation.repositories.judged.limits import policy_of
from tests.generation.door import page
from tests.generation.siblings import figure, sibling

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"


# ---- Who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ana", "cleo", "eve"])
def test_owner_steward_and_auditor_see_evidence_with_plots_and_nobody_else_does(world, client_of, who):
    url = reverse("run", args=[world.run.pk])
    assert "Columns, real and synthetic" in page(client_of(who).get(url))
    assert client_of("ben").get(url).status_code == 404


@pytest.mark.parametrize(("purpose", "axis"), [("training", "model skill kept"), ("testing", "kinds of value covered")])
def test_the_map_compares_usefulness_by_what_the_words_of_a_choice_compare_it_by(world, purpose, axis):
    """Both figures are known of the run; tests of software need no skill, but every class of values."""
    run = sibling(world, {"equivalence_class_coverage": figure(0.9, 0.85, 0.95)})
    world.dataset.purpose = purpose
    assert privacy_utility(world.dataset, {run.pk})["y_label"] == axis


# ---- The evidence -------------------------------------------------------------------------------------------------


def test_four_verdicts_are_each_the_worst_of_their_metrics_and_there_is_no_score(world, ana):
    found = page(ana.get(reverse("run", args=[world.run.pk])))
    evaluation = world.run.evaluations.get()
    order = ["informational", "pass", "review", "not computed", "block"]
    for tile in tiles(evaluation, policy_of(evaluation)):
        policy = default_policy(world.dataset.purpose)
        own = [
            order.index(m["status"])
            for m in evaluation.metrics
            if m["group"] == tile["key"] and (m["status"] != "not computed" or m["name"] in policy.needed)
        ]
        assert order.index(tile["status"]) == (max(own) if own else order.index("not computed"))
    assert found.count('class="tile"') == 4
    assert "no single score" in found


def metric(name, status, **changes):
    plain = {"value": 0.5, "lower": None, "upper": None, "baseline": None, "ceiling": None, "threshold": None}
    return plain | {"name": name, "status": status, "direction": "lower is better"} | changes


def test_evidence_that_is_needed_and_missing_outranks_a_pass_and_what_is_not_needed_does_not():
    policy = default_policy("training")
    passed, missing = metric("exact_matches", "pass"), metric("skill_ratio", "not computed", value=None)
    unneeded = metric("tail_coverage", "not computed", value=None)
    skipped = metric("boundary_coverage", "not computed", value=None)
    assert worst_of([passed, missing], policy) is missing
    assert worst_of([passed, unneeded, skipped], policy) is passed
    assert worst_of([skipped], policy) is None


def evidence_of_a_set(run, **statuses):
    metrics = [
        metric(name, status) | {"sentence": "", "reason": "", "n": 0, "seed": 0} for name, status in statuses.items()
    ]
    for one in metrics:
        one["group"] = "privacy" if one["name"] in {"personal_data", "copied_questions"} else "sets"
    return Evaluation(run=run, metrics=metrics)


def test_a_group_is_as_good_as_its_tile_and_says_what_may_help_only_where_something_must_be_done(world):
    """A check that this purpose does not need was not computed: that makes no group worse."""
    good = evidence_of_a_set(world.run, personal_data="pass", copied_questions="not computed", answers_present="pass")
    policy = policy_of(good)
    assert [(group["status"], group["advice"]) for group in groups(good, {}, {})] == [("pass", "")] * 2
    assert [tile["status"] for tile in tiles(good, policy)] == ["pass", "pass"]
    bad = evidence_of_a_set(world.run, personal_data="block", answers_present="block")
    assert [group["status"] for group in groups(bad, {}, {})] == ["block", "block"]
    assert all("source" in group["advice"] and "columns" not in group["advice"] for group in groups(bad, {}, {}))


def test_a_tiny_limit_is_seen_on_its_scale():
    reading = reading_of(metric("exact_matches", "pass", value=0.0, threshold={"passes": 0.001, "blocks": 0.001}))
    assert reading.high == pytest.approx(0.00115)
    assert reading_of(metric("skill_ratio", "block", value=0.7)).high == 1.0
    assert reading_of(metric("skill_ratio", "not computed", value=None)) is None


def test_plots_nobody_knows_are_ignored_and_labels_are_never_markup():
    segment = {"column": HOSTILE, "category": "b", "ratio": 0.5, "lower": 0.4, "upper": 0.6}
    found = drawn({"plots": {"of a later version": [1], "segments": [segment], "carry_over": {}}})
    assert [plot.anchor for plot in found] == ["plot-segments"]
    assert HOSTILE not in found[0].figure


def test_columns_that_differ_most_come_first():
    same = {"label": "same", "labels": ["a", "b"], "real": [0.25, 0.75], "synthetic": [0.25, 0.75]}
    other = {"label": "other", "labels": ["a", "b"], "real": [0.25, 0.75], "synthetic": [0.5, 0.5]}
    found = column_figures({"plots": {"distributions": [same, other]}})
    assert [(column["label"], column["distance"]) for column in found] == [("other", 0.25), ("same", 0.0)]


def one_column(label):
    shares = {"labels": ["a", "b"], "real": [0.25, 0.75], "synthetic": [0.5, 0.5]}
    return {"plots": {"distributions": [{"label": label} | shares]}}


def test_figures_are_those_of_the_report_with_that_digest_and_few_are_kept():
    """As many reports as are kept, and some more: each shows its own columns, also when it is asked for again."""
    reports = {f"{at:064x}": one_column(f"column {at}") for at in range(KEPT + 3)}
    for sha256, report in [*reports.items(), *reports.items()]:
        assert figures_of(report, sha256).columns == column_figures(report)
    again = figures_of(one_column("another"), f"{KEPT + 2:064x}")
    assert again.columns == column_figures(reports[f"{KEPT + 2:064x}"]), "what was drawn last is not drawn again"


def test_codes_of_findings_are_read_as_words():
    assert [entity_words(code) for code in ("PHONE_NUMBER", "US_SSN", "URL")] == ["phone number", "US SSN", "URL"]
