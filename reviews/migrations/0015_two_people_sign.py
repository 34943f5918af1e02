"""Who settled, lifted, waived or wrote the rules does not sign; versions of tiers need a second steward."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from reviews.migrations._guards import SECOND_PERSON
from synthportal.triggers import install_frozen


def keep_what_held(apps, editor):
    """An upgrade changes no rule: what held before goes on to hold, and its author signs no review opened under it."""
    Version, Decision = (apps.get_model("reviews", name) for name in ("TierVersion", "TierDecision"))
    for version in Version.objects.all():
        Decision.objects.create(version=version, holds=True, note="It held before a second steward had to confirm it.")
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table has pending events when it gets its guards


def install_guards(apps, editor):
    install_frozen(SECOND_PERSON, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_evidence_guards"),
        ("generation", "0023_limits_need_a_second_steward"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TierDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("holds", models.BooleanField()),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        help_text="none: it held before there was a rule",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="reviews.tierversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a tier",
                "verbose_name_plural": "decisions about tiers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="tier_decision_has_a_note"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_held, migrations.RunPython.noop),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
