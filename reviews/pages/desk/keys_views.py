"""A person's own keys of the desk: other keys, or none."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reviews.pages.desk.keys import ACTIONS, key_faults, key_from, key_in_words, keys_of, save_keys
from synthportal.people.accounts.views import signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk_keys(request: HttpRequest) -> HttpResponse:
    """Show the keys; save them if no two actions share one, else say which do, beside them."""
    person = signed_in(request)
    if request.method != "POST":
        keys = keys_of(person)
        return render(request, "reviews/desk/keys.html", {"groups": _groups(dict(keys.by_action), {}), "keys": keys})
    wanted = {name: key_from(request.POST.get(name, "")) for name in ACTIONS}
    if "shipped" in request.POST:
        wanted = {name: action.key for name, action in ACTIONS.items()}
    are_on = "shipped" in request.POST or "keys_on" in request.POST
    if faults := key_faults(wanted):
        context = {"groups": _groups(wanted, faults), "keys": {"are_on": are_on}, "has_faults": True}
        return render(request, "reviews/desk/keys.html", context, status=422)
    save_keys(person, wanted, are_on=are_on)
    messages.success(request, "Your keys are saved." if are_on else "Saved: keys without Ctrl are off.")
    return redirect("desk_keys")


def _groups(wanted: dict[str, str], faults: dict[str, str]) -> list[dict[str, object]]:
    rows = [
        {
            "name": action.name,
            "words": action.words,
            "key": key_in_words(wanted[action.name]).replace("Ctrl ", "Ctrl+"),
            "also": [key_in_words(key) for key in action.also],
            "shipped": key_in_words(action.key),
            "is_changed": wanted[action.name] != action.key,
            "fault": faults.get(action.name, ""),
            "group": action.group,
        }
        for action in sorted(ACTIONS.values(), key=_place_of_group)
    ]
    return [{"name": name, "rows": list(found)} for name, found in groupby(rows, lambda row: row["group"])]


def _place_of_group(action: object) -> int:
    groups = list(dict.fromkeys(one.group for one in ACTIONS.values()))
    return groups.index(getattr(action, "group", ""))
