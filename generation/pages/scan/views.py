"""Scan a file: drop it, follow, look, forget. Nobody but who dropped it sees anything of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.models import FileScan
from generation.pages.scan.forms import ScanForm
from generation.pages.scan.page import is_at_work, live_words, scan_context
from generation.permissions import scans_for
from generation.stages.scan import MOST, forget_scan
from generation.tasks import submit_scan
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.storage.uploads import takes_file


@takes_file(most=MOST)
@login_required
def scan(request: HttpRequest) -> HttpResponse:
    """The form, and the dropped file."""
    if request.method != "POST":
        return render(request, "generation/scan/scan.html", {"form": ScanForm()})
    form = ScanForm(request.POST, request.FILES, refused=getattr(request, "upload_refused", ""))
    if found := _submitted(request, form):
        return redirect("scan_found", pk=found.pk)
    return render(request, "generation/scan/scan.html", {"form": form}, status=422)


def _submitted(request: HttpRequest, form: ScanForm) -> FileScan | None:
    """The scan, or None with the reasons on the form; an upload that nobody took over goes with the request."""
    if not form.is_valid():
        return None
    try:
        return submit_scan(form.cleaned_data["file"], by=signed_in(request))
    except Conflict as refused:
        form.add_error("file", list(refused.reasons))
        return None


def _scan(request: HttpRequest, pk: UUID) -> FileScan:
    return get_object_or_404(scans_for(signed_in(request)), pk=pk)


@login_required
@require_GET
def scan_found(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where it stands, or what was found."""
    return render(request, "generation/scan/found.html", scan_context(_scan(request, pk), signed_in(request)))


@login_required
@require_GET
def scan_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress alone; when the file was read the browser is asked for the whole page."""
    found = _scan(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("scan_found", pk=pk)
    response = render(request, "generation/scan/_live.html", {"live": live_words(found, signed_in(request))})
    if not is_at_work(found):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def scan_forget(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop it if it is at work, and forget everything about it."""
    forget_scan(_scan(request, pk), by=signed_in(request))
    messages.success(request, "It is forgotten: the file, what was found in it, and its key.")
    return redirect("scan")
