"""Checks D, E, G and H: replayed values, identifiers, small cells, distances."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.metric import Direction, Status
from generation.engine.evaluation.privacy.cards import UNIQUE_VALUE_REPLAY
from generation.engine.evaluation.privacy.cells import small_cells
from generation.engine.evaluation.privacy.identifiers import direct_identifiers, identifiers_in, ssn
from generation.engine.evaluation.privacy.nearest.distances import dcr_share, distances, nndr
from generation.engine.evaluation.privacy.replay import replayed, unique_value_replay
from generation.engine.evaluation.suite import run_check
from generation.engine.pii.patterns.forms import is_card, is_iban
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from tests.generation.engine.evaluation.people import people, study_of

TRAINING, HOLDOUT, FRESH = people(1200, 1), people(1200, 2), people(1200, 3)


def test_replayed_values_by_hand():
    frames = [pd.DataFrame({"a": list(text)}) for text in ("aabcd", "aaexy", "bbcea")]
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL),)
    study = study_of(*frames, schema)
    tables = (study.training, study.holdout, study.synthetic)
    # Training alone has b, c, d once: b and c come again. The holdout alone has e, x, y once: e comes again.
    assert replayed(study.columns[0], tables) == (2, 3, 1, 3)


def test_replayed_mail_addresses_are_caught_and_named():
    leaking = FRESH.assign(mail=np.where(np.arange(1200) < 300, TRAINING["mail"], FRESH["mail"]))
    identifying, *_ = unique_value_replay(study_of(TRAINING, HOLDOUT, leaking)).metrics
    assert identifying.value == pytest.approx(0.25)
    assert {record.row for record in identifying.named} <= set(range(300))
    assert identifying.named[0].reason == "same Mail as one training record and no other"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to ann@house.example today", "email address"),
        ("card 4111 1111 1111 1111", "payment card"),
        ("GB82WEST12345698765432", "IBAN"),
        ("DE89 3704 0044 0532 0130 00", "IBAN"),
        ("pay to gb82 west 1234 5698 7654 32, please", "IBAN"),
        ("078-05-1120", "social security number"),
        ("call +44 20 7946 0958", "phone number"),
    ],
)
def test_published_examples_of_identifiers_are_recognised(text, kind):
    assert set(identifiers_in(text).values()) == {kind}


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1112", "161708", "2020-01-31", "1234567890", "000-12-3456", "", "a@b"]
)
def test_numbers_dates_and_invalid_forms_are_not_identifiers(text):
    assert identifiers_in(text) == {}


def test_a_cell_of_fifty_thousand_characters_is_searched_at_once():
    assert identifiers_in("a.b-" * 12_500) == {}
    assert identifiers_in("7" * 50_000) == {}


def test_check_digits_of_published_numbers():
    assert is_card("79927398713" + "000") is False
    assert is_card("4111111111111111")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB82WEST12345698765431")
    assert not ssn("666-12-3456")


def test_a_real_address_is_found_in_another_spelling_and_a_shared_one_is_not_counted():
    shared = TRAINING.assign(mail=TRAINING["mail"].where(np.arange(1200) > 0, "info@firm.example"))
    known = HOLDOUT.assign(mail=HOLDOUT["mail"].where(np.arange(1200) > 0, "info@firm.example"))
    words = FRESH.assign(mail=FRESH["mail"].where(np.arange(1200) > 1, "Info@Firm.example"))
    words.loc[5, "mail"] = "I am PERSON7@house1.example."
    metric = direct_identifiers(study_of(shared, known, words)).metrics[0]
    assert metric.value == 1
    assert metric.details["kinds"] == {"email address": 1}
    assert [record.row for record in metric.named] == [5]


@pytest.mark.parametrize(
    ("real", "printed"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("030 12345678", "03012345678"),
        ("03012345678", "030 12345678"),
        ("+49 30 12345678", "030/12345678 oder (030) 12345678"),
        ("0049 30 12345678", "+493012345678"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("078-05-1120", "078051120"),
    ],
)
def test_a_real_identifier_is_found_however_it_is_printed(real, printed):
    tables = [table.assign(mail=[f"word {row}" for row in range(1200)]) for table in (TRAINING, HOLDOUT, FRESH)]
    tables[0].loc[3, "mail"], tables[2].loc[7, "mail"] = real, f"see {printed}"
    metric = direct_identifiers(study_of(*tables)).metrics[0]
    assert metric.value == 1
    assert [record.row for record in metric.named] == [7]
    tables[1].loc[5, "mail"] = printed
    assert direct_identifiers(study_of(*tables)).metrics[0].value == 0


def test_digits_that_only_look_alike_are_no_identifiers():
    tables = [table.assign(mail=[f"number {row}" for row in range(1200)]) for table in (TRAINING, HOLDOUT, FRESH)]
    tables[0].loc[3, "mail"], tables[2].loc[7, "mail"] = "3012345678", "3012345678"
    tables[0].loc[4, "mail"], tables[2].loc[8, "mail"] = "030 12345678", "1030123456789"
    assert direct_identifiers(study_of(*tables)).metrics[0].value == 0


EMPLOYERS = (ColumnSpec("a", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Employer"),)


def employers(alone, made, rows=1000):
    """`alone` firms of one record each on either real side; the synthetic table shows `made` of those of training."""
    firms = [[f"{side} {place}" for place in range(alone)] for side in ("mine", "theirs")]
    return [pd.DataFrame({"a": [*names, *(["large"] * (rows - len(names)))]}) for names in (*firms, firms[0][:made])]


@pytest.mark.parametrize(
    ("alone", "made", "status"),
    [
        (19, 19, Status.BLOCK),
        # All of 7 and none of 7 have a chance of 1 in 3,432, all of 5 and none of 5 one of 1 in 252.
        (7, 7, Status.BLOCK),
        (5, 5, Status.REVIEW),
        (19, 0, Status.PASS),
        (2, 2, Status.PASS),
        (40, 5, Status.UNDECIDED),
    ],
)
def test_few_values_of_one_record_alone_are_tested_exactly(alone, made, status):
    metric = run_check(UNIQUE_VALUE_REPLAY, study_of(*employers(alone, made), EMPLOYERS)).metrics[0]
    assert metric.status is status
    assert metric.n == alone


def test_a_column_with_many_values_hides_none_with_few():
    """Of 1,770 values in one column none comes again, of 40 in another one 5 do: that one needs eyes."""
    many, few = employers(1770, 0, 2000), employers(40, 5, 2000)
    tables = [one.assign(b=other["a"]) for one, other in zip(many, few, strict=True)]
    schema = (*EMPLOYERS, ColumnSpec("b", Sdtype.CATEGORICAL, ColumnRole.QUASI, "Ward"))
    metric = run_check(UNIQUE_VALUE_REPLAY, study_of(*tables, schema)).metrics[0]
    assert metric.status is Status.REVIEW
    assert "Ward" in metric.sentence


def test_small_cells_by_hand():
    training = pd.DataFrame({"a": ["x"] * 100 + ["y"] * 3 + ["z"]})
    synthetic = pd.DataFrame({"a": ["x"] * 100 + ["y", "w"]})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL, ColumnRole.QUASI),)
    details = small_cells(study_of(training, training, synthetic, schema)).metrics[0].details
    assert details == {"preserved": 1, "leaked": 1, "fabricated": 1, "smallest": 3, "k": 5}


def test_a_tie_counts_half_for_either_side():
    assert dcr_share(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.2, 0.2, 0.2, 0.4])) == pytest.approx(0.5)


def test_the_neighbour_ratio_of_two_copies_is_one():
    assert list(nndr(np.array([[0.0, 0.0], [0.1, 0.4], [0.0, 0.2]]))) == [1, 0.25, 0]


def test_distances_inform_and_never_decide():
    found = distances(study_of(TRAINING, HOLDOUT, FRESH)).metrics
    assert {metric.direction for metric in found} == {Direction.INFORMATIONAL}
    assert found[0].value == pytest.approx(0.5, abs=0.06)
