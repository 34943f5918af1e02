"""Attestations over every file of a release, the keys that signed them, draws that can be checked, derived sets."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from reviews.migrations._guards import ATTESTATION
from synthportal.triggers import install_frozen, lift_all, restore_all


def guard(apps, editor):
    install_frozen(ATTESTATION, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0013_file_scans"),
        ("reviews", "0009_more_formats"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift_all, restore_all),
        migrations.AddField(
            model_name="download",
            name="token",
            field=models.CharField(blank=True, help_text="prefix of the API token; empty for a browser", max_length=16),
        ),
        migrations.AddField(
            model_name="review",
            name="draw",
            field=models.JSONField(
                default=dict, help_text="how the seed is checked; empty for a draw by HMAC, as before"
            ),
        ),
        migrations.CreateModel(
            name="PublicKey",
            fields=[
                ("key_id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("public_key", models.CharField(max_length=64, unique=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(help_text="nothing that was signed later counts", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_reason", models.TextField(blank=True)),
                ("introduced_by", models.CharField(blank=True, max_length=16)),
                ("introduction", models.CharField(blank=True, max_length=128)),
                ("endorsement", models.CharField(blank=True, max_length=128)),
            ],
            options={
                "verbose_name": "public key",
                "ordering": ["valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("public_key__regex", "^[0-9a-f]{64}$")), name="public_key_is_hex"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoked_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="revoked_key_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(help_text="the how-manieth of this release, from 1")),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(help_text="when the release expires; never if empty", null=True)),
                (
                    "test_share",
                    models.FloatField(
                        default=0, help_text="share of the records that the bundle keeps as a test split"
                    ),
                ),
                (
                    "envelope",
                    models.JSONField(
                        help_text="DSSE envelope with the in-toto statement; empty until signed", null=True
                    ),
                ),
                ("statement_sha256", models.CharField(blank=True, max_length=64)),
                ("key_id", models.CharField(blank=True, max_length=16)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attestations", to="reviews.release"
                    ),
                ),
            ],
            options={
                "verbose_name": "attestation",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("release", "number"), name="one_attestation_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("envelope__isnull", True),
                            models.Q(("signed_at__isnull", False), ("statement_sha256__regex", "^[0-9a-f]{64}$")),
                            _connector="OR",
                        ),
                        name="signed_attestation_says_when_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("test_share__gte", 0), ("test_share__lt", 1)), name="test_share_is_a_share"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Derived",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(help_text="what it is called, and where it is kept", max_length=120)),
                ("told_at", models.DateTimeField(auto_now_add=True)),
                (
                    "dataset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived_from",
                        to="generation.dataset",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="derived", to="reviews.release"
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "derived set",
                "ordering": ["told_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="derived_set_has_a_name"
                    ),
                    models.UniqueConstraint(fields=("release", "name"), name="derived_set_is_told_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(help_text="bytes that were handed to the connection, or to nginx")),
                (
                    "by_proxy",
                    models.BooleanField(default=False, help_text="nginx sends the file itself; its log has the rest"),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "download",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sent", to="reviews.download"
                    ),
                ),
            ],
            options={
                "verbose_name": "end of a download",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="sent_size_is_not_negative")
                ],
            },
        ),
        migrations.RunPython(restore_all, lift_all),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
