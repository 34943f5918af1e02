"""Plans: what is proposed and why, strict JSON, and what stops a plan."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.errors import PlanError
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import propose_plan, why_not_apply
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind, kinds_for
from generation.engine.pii.entities import Finding
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, Spread, TableProfile
from generation.engine.schema import ColumnRole, Sdtype


def column(sdtype: Sdtype, role: ColumnRole, label: str = "thing", entity: str = "", name: str = "c0") -> ColumnProfile:
    findings = (Finding(entity, 0.9, 0.9, 100),) if entity else ()
    spread = Spread("histogram", (10, 10), (0.0, 50.0, 100.0)) if sdtype is Sdtype.NUMERICAL else Spread("categories")
    return ColumnProfile(name, label, sdtype, 0, 90, spread, 0.0, findings, role, "A reason.")


def profile(*columns: ColumnProfile) -> TableProfile:
    named = tuple(replace(c, name=f"c{i}") for i, c in enumerate(columns))
    return TableProfile(named, 100, GroupSizes(1, 0.5, 60))


def proposed(asked: ColumnProfile, purpose: str = "train a model") -> Treatment:
    return propose_plan(profile(asked), purpose).treatments[0]


DIRECT, QUASI, OTHER = ColumnRole.DIRECT, ColumnRole.QUASI, ColumnRole.OTHER


@pytest.mark.parametrize(
    ("asked", "kind", "parameters"),
    [
        (column(Sdtype.ID, DIRECT, "full_name", "PERSON"), "drop", {}),
        (column(Sdtype.ID, DIRECT, "mobile"), "drop", {}),
        (column(Sdtype.ID, DIRECT, "row"), "drop", {}),
        (column(Sdtype.ID, DIRECT, "token", "SECRET"), "drop", {}),
        (column(Sdtype.TEXT, OTHER, "notes"), "redact", {}),
        (column(Sdtype.DATETIME, QUASI, "birth_date"), "generalise", {"unit": "year", "k": 5}),
        # 0..100 in 15 bins is 6.7 each; the next round width is 10.
        (column(Sdtype.NUMERICAL, QUASI, "age"), "generalise", {"width": 10.0, "k": 5}),
        (column(Sdtype.CATEGORICAL, QUASI, "zip"), "generalise", {"prefix": 3, "k": 5}),
        (column(Sdtype.NUMERICAL, OTHER), "keep", {}),
        (column(Sdtype.CATEGORICAL, ColumnRole.TARGET), "keep", {}),
    ],
)
def test_the_proposal_fits_the_role(asked: ColumnProfile, kind: str, parameters: dict[str, object]) -> None:
    treatment = proposed(asked)
    assert (treatment.kind, dict(treatment.parameters)) == (kind, parameters)
    assert treatment.why


def test_rare_categories_and_far_tails_are_treated() -> None:
    rare = replace(column(Sdtype.CATEGORICAL, OTHER), spread=Spread("categories", (90,), folded=4))
    far = replace(column(Sdtype.NUMERICAL, OTHER), spread=Spread("histogram", (9,), (0.0, 1.0), heavy_tail=True))
    assert [proposed(c).kind for c in (rare, far)] == ["suppress_rare", "top_code"]


@pytest.mark.parametrize(
    ("asked", "style"),
    [
        (column(Sdtype.ID, DIRECT, "full_name", "PERSON"), "person"),
        (column(Sdtype.ID, DIRECT, "nameFirst", "PERSON"), "first_name"),
        (column(Sdtype.ID, DIRECT, "last_name", "PERSON"), "last_name"),
        (column(Sdtype.ID, DIRECT, "contact", "EMAIL_ADDRESS"), "email"),
        (column(Sdtype.ID, DIRECT, "mobile"), "phone"),
    ],
)
def test_a_direct_identifier_keeps_its_form_for_testing(asked: ColumnProfile, style: str) -> None:
    treatment = proposed(asked, "testing")
    assert (treatment.kind, dict(treatment.parameters)) == (TreatmentKind.SURROGATE, {"style": style})


def test_a_record_identifier_keeps_its_form_for_testing() -> None:
    assert proposed(column(Sdtype.ID, DIRECT, "row"), "software testing").kind is TreatmentKind.SURROGATE


@pytest.mark.parametrize("sdtype", list(Sdtype))
@pytest.mark.parametrize("role", [r for r in ColumnRole if r is not ColumnRole.TARGET])
@pytest.mark.parametrize("entity", ["", "PERSON", "US_SSN", "LOCATION"])
def test_every_proposal_can_be_applied(sdtype: Sdtype, role: ColumnRole, entity: str) -> None:
    asked = profile(column(sdtype, role, entity=entity), column(Sdtype.BOOLEAN, OTHER))
    assert why_not_apply(propose_plan(asked, "train"), asked) == []


def test_untidy_values_are_proposed_to_be_written_alike_in_the_target_too() -> None:
    spelled = replace(column(Sdtype.CATEGORICAL, OTHER), untidy=12)
    treatment = proposed(spelled)
    assert (treatment.kind, dict(treatment.parameters)) == (TreatmentKind.TIDY, {"k": 5})
    assert treatment.why == "12 values differ from a more common one only in case or spaces."
    target = proposed(replace(spelled, role=ColumnRole.TARGET))
    assert (target.kind, dict(target.parameters)) == (TreatmentKind.TIDY, {"k": 1})


@pytest.mark.parametrize("kind", ["keep", "generalise", "suppress_rare", "tidy"])
def test_no_untreated_direct_identifier_passes(kind: str) -> None:
    asked = profile(column(Sdtype.CATEGORICAL, DIRECT, entity="PERSON"))
    assert "direct identifiers" in " ".join(why_not_apply(Plan((Treatment("c0", TreatmentKind(kind)),)), asked))


def test_text_with_people_in_it_cannot_be_kept_nor_a_target_made_of_names() -> None:
    text = profile(column(Sdtype.TEXT, ColumnRole.SENSITIVE, entity="PERSON"))
    target = profile(column(Sdtype.CATEGORICAL, ColumnRole.TARGET, entity="PERSON"))
    keep = Plan((Treatment("c0", TreatmentKind.KEEP),))
    assert len(why_not_apply(keep, text)) == len(why_not_apply(keep, target)) == 1


def test_each_reason_is_a_sentence_that_names_the_place() -> None:
    asked = profile(column(Sdtype.BOOLEAN, OTHER), column(Sdtype.NUMERICAL, ColumnRole.TARGET))
    plan = Plan((Treatment("c1", TreatmentKind.DROP), Treatment("c9", TreatmentKind.KEEP)))
    reasons = why_not_apply(plan, asked)
    assert reasons == [
        "Treated columns that the table does not have: 1.",
        "Column 1: It has no treatment; choose one, “keep” if nothing needs doing.",
        "Column 2: It is the target and cannot be dropped.",
    ]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("generalise", {"width": 0}),
        ("generalise", {"width": float("nan")}),
        ("generalise", {"k": 2.5}),
        ("generalise", {"unit": "year"}),
        ("top_code", {"upper": 0.5}),
        ("top_code", {"middle": 0.5}),
        ("redact", {}),
    ],
)
def test_a_parameter_out_of_bounds_or_out_of_place_stops_the_plan(kind: str, parameters: dict[str, float]) -> None:
    asked = profile(column(Sdtype.NUMERICAL, OTHER))
    assert why_not_apply(Plan((Treatment("c0", TreatmentKind(kind), parameters),)), asked)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"treatments": "keep"},
        {"treatments": [], "extra": 1},
        {"treatments": [{"column": "zebrawing"}]},
        {"treatments": [{"column": "c0", "kind": "zebrawing"}]},
        {"treatments": [{"column": "c0", "kind": ["keep"]}]},
        {"treatments": [{"column": 1, "kind": "keep"}]},
        {"treatments": [{"column": "c0", "kind": "keep", "zebrawing": 1}]},
        {"treatments": [{"column": "c0", "kind": "keep", "parameters": {"k": True}}]},
        {"treatments": [{"column": "c0", "kind": "keep", "parameters": {"k": [1]}}]},
        {"treatments": [{"column": "c0", "kind": "keep", "why": "zebrawing" * 100}]},
        {"treatments": [{"column": "c0", "kind": "keep"}, {"column": "c0", "kind": "drop"}]},
    ],
)
def test_a_malformed_plan_is_refused_in_one_sentence_without_its_content(data: object) -> None:
    with pytest.raises(PlanError) as refused:
        Plan.from_json(data)
    assert "zebrawing" not in refused.value.sentence
    assert refused.value.sentence.endswith(".")


@given(
    st.lists(
        st.builds(
            Treatment,
            st.from_regex(r"c\d{1,3}", fullmatch=True),
            st.sampled_from(list(TreatmentKind)),
            st.dictionaries(st.sampled_from(["k", "width", "unit"]), st.integers() | st.text(max_size=5), max_size=2),
            st.text(max_size=40),
        ),
        unique_by=lambda treatment: treatment.column,
    )
)
def test_a_plan_reads_back_from_its_json(treatments: list[Treatment]) -> None:
    plan = Plan(tuple(treatments))
    assert Plan.from_json(json.loads(json.dumps(plan.as_json()))) == plan


@pytest.mark.parametrize("sdtype", list(Sdtype))
def test_the_catalogue_offers_only_what_its_own_defaults_satisfy(sdtype: Sdtype) -> None:
    for kind in kinds_for(sdtype):
        defaults = Treatment("c0", kind).complete(sdtype)
        assert Treatment("c0", kind, defaults).problems(sdtype) == []
        assert all(parameter.help and parameter.label for parameter in TREATMENTS[kind].parameters_for(sdtype))


def test_the_catalogue_and_the_proposal_need_no_pandas() -> None:
    code = (
        "import sys, generation.engine.minimisation.proposal, generation.engine.profiling.profile;"
        "print(sorted({'pandas', 'numpy', 'presidio_analyzer', 'faker', 'spacy'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
