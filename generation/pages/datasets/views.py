"""Pages of datasets: list, upload, profile and plan, erase."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from generation.models import Dataset, Plan, Purpose
from generation.pages.datasets.forms import DatasetForm, RetryForm
from generation.pages.datasets.page import dataset_context
from generation.pages.datasets.parsed import parsed_records
from generation.pages.datasets.plan import is_changed, over, plan_from
from generation.pages.datasets.shown import Shown
from generation.pages.datasets.versions import next_name
from generation.pages.status.timeline import newest_job, seen_of
from generation.pages.status.words import DATASET_BADGES
from generation.permissions import datasets_for, owned_by, remember_shares
from generation.repositories.plans import latest_plan
from generation.repositories.room import room_for
from generation.repositories.sensitive.records import is_table
from generation.repositories.tables import dictionary_of
from generation.stages.changes.retry import try_again
from generation.stages.erase import erase_dataset, why_not_erase
from generation.tasks import submit_confirmation, submit_dataset, submit_plan
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role, require
from synthportal.storage.uploads import SealedUpload, takes_file
from synthportal.storage.vault import erase
from synthportal.web.lists import Filter, ListColumn, ListSpec, listed

AGAIN = "Choose the file again: nothing of it was kept."
DATASETS = ListSpec(
    noun="dataset",
    columns=(
        ListColumn("Name", "name", "name"),
        ListColumn("Status", "status", "status"),
        ListColumn("Purpose", "purpose", "purpose"),
        ListColumn("Records", "records", "rows", numeric=True),
        ListColumn("Runs", "runs", "run_count", numeric=True),
        ListColumn("Owner", "owner", "owner__username"),
        ListColumn("Uploaded", "created", "created_at"),
    ),
    search=("name", "description", "file_name"),
    filters=(
        Filter("Status", "status", "status", [(status.value, words) for status, (_, words) in DATASET_BADGES.items()]),
        Filter("Purpose", "purpose", "purpose", Purpose.choices),
    ),
)


@login_required
@require_GET
def datasets(request: HttpRequest) -> HttpResponse:
    """The datasets a person sees."""
    person = signed_in(request)
    rows = datasets_for(person).select_related("owner").annotate(run_count=Count("runs"))
    listing = listed(rows, request.GET, DATASETS)
    return render(
        request, "generation/datasets/list.html", {"listing": listing, "may_upload": has_role(person, Role.OWNER)}
    )


@takes_file(Role.OWNER, room=room_for)
@login_required
def dataset_new(request: HttpRequest) -> HttpResponse:
    """The form of a new dataset, and its upload."""
    if request.method != "POST":
        require(signed_in(request), Role.OWNER)
        before = _before(request)
        form = DatasetForm(initial=_stated(before, is_version="version_of" in request.GET) if before else {})
        last = None if before else Dataset.objects.filter(owner=signed_in(request)).order_by("-created_at").first()
        return render(request, "generation/datasets/new.html", {"form": form, "last": last})
    form = DatasetForm(request.POST, request.FILES, refused=getattr(request, "upload_refused", ""))
    if found := _submitted(request, form):
        return redirect("dataset", pk=found.pk)
    return render(request, "generation/datasets/new.html", {"form": form}, status=422)


def _before(request: HttpRequest) -> Dataset | None:
    """The dataset of one's own that a new one begins like, or is a newer version of."""
    asked = request.GET.get("version_of", "") or request.GET.get("like", "")
    if not asked:
        return None
    return get_object_or_404(Dataset.objects.filter(owned_by(signed_in(request))), pk=_uuid(asked))


def _stated(before: Dataset, *, is_version: bool) -> dict[str, Any]:
    """What was stated of an earlier dataset, such as one that was refused: nothing is typed twice."""
    own = {"file", "header_row", "dictionary", "version_of"}
    stated = {name: getattr(before, name) for name in DatasetForm.base_fields if name not in own}
    stated |= {"header_row": before.header_row or None, "dictionary": dictionary_of(before)}
    return stated | {"version_of": before.pk, "name": next_name(before)} if is_version else stated


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _submitted(request: HttpRequest, form: DatasetForm) -> Dataset | None:
    """The new dataset, or None with the reasons on the form. An upload that becomes no dataset is erased at once."""
    found = None
    try:
        require(signed_in(request), Role.OWNER)
        if form.is_valid():
            found = submit_dataset(form.upload(), by=signed_in(request))
    except Conflict as refused:
        form.add_error(None, list(refused.reasons))
    finally:
        upload = request.FILES.get("file")
        if found is None and isinstance(upload, SealedUpload):
            erase(upload.key_id)
            form.add_error("file", AGAIN)
    return found


