"""People and roles: for administrators; stewards look, and confirm as the second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synthportal.errors import Conflict
from synthportal.models import AccountLink, Person, RoleRequest
from synthportal.people.accounts.factors import reset_second_factor
from synthportal.people.accounts.links import Sent, invite_person, open_link, send_link, set_open, use_link
from synthportal.people.accounts.roles import administrators, change_roles, decide_role
from synthportal.people.accounts.views import signed_in
from synthportal.people.directory.forms import InviteForm, PasswordForm, RolesForm
from synthportal.people.directory.page import directory_context, person_context
from synthportal.people.messages.notices import Event, everybody, tell
from synthportal.roles import Role, has_role

IN_SESSION = "account_link"
RESET = (
    "Your second factor was said to be lost and was taken away. You are signed out and your tokens ended: sign in with "
    "your password and set up a new one. If you did not ask for it, speak to another administrator."
)


def _viewer(request: HttpRequest) -> Person:
    """An administrator or a steward; for others there is no such page."""
    person = signed_in(request)
    if not (person.is_administrator or has_role(person, Role.STEWARD)):
        raise Http404
    return person


def _keeper(request: HttpRequest) -> Person:
    person = _viewer(request)
    if not person.is_administrator:
        raise Http404
    return person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with their roles; POST invites one more."""
    viewer = _viewer(request)
    if request.method != "POST":
        return render(request, "people/directory/people.html", directory_context(viewer))
    form = InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            sent = invite_person(given["name"], given["login"], given["roles"], by=_keeper(request))
        except Conflict as refused:
            form.add_error("login", list(refused.reasons))
        else:
            _tell_of_requests(sent.person, viewer)
            return _shown(request, sent)
    _keeper(request)
    return render(request, "people/directory/people.html", directory_context(viewer, form), status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; POST gives them exactly the roles that are ticked."""
    viewer = _keeper(request)
    found = get_object_or_404(Person, pk=pk)
    if request.method != "POST":
        return render(request, "people/directory/person.html", person_context(found, viewer))
    form = RolesForm(request.POST)
    if not form.is_valid():
        return render(request, "people/directory/person.html", person_context(found, viewer, form), status=422)
    asked = change_roles(found, form.cleaned_data["roles"], by=viewer)
    _tell_of_requests(found, viewer)
    tell(Event.ACCOUNT, "Your roles were changed.", path="/", to=[found], subject=_subject(found), by_id=viewer.pk)
    waits = f" {' and '.join(one.role for one in asked)} waits for a second person." if asked else ""
    messages.success(request, f"The roles of {found.display_name} are saved.{waits}")
    return redirect("people")


def _subject(person: Person) -> UUID:
    """What a message about a person names them by outside: their key, as the trail does."""
    return UUID(int=person.pk)


def _tell_of_requests(person: Person, by: Person) -> None:
    """Who may confirm a role reads that one waits."""
    if not person.role_requests.filter(decided_at__isnull=True).exists():
        return
    keepers = Person.objects.filter(is_active=True, is_staff=True).exclude(pk=person.pk)
    people = {one.pk: one for one in [*keepers, *everybody(Role.STEWARD)] if one.pk != person.pk}
    words = f"A role of {person.display_name} waits for a second person."
    path = reverse("people")
    tell(Event.ACCOUNT, words, path=path, to=people.values(), subject=_subject(person), by_id=by.pk)


@login_required
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time link: an invitation for who never signed in, else a reset."""
    viewer = _keeper(request)
    found = get_object_or_404(Person, pk=pk)
    kind = AccountLink.Kind.RESET if found.has_usable_password() else AccountLink.Kind.INVITE
    sent = send_link(found, kind, by=viewer)
    words = "A link to set a new password for you was made. If you did not ask for it, speak to an administrator."
    tell(Event.ACCOUNT, words, path=reverse("tokens"), to=[found], subject=_subject(found), by_id=viewer.pk)
    return _shown(request, sent)


def _shown(request: HttpRequest, sent: Sent) -> HttpResponse:
    """The link, this once; where it went by mail, only that it did."""
    address = request.build_absolute_uri(reverse("account_link", args=[sent.secret])) if sent.secret else ""
    context = {"title": sent.person.display_name, "person": sent.person, "address": address, "kind": sent.kind}
    response = render(request, "people/directory/link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lost second factor away; its person and the other administrators are told."""
    viewer, found = _keeper(request), get_object_or_404(Person, pk=pk)
    asked = reset_second_factor(found, by=viewer)
    _tell_of_requests(found, viewer)
    tell(Event.ACCOUNT, RESET, path=reverse("mfa_index"), to=[found], subject=_subject(found), by_id=viewer.pk)
    words = f"The second factor of {found.display_name} was said to be lost, and taken away by {viewer.display_name}."
    others = administrators().exclude(pk=found.pk)
    tell(Event.ACCOUNT, words, path=reverse("people"), to=others, subject=_subject(found), by_id=viewer.pk)
    waits = f" {' and '.join(one.role for one in asked)} waits for a second person." if asked else ""
    messages.success(request, f"The second factor of {found.display_name} is gone, with their tokens.{waits}")
    return redirect("people")


@login_required
@require_POST
def account_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    viewer, found = _keeper(request), get_object_or_404(Person, pk=pk)
    set_open(found, is_open=request.POST.get("open") == "yes", by=viewer)
    messages.success(request, f"The account of {found.display_name} is saved.")
    return redirect("people")


@login_required
@require_POST
def role_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person gives a role that was asked for, or refuses it."""
    viewer, asked = _viewer(request), get_object_or_404(RoleRequest.objects.select_related("person"), pk=pk)
    is_granted = request.POST.get("do") == "confirm"
    decide_role(asked, is_granted=is_granted, by=viewer)
    end = "You have it now" if is_granted else "It was refused"
    words = f"The role {asked.role} was asked for you. {end}."
    tell(Event.ACCOUNT, words, path="/", to=[asked.person], subject=asked.pk, by_id=viewer.pk)
    messages.success(request, f"{asked.role} for {asked.person.display_name}: {'given' if is_granted else 'refused'}.")
    return redirect("people")


@require_http_methods(["GET", "HEAD"])
def account_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address at once, so that no page that is left later tells it."""
    open_link(secret)
    request.session[IN_SESSION] = secret
    return redirect("set_password")


@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """The person of the link chooses their password."""
    secret = request.session.get(IN_SESSION, "")
    found = open_link(secret)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use_link(secret, form.cleaned_data["password"])
        except ValidationError as weak:
            form.add_error("password", weak)
        else:
            request.session.flush()
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("login")
    context = {"form": form, "person": found.person, "by": found.by, "kind": found.kind}
    response = render(request, "people/directory/set_password.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
