"""Pages of runs: list, new run, one run with its evidence."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, GenerationRun
from generation.pages.runs.line import run_lines
from generation.pages.runs.page import run_context
from generation.pages.runs.records import synthetic_records
from generation.pages.runs.request_views import posted, requested
from generation.pages.runs.run_form import RunForm
from generation.permissions import datasets_for, runs_for
from generation.repositories.rules.policy import lacks_rules
from generation.repositories.sensitive.records import is_table
from generation.repositories.standings import standing_filters
from generation.stages.request import cancel_run
from generation.tasks import submit_evaluation, submit_run
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.trail.audit import record
from synthportal.web.lists import Filter, ListColumn, ListSpec, listed
from synthportal.web.look.kept import kept_page


def _list_spec() -> ListSpec:
    return ListSpec(
        noun="run",
        columns=(
            ListColumn("Run", "name", "dataset__name"),
            ListColumn("Status", "status", "status"),
            ListColumn("Verdicts"),
            ListColumn("Synthesizer", "synthesizer", "synthesizer"),
            ListColumn("Records", "records", "rows", numeric=True),
            ListColumn("Asked for", "created", "created_at"),
        ),
        search=("dataset__name", "synthesizer", "artefact_sha256"),
        filters=(
            _standing_filter(),
            Filter("Synthesizer", "synthesizer", "synthesizer", [(c.name, c.title) for c in cards().values()]),
        ),
    )


def _standing_filter() -> Filter:
    """Where the runs stand; the old addresses of statuses stay good."""
    found = standing_filters()
    choices = [(one.key, one.words) for one in found]
    return Filter("Status", "status", "status", choices, {one.key: one.condition for one in found})


@login_required
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The runs a person sees."""
    rows = runs_for(signed_in(request)).select_related("dataset", "label").prefetch_related("evaluations")
    listing = listed(rows, request.GET, _list_spec())
    context = {"listing": listing, "lines": run_lines(listing.rows)}
    return render(request, "generation/runs/list.html", context)


@login_required
def run_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a new run; the estimate alone for htmx, as the form stands.

    Who comes before any rule of a policy is confirmed is led to the rules: nothing could be made yet.
    """
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    if request.method == "GET" and lacks_rules(dataset):
        messages.info(request, "Confirm the rules that agents shall be tested on first; a run is made of those.")
        return redirect("policy", pk=pk)
    form = RunForm(posted(request), dataset=dataset, like=_like(request, dataset))
    return requested(request, form, lambda: redirect("run", pk=submit_run(dataset, form.wanted(), by=person).pk))


def _like(request: HttpRequest, dataset: Dataset) -> GenerationRun | None:
    """The run whose settings the form begins with (?like=3), if there is one of that number."""
    number = request.GET.get("like", "")
    return dataset.runs.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None


def _run(request: HttpRequest, pk: UUID) -> GenerationRun:
    return get_object_or_404(
        runs_for(signed_in(request)).select_related("dataset", "plan", "requested_by", "label"), pk=pk
    )


@login_required
@require_GET
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One run: its stages, then the evidence."""
    return render(request, "generation/runs/run.html", run_context(_run(request, pk), signed_in(request)))


@login_required
@require_GET
def run_evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The evidence of a run as one HTML file, which is written down. Raises Conflict before there is any."""
    found, person = _run(request, pk), signed_in(request)
    context = run_context(found, person)
    if "evaluation" not in context:
        raise Conflict("This run has no evidence yet.")
    with transaction.atomic():
        record("evidence exported", found, by=person)
    read_only: dict[str, object] = {
        "may_describe": False,
        "may_see_records": False,
        "may_evaluate": False,
        "action": None,
        "calibrations": [],
    }
    name = f"evidence-{found.dataset_id}-run-{found.number}.html"
    return kept_page(request, "generation/runs/run.html", context | read_only, name=name)


@login_required
@require_GET
def run_records(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Some of the synthetic records, for the owner: rows of a table, else one after the other."""
    found = _run(request, pk)
    records, rows = synthetic_records(found, by=signed_in(request)), is_table(found.dataset)
    context = {"run": found, "records": records, "is_table": rows, "pieces": [] if rows else records}
    return render(request, "generation/runs/records.html", context)


@login_required
@require_GET
def run_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The timeline alone; a change of status, or the end of the work, asks the browser for the whole page."""
    found = _run(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("run", pk=pk)
    context = run_context(found, signed_in(request), with_evidence=False)
    response = render(request, "generation/runs/_live.html", context)
    if request.GET.get("seen") != found.status or not context["timeline"]["poll_url"]:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def run_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a run that is at work."""
    cancel_run(_run(request, pk), by=signed_in(request))
    messages.success(request, "The run is cancelled; its worker stops within seconds.")
    return redirect("run", pk=pk)


@login_required
@require_POST
def run_evaluate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for one more evaluation, which counts instead of the one before it."""
    submit_evaluation(_run(request, pk), by=signed_in(request))
    messages.success(request, "One more evaluation is queued. It voids approvals of the evidence before it.")
    return redirect("run", pk=pk)
