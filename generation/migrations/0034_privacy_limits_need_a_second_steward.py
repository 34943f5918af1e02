"""Limits of the privacy budget hold only once a second steward confirmed them; those of before go on to hold."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from generation.migrations._guards import BUDGET_DECISION
from synthportal.triggers import install_frozen


def keep_what_held(apps, editor):
    """An upgrade changes no rule: what held before goes on to hold, and its author signs no run that it let in."""
    Limit, Decision = (apps.get_model("generation", name) for name in ("PrivacyLimit", "PrivacyLimitDecision"))
    for limit in Limit.objects.all():
        Decision.objects.create(version=limit, holds=True, note="It held before a second steward had to confirm it.")
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the table has pending events when it gets its guards


def install_guards(apps, editor):
    install_frozen(BUDGET_DECISION, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0033_newer_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivacyLimitDecision",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="generation.privacylimit",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a privacy limit",
                "verbose_name_plural": "decisions about privacy limits",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="privacy_limit_decision_has_a_note"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_held, migrations.RunPython.noop),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
