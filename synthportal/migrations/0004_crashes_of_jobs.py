"""How often a job's own process died is counted apart from how often it was started."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("synthportal", "0003_job_lanes"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="crashes",
            field=models.PositiveIntegerField(default=0, help_text="how often its own process died"),
        ),
    ]
