"""What was said in a review is found among the events of all by the review that they name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("synthportal", "0013_expiry_events"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                models.Func(
                    models.F("facts"), template="(%(expressions)s ->> 'review')", output_field=models.CharField()
                ),
                name="audit_event_by_review",
            ),
        ),
    ]
