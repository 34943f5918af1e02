"""What holds for all pages of reviews: who sees which, what they load, and that the admin site only looks."""

from __future__ import annotations

import subprocess
import sys

from django.test import Client
from django.urls import reverse

from reviews.models import Release
from tests.cast import World
from tests.reviews.pages.door import SignIn, desk_of

HEAVY = {"sdv", "torch", "presidio_analyzer", "spacy", "opendp", "lightgbm", "numba", "sklearn", "pandas"}


def test_everybody_finds_what_is_theirs_and_nothing_else_exists(release: Release, client_of: SignIn) -> None:
    run, review = release.run_id, release.review_id
    pages = {
        "reviews": reverse("reviews"),
        "desk": reverse("desk", args=[review]),
        "flags": reverse("flags", args=[review]),
        "gate": reverse("gate", args=[run]),
        "releases": reverse("releases"),
        "release": reverse("release", args=[release.pk]),
        "certificate": reverse("certificate", args=[release.pk]),
        "card": reverse("card", args=[release.pk]),
        "manifest": reverse("manifest", args=[release.pk]),
        "audit": reverse("audit"),
    }
    release_pages = {"release", "certificate", "card", "manifest"}
    seen = {
        "ana": {"desk", "gate", *release_pages},
        "ben": {"desk", "flags"},
        "bea": {"desk", "flags"},
        "cleo": {"desk", "flags", "gate", "audit", *release_pages},
        "dan": release_pages,
        "eve": {"desk", "gate", "audit", *release_pages},
        "nobody": set(),
        "root": set(),
    }
    for name, expected in seen.items():
        client = client_of(name)
        assert client.get(reverse("home")).status_code == 200
        answers = {page: client.get(url).status_code for page, url in pages.items()}
        assert answers == {page: 200 if page in {*expected, "reviews", "releases"} else 404 for page in pages}, name


def test_the_pages_load_no_synthesizer_and_no_language_model() -> None:
    script = "import sys, django; django.setup(); import reviews.urls; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY.intersection(found)


def test_a_visitor_is_sent_to_sign_in(client: Client, world: World) -> None:
    for url in (reverse("home"), desk_of(world), reverse("gate", args=[world.run.pk])):
        assert client.get(url).headers["Location"].startswith("/login/")


def test_the_admin_site_looks_and_never_moves(release: Release, client_of: SignIn) -> None:
    root = client_of("root")
    for name in ("review", "reviewrecord", "verdict", "adjudication", "waiver", "release", "releasedfile", "download"):
        assert root.get(reverse(f"admin:reviews_{name}_changelist")).status_code == 200
        assert root.get(reverse(f"admin:reviews_{name}_add")).status_code == 403
    for one in (release, release.review, release.review.records.all()[0]):
        page = reverse(f"admin:reviews_{one._meta.model_name}_change", args=[one.pk])
        assert root.get(page).status_code == 200
        assert root.post(page, {"status": "released"}).status_code == 403
        assert root.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
