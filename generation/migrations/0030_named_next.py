"""Target and person column may be chosen anew; until the file is read so, they stand beside those that hold."""

from django.db import migrations, models

from synthportal.triggers import lift_all, restore_all


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0029_co_owners"),
    ]

    operations = [
        migrations.RunPython(lift_all, restore_all),
        migrations.AddField(
            model_name="dataset",
            name="named_next",
            field=models.JSONField(default=dict, help_text="target and person column that the next reading goes by"),
        ),
        migrations.RunPython(restore_all, lift_all),
    ]
