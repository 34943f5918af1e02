"""Long queues: the guard of the draw asks a counter, not all verdicts, and what people hold has an index of its own."""

from django.db import migrations, models

from reviews.migrations._guards import DRAW
from synthportal.triggers import install_frozen, lift_frozen

BEFORE = {"review_sample_drawn_once": {"table": "reviews_reviewrecord"}}


def replace_guard(apps, editor):
    lift_frozen(BEFORE, editor)
    install_frozen(DRAW, editor)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_tallies")]

    operations = [
        migrations.RunPython(replace_guard, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="reviewrecord",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", False)),
                fields=["review", "lease_until"],
                name="records_in_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewrecord",
            index=models.Index(
                condition=models.Q(("claimed_by__isnull", True), ("state", "waiting")),
                fields=["review", "position"],
                name="records_to_be_claimed",
            ),
        ),
    ]
