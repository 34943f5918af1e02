"""Every file of records that was signed is known by its digest, splits of bundles too: lineage begins at it."""

import base64
import json

import django.db.models.deletion
from django.db import migrations, models

from reviews.migrations._guards import SIGNED_FILE
from synthportal.triggers import install_frozen


def fill(apps, editor):
    """From what was laid out, and from the statements that were signed: files of records have a root."""
    signed = apps.get_model("reviews", "SignedFile")
    known = set(apps.get_model("reviews", "ReleasedFile").objects.values_list("release", "sha256"))
    attestations = apps.get_model("reviews", "Attestation").objects.exclude(envelope=None)
    for release, envelope in attestations.values_list("release", "envelope"):
        said = json.loads(base64.b64decode(envelope["payload"]))
        rooted = {one["path"] for one in said["predicate"]["files"] if "root" in one}
        known |= {(release, one["digest"]["sha256"]) for one in said["subject"] if one["name"] in rooted}
    signed.objects.bulk_create(signed(release_id=release, sha256=digest) for release, digest in sorted(known, key=str))


def install_guards(apps, editor):
    install_frozen(SIGNED_FILE, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0021_reviews_stay_closed"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signed_files", to="reviews.release"
                    ),
                ),
            ],
            options={
                "verbose_name": "signed file",
                "constraints": [
                    models.UniqueConstraint(fields=("release", "sha256"), name="signed_file_is_known_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="signed_file_digest_is_hex"
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
