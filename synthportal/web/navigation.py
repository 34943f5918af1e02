"""The header's links, for the roles a person has."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from synthportal.models import Person
from synthportal.roles import Role


@dataclass(frozen=True, slots=True)
class Link:
    """A link for people with one of the roles; `url_name` names its address, `place` its order in the header."""

    label: str
    url_name: str
    roles: frozenset[Role]
    place: int


_LINKS: dict[str, Link] = {}
_STAFF = {"People and roles": "people", "System": "system"}


def add_links(*links: Link) -> None:
    """What an app adds to the header when it is installed. Adding the same again changes nothing."""
    _LINKS.update({link.url_name: link for link in links})


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context for every page: only links that lead somewhere for this person."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"nav_links": []}
    links = [
        {"label": link.label, "url": reverse(link.url_name), "current": _is_current(request.path, link.url_name)}
        for link in sorted(_LINKS.values(), key=lambda link: link.place)
        if person.roles & link.roles
    ] or _links_of_staff(request, person)
    # Counted on home alone, which says what needs one now: no other page asks one more question for it.
    new = person.notices.filter(read_at__isnull=True).count() if request.path == "/" else 0
    user_links = [
        {"label": f"Notices ({new} new)" if new else "Notices", "url": reverse("notices")},
        {"label": "Account and API tokens", "url": reverse("tokens")},
    ]
    if person.is_staff or Role.STEWARD in person.roles:
        user_links.append({"label": "People and roles", "url": reverse("people")})
    if person.is_staff:
        user_links.append({"label": "System", "url": reverse("system")})
        user_links.append({"label": "Teams", "url": reverse("teams")})
        user_links.append({"label": "Webhooks", "url": reverse("webhooks")})
        user_links.append({"label": "Administration", "url": reverse("admin:index")})
    return {
        "nav_links": links,
        "user_links": user_links,
        "new_notices": new,
        "roles_text": ", ".join(sorted(role.value for role in person.roles)),
    }


def _links_of_staff(request: HttpRequest, person: Person) -> list[dict[str, object]]:
    """The header of somebody who keeps the portal and has no role in the data."""
    pages = {"Home": "/"} | {label: reverse(name) for label, name in _STAFF.items()} if person.is_staff else {}
    return [{"label": label, "url": url, "current": _is_within(request.path, url)} for label, url in pages.items()]


def _is_current(path: str, url_name: str) -> bool:
    return _is_within(path, reverse(url_name))


def _is_within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
