"""Jobs get a lane and the seconds they were expected to take; what waits now goes on in the short lane."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("synthportal", "0002_audit_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="expected_seconds",
            field=models.FloatField(help_text="what it was thought to take when it was queued", null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="lane",
            field=models.CharField(choices=[("short", "Short"), ("long", "Long")], default="short", max_length=5),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["kind", "state", "-finished_at"], name="synthportal_kind_9756f7_idx"),
        ),
    ]
