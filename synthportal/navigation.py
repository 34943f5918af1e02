"""The header's links, for the roles a person has."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from synthportal.models import Person
from synthportal.roles import Role

DATA = frozenset({Role.OWNER, Role.STEWARD, Role.AUDITOR})
LINKS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Home", "home", frozenset(Role)),
    ("Datasets", "datasets", DATA),
    ("Runs", "runs", DATA),
    ("Reviews", "reviews", frozenset({Role.ANNOTATOR, Role.STEWARD, Role.OWNER, Role.AUDITOR})),
    ("Catalogue", "releases", frozenset({Role.ENGINEER, Role.STEWARD, Role.OWNER, Role.AUDITOR})),
    ("Policies", "policies", frozenset({Role.STEWARD, Role.AUDITOR})),
    ("Trail", "audit", frozenset({Role.STEWARD, Role.AUDITOR})),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context for every page: only links that lead somewhere for this person."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"nav_links": []}
    links = [
        {"label": label, "url": reverse(name), "current": _is_current(request.path, reverse(name))}
        for label, name, roles in LINKS
        if person.roles & roles
    ]
    user_links = [{"label": "Account and API tokens", "url": reverse("tokens")}]
    if person.is_staff:
        user_links.append({"label": "Administration", "url": reverse("admin:index")})
    return {
        "nav_links": links,
        "user_links": user_links,
        "roles_text": ", ".join(sorted(role.value for role in person.roles)),
    }


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
