import pytest

from generation.engine.evaluation.limits.power import largest_hidden, records_to_decide, undecided_by_size
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.privacy.cards import OUTLIER_ATTACK, SHARED_PARTS
from generation.engine.evaluation.suite import run_check
from tests.generation.engine.evaluation.people import people, study_of


def test_an_area_of_a_half_over_a_thousand_on_either_side_is_wide_by_hand():
    # 1.96 x sqrt((1/1000 + 1/1000) / 12) = .0253.
    assert largest_hidden(1000, 1000)["membership_auc"] == pytest.approx(0.5253, abs=1e-4)


def test_a_hundred_and_forty_held_out_of_seven_hundred_cannot_decide_and_some_thousands_can():
    assert undecided_by_size(560, 140) == ["parts_carried_over"]
    assert undecided_by_size(4800, 1200) == []
    assert undecided_by_size(10_000, 10_000) == []


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_the_fewest_records_are_on_the_edge(share):
    records = records_to_decide(share)
    assert undecided_by_size(round(records * (1 - share)), round(records * share)) == []
    fewer = records - 200
    assert undecided_by_size(round(fewer * (1 - share)), round(fewer * share)) != []


@pytest.mark.parametrize("rows", [300, 3000])
def test_what_is_foreseen_comes_true_for_a_fresh_sample(rows):
    study = study_of(people(rows, 1), people(rows, 2), people(rows, 3))
    metrics = [metric for check in (SHARED_PARTS, OUTLIER_ATTACK) for metric in run_check(check, study).metrics]
    foreseen = undecided_by_size(rows, rows)
    undecided = [metric.name for metric in metrics if metric.status is Status.UNDECIDED]
    assert bool(undecided) == bool(foreseen)
