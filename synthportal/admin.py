"""The stock admin site, to look at: people and their roles are kept at /people/, the data is not here."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from synthportal.models import AuditEvent, Person

admin.site.unregister(Group)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # a generic for the type checker alone
    """Nothing is added, changed or deleted here."""

    actions = None
    exclude = ["sealed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Person)
class PersonAdmin(LookOnly):
    """Accounts. No password is shown or set here, and no role given."""

    list_display = ["username", "first_name", "last_name", "role_names", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    fields = ["username", "first_name", "last_name", "email", "role_names", "is_active", "is_staff", "last_login"]

    @admin.display(description="roles")
    def role_names(self, person: Person) -> str:
        return ", ".join(sorted(role.value for role in person.roles))


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    """The trail."""

    list_display = ["seq", "at", "actor", "action", "subject_kind", "subject_id"]
    list_filter = ["action"]


@admin.register(AccessAttempt, AccessFailureLog, AccessLog)
class SignInLogAdmin(LookOnly):
    """Who signed in or tried to; a lock is lifted by `manage.py axes_reset_username`."""

    list_display = ["attempt_time", "username", "ip_address"]
    # What was typed along may be a password.
    exclude = ["get_data", "post_data"]
