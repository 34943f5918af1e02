"""A person's feed of notices, what people say to each other, and the administrator's addresses outside."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST

from synthportal.errors import Conflict
from synthportal.models import Comment, Delivery, Notice, Webhook
from synthportal.people.accounts.views import signed_in
from synthportal.people.messages.comments import comments_on, say, take_back, thread_for
from synthportal.people.messages.notices import mark_read
from synthportal.people.messages.standing import standing_notices
from synthportal.people.messages.webhooks import add_webhook, end_webhook

SHOWN = 100


class WebhookForm(forms.Form):
    """A new address."""

    url = forms.CharField(label="Address", max_length=500, help_text="Such as https://hooks.example.org/synthportal")
    events = forms.MultipleChoiceField(
        label="Told of", choices=Notice.Event.choices, widget=forms.CheckboxSelectMultiple
    )


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What happened that concerns this person, the newest first; POST marks all as read."""
    person = signed_in(request)
    if request.method == "POST":
        mark_read(person)
        return redirect("notices")
    context = {"notices": person.notices.all()[:SHOWN], "warnings": standing_notices(person)}
    return render(request, "people/notices.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """What was said about a run, a gate or a flag, on a page of its own; POST says one thing more."""
    person = signed_in(request)
    thread = thread_for(person, kind, pk)
    if thread is None:
        raise Http404
    words, errors = request.POST.get("words", ""), tuple[str, ...]()
    if request.method == "POST":
        try:
            say(thread, words, by=person)
        except Conflict as conflict:
            errors = tuple(conflict.reasons)
        else:
            return redirect(f"{thread.page}#comments")
    context = {"title": f"Comments on {thread.title}", "thread": thread, "comments": comments_on(thread)}
    context |= {"typed": words, "errors": errors}
    context["crumbs"] = [{"label": capfirst(thread.title), "url": thread.page}] if thread.page != thread.path else []
    return render(request, "people/comments.html", context, status=409 if errors else 200)


@login_required
@require_POST
def comment_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The words of one's own comment are gone for good."""
    person = signed_in(request)
    comment = get_object_or_404(Comment, pk=pk)
    thread = thread_for(person, comment.kind, comment.subject)
    if thread is None:
        raise Http404
    take_back(comment, by=person)
    return redirect(f"{thread.page}#comments")


@login_required
def webhooks(request: HttpRequest) -> HttpResponse:
    """The addresses that are told of events, and the log of what was sent. For administrators."""
    person, secret = signed_in(request), ""
    if not person.is_staff:
        raise Http404
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = add_webhook(form.cleaned_data["url"], form.cleaned_data["events"], by=person)
            form = WebhookForm()
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
    context = {
        "form": form,
        "secret": secret,
        "hooks": Webhook.objects.select_related("created_by"),
        "log": Delivery.objects.filter(webhook__isnull=False).select_related("webhook")[:SHOWN],
    }
    response = render(request, "people/webhooks.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def webhook_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell an address of nothing any more."""
    person = signed_in(request)
    hook = get_object_or_404(Webhook.objects.all() if person.is_staff else Webhook.objects.none(), pk=pk)
    end_webhook(hook, by=person)
    messages.success(request, "It is told of nothing any more.")
    return redirect("webhooks")
