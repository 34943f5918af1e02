"""Access to releases: ask with a purpose, grant until a day, refuse with a reason; and wishes for other datasets."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from reviews.models import AccessRequest, Wish
from reviews.pages.access.forms import GrantForm, WishForm
from reviews.permissions import access_requests_for, releases_for
from reviews.stages.use.grant import restrict_release
from reviews.tasks import submit_access_request, submit_answer, submit_grant, submit_refusal, submit_wish
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role, has_role

SHOWN = 100
TOKEN_DAYS = 30


@login_required
@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and one's own requests."""
    person = signed_in(request)
    decides = has_role(person, Role.STEWARD)
    related = ("release__run__dataset", "person", "decided_by")
    mine = AccessRequest.objects.filter(person=person, release__in=releases_for(person))
    decided = access_requests_for(person).select_related(*related)
    context = {
        "decides": decides,
        "waiting": decided.filter(status=AccessRequest.Status.ASKED)[:SHOWN] if decides else (),
        "granted": decided.filter(status=AccessRequest.Status.GRANTED)[:SHOWN] if decides else (),
        "mine": mine.select_related(*related)[:SHOWN],
    }
    return render(request, "reviews/access/access.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask to hold a release."""
    release = get_object_or_404(releases_for(signed_in(request)), pk=pk)
    submit_access_request(release, purpose=request.POST.get("purpose", ""), by=signed_in(request))
    messages.success(request, "A steward decides. You are told here, and it stands on this page.")
    return redirect("release", pk=pk)


@login_required
@require_POST
def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the person hold it."""
    asked, form = _asked(request, pk), GrantForm(request.POST)
    if not form.is_valid():
        raise Conflict("Say until which day, such as 2027-12-31.")
    until: date = form.cleaned_data["until"]
    submit_grant(asked, until=until, by=signed_in(request))
    messages.success(request, f"{asked.person.display_name} may hold it until {until.isoformat()}.")
    return redirect("access")


@login_required
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say no, or take access back, with a reason."""
    asked = _asked(request, pk)
    submit_refusal(asked, reason=request.POST.get("reason", ""), by=signed_in(request))
    messages.success(request, f"{asked.person.display_name} reads the reason.")
    return redirect("access")


@login_required
@require_POST
def restrict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whether engineers ask before they may hold a release."""
    release = get_object_or_404(releases_for(signed_in(request)), pk=pk)
    restrict_release(release, on_request=request.POST.get("on_request") == "yes", by=signed_in(request))
    messages.success(request, "It is changed, and holds from now on.")
    return redirect("release", pk=pk)


@login_required
@require_POST
def token(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A token that opens this release alone; its secret is shown in this answer, and never again."""
    person = signed_in(request)
    release = get_object_or_404(releases_for(person), pk=pk)
    name = f"release {release.number}"
    made, secret = create_token(person, name, days=TOKEN_DAYS, can_write=False, only_for={"release": release.pk})
    response = render(request, "reviews/access/token.html", {"release": release, "token": made, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response


@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """Datasets that somebody looks for: owners read them, stewards answer."""
    person = signed_in(request)
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        submit_wish(**form.cleaned_data, by=person)
        messages.success(request, "Owners and stewards read it. You are told when one of them answers.")
        return redirect("wishes")
    answers = has_role(person, Role.STEWARD)
    seen = Wish.objects.select_related("person", "answered_by")
    found = seen if has_role(person, Role.STEWARD, Role.OWNER, Role.AUDITOR) else seen.filter(person=person)
    context = {"form": form, "wishes": found[:SHOWN], "answers": answers, "asks": _may_wish(person)}
    return render(request, "reviews/access/wishes.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what became of a wish."""
    found = Wish.objects.all() if has_role(signed_in(request), Role.STEWARD) else Wish.objects.none()
    submit_answer(get_object_or_404(found, pk=pk), answer=request.POST.get("answer", ""), by=signed_in(request))
    messages.success(request, "It is answered.")
    return redirect("wishes")


def _asked(request: HttpRequest, pk: UUID) -> AccessRequest:
    """A request, for who decides; 404 for everybody else."""
    seen = access_requests_for(signed_in(request)).select_related("release__run__dataset", "person")
    return get_object_or_404(seen, pk=pk)


def _may_wish(person: Person) -> bool:
    return has_role(person, Role.ENGINEER, Role.OWNER, Role.STEWARD)
