"""What was called a shard is a part, which holds several shards. No table is touched, and none is renamed."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_kinds_by_registry")]

    operations = [
        migrations.AlterModelTable(name="RunShard", table="generation_runshard"),
        migrations.RenameModel(old_name="RunShard", new_name="RunPart"),
        migrations.AlterModelOptions(name="RunPart", options={"ordering": ["index"], "verbose_name": "part"}),
        migrations.AlterField(
            model_name="runpart",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="generation.generationrun"
            ),
        ),
        migrations.AlterField(
            model_name="runpart",
            name="sha256",
            field=models.CharField(blank=True, help_text="empty until the part is sampled", max_length=64),
        ),
    ]