def _dataset(request: HttpRequest, pk: UUID) -> Dataset:
    remember_shares(signed_in(request))
    return get_object_or_404(datasets_for(signed_in(request)).select_related("owner"), pk=pk)


@login_required
@require_GET
def dataset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One dataset: its stages, its columns with the plan, its runs."""
    context = dataset_context(_dataset(request, pk), signed_in(request), asked=request.GET)
    return render(request, "generation/datasets/dataset.html", context)


@login_required
@require_GET
def dataset_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The live part of the page; a change of status asks the browser for the whole page."""
    found = _dataset(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("dataset", pk=pk)
    context = dataset_context(found, signed_in(request), asked=request.GET)
    response = render(request, "generation/datasets/progress/_progress.html", context)
    if request.GET.get("seen") != seen_of(found, newest_job(found.pk)):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save the plan as posted. What is refused stays on the page as it was typed, with the reasons."""
    found, person = _dataset(request, pk), signed_in(request)
    reasons = _saved(request, found)
    if not reasons and not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, "The plan is saved. Its effect is being computed.")
        return to_plan(request, pk)
    typed = request.POST if reasons else None
    context = dataset_context(found, person, asked=request.GET, posted=typed, refused=reasons)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    template = "generation/plans/_plan_saved.html" if is_part else "generation/datasets/dataset.html"
    return render(request, template, context, status=422 if reasons else 200)


def _saved(request: HttpRequest, found: Dataset) -> list[str]:
    """Why the posted plan was not saved; empty when it was, or says nothing new."""
    try:
        last = latest_plan(found)
        base = _plan_shown(request, last)
        wanted, roles, k = plan_from(request.POST, base)
        treatments, k = over(last, base, wanted), None if k == (base.k or 0) else k
        if is_changed(last, treatments, roles, k):
            submit_plan(found, treatments=treatments, roles=roles, k=k, by=signed_in(request))
    except Conflict as refused:
        return list(refused.reasons)
    return []


def _plan_shown(request: HttpRequest, last: Plan) -> Plan:
    """The version that the form was drawn from: a save may come late, or from a window that shows an older one."""
    version = request.POST.get("version", "")
    return (last.dataset.plans.filter(version=version).first() if version.isdecimal() else None) or last


def to_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back to the columns that were shown."""
    query = Shown.of(request.GET).query
    return redirect(f"{reverse('dataset', args=[pk])}{'?' if query else ''}{query}#plan")


@login_required
@require_POST
def plan_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a new version of a plan that was applied; the dataset and its runs stay as they are meanwhile."""
    found = _dataset(request, pk)
    submit_plan(found, treatments=latest_plan(found).treatments, roles={}, by=signed_in(request))
    messages.success(request, "Change the new version below, then confirm it. Runs made before keep their own.")
    return redirect("dataset", pk=pk)


@login_required
@require_POST
def plan_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm the version of the plan that was seen."""
    found, version = _dataset(request, pk), request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise Conflict("Say which version of the plan you confirm: open the page again and press the button there.")
    submit_confirmation(found, version=int(version), by=signed_in(request))
    messages.success(request, "The plan is confirmed and being applied.")
    return redirect("dataset", pk=pk)


@login_required
@require_POST
def dataset_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try the job that failed once more, with the corrected names of columns."""
    found, form = _dataset(request, pk), RetryForm(request.POST)
    if not form.is_valid():
        raise Conflict(*(f"{form.fields[name].label}: {faults[0]}" for name, faults in form.errors.items()))
    try_again(found, by=signed_in(request), **form.corrected())
    messages.success(request, "The work is queued once more.")
    return redirect("dataset", pk=pk)


@login_required
@require_GET
def dataset_parsed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Some records as they were read, for their owner: rows of a table, else one after the other."""
    found = _dataset(request, pk)
    records, rows = parsed_records(found, by=signed_in(request)), is_table(found)
    context = {"dataset": found, "records": records, "is_table": rows, "pieces": [] if rows else records}
    return render(request, "generation/datasets/read/parsed.html", context)


@login_required
def dataset_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then erase."""
    found, person = _dataset(request, pk), signed_in(request)
    if request.method == "POST":
        erase_dataset(found, by=person)
        messages.success(request, f"{found.name} is erased: its key is destroyed.")
        return redirect("dataset", pk=pk)
    context = {"dataset": found, "why_not": why_not_erase(person, found), "runs": found.runs.count()}
    return render(request, "generation/datasets/erase.html", context)
