"""What signs has a lane of its own (what waits now stays in its lane); workers and chores say that they are there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("synthportal", "0007_sessions_and_token_scopes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="lane",
            field=models.CharField(
                choices=[("short", "Short"), ("long", "Long"), ("sign", "Sign")], default="short", max_length=5
            ),
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("worker", "Worker"), ("chore", "Chore")], max_length=6)),
                ("seen_at", models.DateTimeField()),
                (
                    "found",
                    models.CharField(
                        blank=True, help_text="counts and names of its own, never a value", max_length=200
                    ),
                ),
                ("is_well", models.BooleanField(default=True)),
            ],
            options={"ordering": ["kind", "name"]},
        ),
    ]
