"""Events carry a seal by a key that the database lacks, and the heads of the trail are kept, signed, in a file beside."""

from django.db import migrations, models

from synthportal.trail.heads import begin
from synthportal.trail.verification import state_of


def begin_heads(apps, editor):
    """What the trail is now is taken as it stands; from here on nothing of it changes unnoticed."""
    events = apps.get_model("synthportal", "AuditEvent").objects.order_by("seq")
    state, last, digest = state_of(events.iterator(chunk_size=2000))
    begin(last, digest, state)


class Migration(migrations.Migration):
    dependencies = [("synthportal", "0005_notices_webhooks_and_scoped_tokens")]
    operations = [
        # Without a default, so that SQLite adds the columns and does not build the guarded table anew.
        migrations.AddField(
            "auditevent",
            "content",
            models.CharField(help_text="of the subject, where releases rest on it", max_length=64, null=True),
        ),
        migrations.AddField(
            "auditevent",
            "seal",
            models.CharField(
                help_text="by a key that the database lacks; none: older events", max_length=64, null=True
            ),
        ),
        migrations.RunPython(begin_heads, migrations.RunPython.noop),
    ]
