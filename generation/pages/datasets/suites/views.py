"""The form of a plan of evaluation tasks: written without YAML, and made a dataset like an uploaded one."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from generation.engine.errors import EngineError
from generation.engine.kinds.tasks import TASKS
from generation.engine.rules.yaml_text import read_yaml
from generation.models import Purpose
from generation.pages.datasets.suites.page import figures, read_typed, suite_context
from generation.pages.datasets.suites.plan import typed_plan
from generation.permissions import datasets_for
from generation.repositories.judged.suites import plan_text
from generation.stages.ingest import Upload, sealed_upload
from generation.tasks import submit_dataset
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, require


@login_required
def suite_plan(request: HttpRequest) -> HttpResponse:
    """The form, empty or with the plan of a dataset (?like=); a POST says in `do` whether more lines are wanted, the
    matrix is measured, or the plan is made a dataset."""
    person = signed_in(request)
    require(person, Role.OWNER)
    if request.method != "POST":
        return _shown(request, _begun(request, person))
    if request.POST.get("do") == "make":
        return _made(request, person)
    if request.headers.get("HX-Request") and request.POST.get("do") != "more":
        return render(request, "generation/datasets/suites/_figures.html", figures(request.POST))
    return _shown(request, request.POST)


def _begun(request: HttpRequest, person: Person) -> QueryDict:
    """What the form begins with: nothing, or the plan of a dataset that the person sees."""
    try:
        pk = UUID(like) if (like := request.GET.get("like", "")) else None
    except ValueError:
        raise Http404 from None
    if pk is None:
        return QueryDict(mutable=True)
    before = get_object_or_404(datasets_for(person).filter(kind=TASKS.name), pk=pk)
    return typed_plan(read_yaml(plan_text(before)))


def _made(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        plan, text = read_typed(request.POST)
        _ = plan.matrix.space
        dataset = submit_dataset(_upload(request.POST, plan.name, text), by=person)
    except (Conflict, EngineError) as refused:
        reasons = refused.reasons if isinstance(refused, Conflict) else [refused.sentence]
        return _shown(request, request.POST, reasons)
    return redirect("dataset", pk=dataset.pk)


def _upload(data: QueryDict, name: str, text: str) -> Upload:
    stated = {"purpose": Purpose.EVALUATION, "kind": TASKS.name, "description": data.get("description", "").strip()}
    return sealed_upload(text.encode(), "plan.yaml", name=name[:120], **stated)


def _shown(request: HttpRequest, data: QueryDict, refused: object = ()) -> HttpResponse:
    context = suite_context(data) | {
        "refused": refused,
        "crumbs": _crumbs(),
        "description": data.get("description", ""),
    }
    return render(request, "generation/datasets/suites/suite.html", context, status=422 if refused else 200)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"label": "Datasets", "url": reverse("datasets")},
        {"label": "New dataset", "url": reverse("dataset_new")},
    ]
