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
                    ("tools", "Files for tools"),
                ],
                max_length=16,
            ),
        ),
    ]
