"""The administrator keeps accounts and their roles, and has no way to the data; tokens, keys and jobs are not here."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from synthportal.models import AuditEvent, Person
from synthportal.people.accounts.views import signed_in
from synthportal.trail.audit import record

admin.site.unregister(Group)


@admin.register(Person)
class PersonAdmin(UserAdmin[Person]):
    """People and their roles. Nobody is deleted: the trail names them. Nobody changes their own roles."""

    actions = None
    list_display = ["username", "first_name", "last_name", "role_names", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    fieldsets = (
        (None, {"fields": ["username", "password"]}),
        ("Who", {"fields": ["first_name", "last_name", "email"]}),
        ("Roles", {"fields": ["groups"], "description": "Being administrator gives no role in the data."}),
        ("Account", {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    )
    readonly_fields = ["last_login", "date_joined"]

    @admin.display(description="roles")
    def role_names(self, person: Person) -> str:
        return ", ".join(sorted(role.value for role in person.roles))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        mine = obj is not None and obj.pk == request.user.pk
        return [*self.readonly_fields, *(["groups", "is_staff", "is_active"] if mine else [])]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles, and the event that says who gave them, in one transaction."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            roles = sorted(form.instance.groups.values_list("name", flat=True))
            record("account saved", form.instance, by=signed_in(request), roles=roles)


class _ToLookAt(admin.ModelAdmin[Any]):
    """Rows that nobody adds, changes or deletes here."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(_ToLookAt):
    """The trail, to look at."""

    list_display = ["seq", "at", "actor", "action", "subject_kind", "subject_id"]
    list_filter = ["action"]


@admin.register(AccessAttempt, AccessFailureLog, AccessLog)
class SignInLogAdmin(_ToLookAt):
    """Who signed in or tried to, to look at; a lock is lifted by `manage.py axes_reset_username`."""

    list_display = ["attempt_time", "username", "ip_address"]
    # What was typed along may be a password.
    exclude = ["get_data", "post_data"]
