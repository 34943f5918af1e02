"""Sessions with hashed keys, and tokens with scopes: what could read and download reads and exports, what could
write does all but what binds others."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

READS, WRITES = "read export", "read upload review export"


def scopes(apps, editor):
    token = apps.get_model("synthportal", "ApiToken")
    token.objects.filter(can_write=False).update(scopes=READS)
    token.objects.filter(can_write=True).update(scopes=WRITES)


def writing(apps, editor):
    apps.get_model("synthportal", "ApiToken").objects.filter(scopes__contains="upload").update(can_write=True)


class Migration(migrations.Migration):
    dependencies = [("synthportal", "0006_sealed_events_and_heads")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "shown_as",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, help_text="its name in addresses", unique=True
                    ),
                ),
                ("signed_in_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(help_text="to the minute", null=True)),
                ("device", models.CharField(blank=True, max_length=80)),
                ("address", models.CharField(blank=True, max_length=45)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=models.CharField(
                default="read", help_text="what it may do: words of people/tokens/scopes.py", max_length=60
            ),
        ),
        migrations.RunPython(scopes, writing),
        migrations.RemoveField(model_name="apitoken", name="can_write"),
        migrations.AlterField(
            model_name="apitoken",
            name="only_for_kind",
            field=models.CharField(blank=True, help_text="release, dataset or run", max_length=20),
        ),
    ]
