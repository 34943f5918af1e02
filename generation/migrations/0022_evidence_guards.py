"""What was measured is added to, never rewritten; datasets know their source, and those cut by now keep their cut."""

from django.db import migrations, models

from generation.migrations._guards import EVIDENCE
from synthportal.triggers import install_frozen


def install_guards(apps, editor):
    install_frozen(EVIDENCE, editor)


def name_sources(apps, editor):
    """Until now files of equal bytes are known to be one source; the rest follows from sketches of new uploads."""
    first = {}
    for dataset in apps.get_model("generation", "Dataset").objects.order_by("created_at").only("pk", "sha256"):
        source = first.setdefault(dataset.sha256, dataset.pk)
        type(dataset).objects.filter(pk=dataset.pk).update(source=source)


class Migration(migrations.Migration):
    dependencies = [("generation", "0021_policy_rule_confirmations")]
    operations = [
        # Without defaults, so that SQLite adds the columns and does not build the table anew.
        migrations.AddField(
            "dataset",
            "source",
            models.UUIDField(db_index=True, help_text="the same for files that count as one source", null=True),
        ),
        migrations.AddField(
            "dataset",
            "sketch",
            models.JSONField(help_text="keyed numbers of some records, by which its source is known again", null=True),
        ),
        migrations.AddField(
            "dataset",
            "cut",
            models.PositiveSmallIntegerField(help_text="2: the holdout is cut by a key; none: as before", null=True),
        ),
        migrations.RunPython(name_sources, migrations.RunPython.noop),
        migrations.RunPython(install_guards, migrations.RunPython.noop),
    ]
