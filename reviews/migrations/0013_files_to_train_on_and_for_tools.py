"""Releases of texts, conversations, questions and tasks are offered as the files that their tools read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0012_who_signs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="releasedfile",
            name="format",
            field=models.CharField(
                choices=[
                    ("parquet", "Parquet"),
                    ("csv", "CSV"),
                    ("jsonl", "JSON Lines"),
                    ("xlsx", "XLSX"),
                    ("plain_csv", "Plain CSV"),
                    ("spreadsheet_csv", "CSV for spreadsheets"),
                    ("messages", "Messages"),
                    ("sharegpt", "ShareGPT"),
                    ("prompts", "Prompts and completions"),
                    ("alpaca", "Alpaca"),
                    ("tools", "Files for tools"),
                ],
                max_length=16,
            ),
        ),
    ]
