"""How much more a person may keep in the vault."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Sum

from generation.models import Dataset
from synthportal.models import Person


def room_for(person: Person) -> tuple[int, str]:
    """Bytes that this person's next source may have, and what to do when that is too few."""
    kept = Dataset.objects.filter(owner=person).exclude(status=Dataset.Status.ERASED).aggregate(Sum("size"))
    taken, quota = kept["size__sum"] or 0, settings.PERSON_QUOTA_BYTES
    sentence = (
        f"Your datasets hold {taken / 1024**3:.1f} of the {quota / 1024**3:.1f} GiB that one person may keep here. "
        "Erase one that is not needed any more, or ask your administrator for more room."
    )
    return max(0, quota - taken), sentence
