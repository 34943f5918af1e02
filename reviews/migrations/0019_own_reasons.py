"""Reasons for a flag that a dataset has beside those for all."""

from django.db import migrations, models

from synthportal.triggers import lift_all, restore_all


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0018_co_owners_sign_nothing"),
    ]

    operations = [
        migrations.RunPython(lift_all, restore_all),
        migrations.AddField(
            model_name="guidelines",
            name="reasons",
            field=models.JSONField(
                default=dict, help_text="reasons for a flag beside those for all, by decision, in words"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="own_reasons",
            field=models.JSONField(
                default=dict, help_text="reasons of the guidelines' own, by decision, while it is open"
            ),
        ),
        migrations.RunPython(restore_all, lift_all),
    ]
