"""A lane of its own for what a second worker measures again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("synthportal", "0010_erasure_event"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="lane",
            field=models.CharField(
                choices=[("short", "Short"), ("long", "Long"), ("sign", "Sign"), ("recompute", "Recompute")],
                default="short",
                max_length=9,
            ),
        ),
    ]
