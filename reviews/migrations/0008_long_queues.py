"""Long queues: the guard of the draw asks a counter, not all verdicts, and what people hold has an index of its own."""

from django.db import migrations, models

from reviews.triggers import DRAW_GUARDS
from synthportal.triggers import Guard, install, lift

BEFORE = [Guard("review_sample_drawn_once", "reviews_reviewrecord", "INSERT", "")]


def replace_guard(apps, editor):
    lift(BEFORE, editor)
    install(DRAW_GUARDS, editor)


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
