"""What the page of one dataset shows, depending on how far it has come and on who looks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.urls import reverse

from generation.engine.comparison.apart import listed_words
from generation.engine.evaluation.limits.power import records_to_decide, undecided_by_size
from generation.engine.evaluation.words import metric_words
from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.treatments import TREATMENTS
from generation.engine.profiling.about import unanswered
from generation.engine.profiling.profile import TableProfile
from generation.engine.schema import ColumnRole
from generation.models import Dataset, GenerationRun, Plan
from generation.pages import slots
from generation.pages.budget.page import budget_context
from generation.pages.datasets.forms import RetryForm
from generation.pages.datasets.found import recalls_of, texts_of
from generation.pages.datasets.parsed import has_parsed
from generation.pages.datasets.plan import PlanParts, effect_of, plan_rows
from generation.pages.datasets.shown import Shown, listed
from generation.pages.datasets.versions import lineage_of
from generation.pages.runs.line import run_lines
from generation.pages.status.timeline import dataset_timeline, is_live, job_words, newest_job, preview_job, seen_of
from generation.pages.status.waiting import Waiting
from generation.pages.status.words import DATASET_BADGES, ROLE_HELP, ROLES
from generation.permissions import owns
from generation.repositories.minimisation.steering import PROPOSED, SUGGESTED
from generation.repositories.rules.policy import lacks_rules
from generation.repositories.tables import person_column_of
from generation.stages.changes.reread import unnamed_people
from generation.stages.changes.retry import failed_job, may_correct_names
from generation.stages.minimise import PLANNABLE, before_plan, why_not_confirm, why_not_plan
from generation.stages.request import why_not_run
from synthportal.models import Job, Person
from synthportal.templatetags.human import count, counted

_ERASED = Dataset.Status.ERASED
_MOST_VERSIONS = 30


def dataset_context(
    dataset: Dataset,
    person: Person,
    *,
    asked: QueryDict | None = None,
    posted: QueryDict | None = None,
    refused: list[str] | None = None,
) -> dict[str, Any]:
    """Header, timeline, columns with the plan, and runs. `asked`: which columns; `refused`: why the posted plan was not
    saved.
    """
    plan = dataset.plans.order_by("-version").first()
    job, waiting = newest_job(dataset.pk), Waiting(person)
    timeline = dataset_timeline(dataset, job, waiting)
    shown = Shown.of(asked or QueryDict())
    parts = PlanParts.of(plan, shown) if plan and dataset.status != _ERASED else None
    effect = _effect(dataset, parts, seen_of(dataset, job), waiting) if parts else None
    return {
        **_head(dataset),
        "action": _action(dataset, plan, person, refused or []),
        "timeline": timeline,
        "poll_url": _poll_url(timeline["poll_url"] or (effect or {}).get("poll_url", ""), shown),
        "plan": plan,
        **(_columns(parts, shown, posted) if parts else {"rows": []}),
        **_source(dataset, person, is_planned=parts is not None),
        **_permissions(dataset, plan, is_owner=owns(person, dataset)),
        "refused": refused or [],
        "first_panel": "plan" if refused or posted or shown.query or _is_open(plan) else "runs",
        "roles": [(role.value, words, ROLE_HELP[role]) for role, words in ROLES.items()],
        "effect": effect,
        **_work(dataset, person),
    }


def _source(dataset: Dataset, person: Person, *, is_planned: bool) -> dict[str, Any]:
    """What else is known of the source: whose records they may be, its versions, how it was read."""
    is_owner = owns(person, dataset)
    return {
        "comes_again": unnamed_people(dataset) if is_planned and is_owner else None,
        "lineage": lineage_of(dataset, person),
        "may_see_parsed": is_owner and has_parsed(dataset),
    }


def _is_open(plan: Plan | None) -> bool:
    return plan is not None and plan.confirmed_at is None


def _head(dataset: Dataset) -> dict[str, Any]:
    """What the dataset is, and where it stands."""
    tone, word = DATASET_BADGES[Dataset.Status(dataset.status)]
    return {
        "dataset": dataset,
        "facts": _facts(dataset),
        "made": kind_of(dataset.kind).makes,
        "too_few": too_few(dataset),
        "crumbs": [{"label": "Datasets", "url": reverse("datasets")}],
        "badge": tone,
        "badge_word": word,
        "erasure_url": slots.erasure_url(dataset),
        **_texts(dataset),
    }


def _texts(dataset: Dataset) -> dict[str, Any]:
    """How its texts are, and how much of what is sensitive in them is found."""
    if not dataset.profile:
        return {"texts": [], "recalls": []}
    profile = TableProfile.from_json(dataset.profile)
    return {"texts": texts_of(profile), "recalls": recalls_of(profile)}


def _work(dataset: Dataset, person: Person) -> dict[str, Any]:
    """What was made of the dataset, and what more may be."""
    return {
        "budget": budget_context(dataset, person),
        "unanswered": len(unanswered(dataset.about)),
        "may_run": not why_not_run(person, dataset),
        "lacks_rules": lacks_rules(dataset),
        "bake_offs": dataset.bake_offs.prefetch_related(Prefetch("runs", GenerationRun.objects.order_by("number"))),
        "runs": run_lines(_runs(dataset)),
    }


def _permissions(dataset: Dataset, plan: Plan | None, *, is_owner: bool) -> dict[str, Any]:
    """What the owner may do with the plan and the dataset now."""
    is_open = _is_open(plan) and dataset.status in PLANNABLE
    is_applied = dataset.status == Dataset.Status.MINIMISED and not is_open
    return {
        "may_change": is_owner and is_open,
        "may_replan": is_owner and is_applied and not why_not_plan(dataset),
        "may_erase": is_owner and dataset.status != Dataset.Status.ERASED,
        "retry": _retry(dataset) if is_owner else None,
    }


def _poll_url(url: str, shown: Shown) -> str:
    """The live part asks again for the columns that are shown."""
    return f"{url}&{shown.query}" if url and shown.query else url


def _columns(parts: PlanParts, shown: Shown, posted: QueryDict | None) -> dict[str, Any]:
    """The rows that are asked for, what the bar over them says, and what can be done to many of them."""
    columns = parts.profile.columns
    chosen = shown.of_columns(columns, parts.around)
    versions = parts.plan.dataset.plans.exclude(pk=parts.plan.pk).values_list("version", "confirmed_at")
    return {
        "rows": plan_rows(parts, shown.slice_of(chosen), posted),
        "columns": listed(shown, columns, chosen),
        "typed_k": posted.get("k", "") if posted else parts.plan.k or "",
        "against": parts.against,
        "before": effect_of(parts.against, parts.profile) if parts.against else {},
        "versions": list(versions.order_by("-version")[:_MOST_VERSIONS]),
        "may_undo": before_plan(parts.plan) is not None,
        "suggested": len(parts.around.suggestions),
        "whats": [
            (SUGGESTED, "What is suggested"),
            (PROPOSED, "What the portal proposed"),
            *((kind.value, form.title) for kind, form in TREATMENTS.items()),
        ],
    }


def _runs(dataset: Dataset) -> list[GenerationRun]:
    return list(dataset.runs.order_by("-number").select_related("dataset", "label").prefetch_related("evaluations"))


def _facts(dataset: Dataset) -> list[str]:
    facts = [f"for: {dataset.get_purpose_display()}"]
    if dataset.rows is not None:
        facts.insert(0, counted(dataset.rows, "record"))
    if dataset.profile:
        facts.insert(1, counted(len(dataset.profile["columns"]), "column"))
    if dataset.target:
        facts.append(f"target: {dataset.target}")
    if dataset.holdout_rows:
        facts.append(f"holdout: {counted(dataset.holdout_rows, 'record')}, never shown to a synthesizer")
    return facts


def too_few(dataset: Dataset) -> str:
    """What so many records cannot decide, said before anybody works on them, and how many would; "" where they can."""
    is_measured_as_table = kind_of(dataset.kind).checks is None
    if dataset.training_rows is None or dataset.holdout_rows is None or not is_measured_as_table:
        return ""
    if kind_of(dataset.kind).makes:
        return ""
    share, them = _people_a_record(dataset)
    training, held = (round(share * rows) for rows in (dataset.training_rows, dataset.holdout_rows))
    undecided = undecided_by_size(training, held) if min(training, held) else []
    if not undecided:
        return ""
    checks, total = listed_words([metric_words(name).title.lower() for name in undecided]), training + held
    return (
        f"{count(total)} {them}, {count(held)} of them held out, are too few to release anything made from them: they "
        f"cannot decide {checks}, however clean a file is. From about {count(records_to_decide(held / total))} {them} "
        "on they can be decided. What is made here can be looked at and compared."
    )


def _people_a_record(dataset: Dataset) -> tuple[float, str]:
    """How many people stand behind each training record, and the word for what is counted; nobody named has his own."""
    person, columns = person_column_of(dataset), (dataset.profile or {}).get("columns", ())
    named = next((column for column in columns if column["name"] == person), None)
    if named is None or not dataset.training_rows or named["distinct"] + named["missing"] >= dataset.training_rows:
        return 1.0, "records"
    return (named["distinct"] + named["missing"]) / dataset.training_rows, "people"


def _action(dataset: Dataset, plan: Plan | None, person: Person, refused: list[str]) -> dict[str, Any] | None:
    """The one primary action: confirm the plan, then new run; none where neither can be next."""
    is_open = plan is not None and plan.confirmed_at is None
    if dataset.status == Dataset.Status.MINIMISED and not (is_open and owns(person, dataset)):
        return _first_action(dataset, person)
    if dataset.status not in PLANNABLE or plan is None or plan.confirmed_at:
        return None
    reasons = list(refused) or why_not_confirm(plan)
    if not owns(person, dataset):
        reasons = ["Only the owner of this dataset confirms its plan."]
    return {"label": "Confirm plan", "form": "confirm", "why_not": reasons}


def _first_action(dataset: Dataset, person: Person) -> dict[str, Any]:
    """A new run; before any rule of a policy is confirmed, its rules, since nothing can be made without one."""
    if lacks_rules(dataset) and owns(person, dataset):
        return {"label": "Build and confirm the rules", "url": reverse("policy", args=[dataset.pk])}
    url = reverse("run_new", args=[dataset.pk])
    return {"label": "New run", "url": url, "why_not": why_not_run(person, dataset)}


def _effect(dataset: Dataset, parts: PlanParts, seen: str, waiting: Waiting) -> dict[str, Any]:
    """The plan's effect on the whole table, or the job that computes it."""
    plan = parts.plan
    job = preview_job(plan) if not plan.confirmed_at else None
    live = is_live(job)
    failed = job is not None and job.state == Job.State.FAILED
    return {
        "figures": effect_of(plan, parts.profile, parts.excepted),
        "quasi": [column.label for column in parts.profile.columns if column.role == ColumnRole.QUASI],
        "job": job_words(job, waiting) if job and (live or failed) else None,
        "poll_url": f"{reverse('dataset_progress', args=[dataset.pk])}?seen={seen}" if live else "",
    }


def _retry(dataset: Dataset) -> dict[str, Any] | None:
    """What can be tried again, and the names that can be corrected first; None when nothing has failed."""
    job = failed_job(dataset)
    if job is None:
        return None
    form = RetryForm(initial={"target": dataset.target, "person_column": dataset.person_column})
    return {"kind": job.kind, "form": form if may_correct_names(dataset, job) else None}
