"""What a release's page says of its signature, of where it comes from, and of what was made from it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.permissions import datasets_for, owned_by
from reviews.models import Attestation, Release
from reviews.pages.releases.forms import AttestForm, DeriveForm
from reviews.permissions import releases_for
from reviews.repositories.catalogue.standing import newest_signed
from reviews.repositories.catalogue.upstream import upstream_of
from reviews.repositories.files import ATTESTATION, BUNDLE, Format, file_name
from reviews.repositories.trust.keys import trusted_keys
from reviews.repositories.trust.lineage import closed_upstream, downstream_of, siblings_of
from reviews.repositories.trust.statuses import downloaders_of
from reviews.stages.attest import why_not_attest
from synthportal.models import Person
from synthportal.roles import Role, has_role


def trust_context(release: Release, person: Person, is_open: bool) -> dict[str, Any]:
    """The context of `_trust.html`. Releases that the person does not see are counted and not named."""
    seen = set(releases_for(person).values_list("pk", flat=True))
    made_from = upstream_of(release.run.dataset)
    signed = newest_signed(release)
    return {
        "attestation": signed,
        "verify": _how_to_verify(release, signed),
        "is_waiting": release.attestations.filter(signed_at=None).exists(),
        "signed_files": _signed_files(release) if signed and is_open else [],
        "status_url": reverse("public_status", args=[release.pk]),
        "keys_url": reverse("public_keys"),
        "siblings": _named(siblings_of(release), seen),
        "made_from": _named(made_from, seen),
        "withdrawn_above": [one.number for one in closed_upstream(release)],
        "derived": release.derived.select_related("told_by"),
        "made_of_it": _named(downstream_of(release), seen),
        "attest_form": AttestForm() if not why_not_attest(person, release) else None,
        "derive_form": DeriveForm(datasets=datasets_for(person).filter(owned_by(person))) if is_open else None,
        "told": _told(release, person),
        "reads_trail": has_role(person, Role.STEWARD, Role.AUDITOR),
    }


def _how_to_verify(release: Release, signed: Attestation | None) -> dict[str, str]:
    """What to type to check the files and who signed them, each with the key that it was signed with: "" where there
    is nothing of it, or its key does not count any more.
    """
    name, keys = f"release-{release.number}", trusted_keys()
    of_bundle = keys.get(signed.key_id) if signed else None
    of_certificate = keys.get(release.certificate["signature"]["key_id"])
    return {
        "manifest": f"sha256sum --ignore-missing -c {name}-manifest.txt",
        "bundle": f"unzip {name}.zip -d {name}\npip install cryptography\n"
        f"python {name}/verify.py --public-key {of_bundle.public_bytes_raw().hex()}"
        if of_bundle
        else "",
        "certificate": f"python manage.py verify_certificate {name}-certificate.json \\\n"
        f"  --public-key portal.key --file {file_name(release.number, Format.PARQUET)}"
        if of_certificate
        else "",
        "certificate_key": of_certificate.public_bytes_raw().hex() if of_certificate else "",
    }


def _signed_files(release: Release) -> list[dict[str, str]]:
    address = reverse("export", args=[release.pk])
    return [
        {
            "label": "Bundle",
            "url": f"{address}?format={BUNDLE}",
            "about": "Records, card, review record and attestation in one zip, with the program that checks it.",
        },
        {
            "label": "Attestation",
            "url": reverse("release_file", args=[release.pk, ATTESTATION]),
            "about": "The signature over every file, as in-toto statement in a DSSE envelope.",
        },
    ]


def _named(releases: Any, seen: set[Any]) -> dict[str, Any]:
    found = list(releases)
    return {"shown": [one for one in found if one.pk in seen], "hidden": sum(one.pk not in seen for one in found)}


def _told(release: Release, person: Person) -> list[Person]:
    """Who took a withdrawn release or one made from it: they find it among their notices. For stewards and auditors."""
    if release.status != Release.Status.WITHDRAWN or not has_role(person, Role.STEWARD, Role.AUDITOR):
        return []
    return list(downloaders_of([release, *downstream_of(release)]))
