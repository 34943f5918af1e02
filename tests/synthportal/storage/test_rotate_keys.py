"""The master key can be changed: every source stays readable, nothing derived changes, and a kill costs nothing."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from synthportal.models import AuditEvent, DataKey
from synthportal.storage import keys
from synthportal.storage.leftovers import sweep
from synthportal.storage.sealing import SealBroken
from synthportal.storage.vault import open_value, seal_value

NEXT = bytes(range(100, 132))


@pytest.fixture
def sealed(db):
    """Three data keys with a value each."""
    made = [keys.create_key() for _ in range(3)]
    return {key.pk: seal_value(key.pk, b"plain", b"row") for key in made}


@pytest.fixture
def changed(sealed, settings):
    """The new master key is in place, the old one is at hand."""
    settings.OLD_MASTER_KEY, settings.MASTER_KEY = settings.MASTER_KEY, NEXT
    return sealed


def opened(sealed):
    return [open_value(key_id, value, b"row") for key_id, value in sealed.items()]


def test_everything_opens_before_while_and_after_the_keys_are_wrapped_anew(changed, settings, capsys):
    assert opened(changed) == [b"plain"] * 3
    keys.rewrap(next(iter(changed)))
    assert opened(changed) == [b"plain"] * 3
    call_command("rotate_keys")
    assert "2 keys are wrapped anew" in capsys.readouterr().out
    settings.OLD_MASTER_KEY = b""
    assert opened(changed) == [b"plain"] * 3
    assert AuditEvent.objects.filter(action=keys.ROTATED).count() == 1


def test_the_old_key_opens_nothing_afterwards(changed, settings):
    call_command("rotate_keys")
    settings.MASTER_KEY, settings.OLD_MASTER_KEY = settings.OLD_MASTER_KEY, b""
    for key_id in changed:
        with pytest.raises(SealBroken):
            keys.unwrap(key_id)


def test_what_is_derived_for_surrogates_and_webhooks_stays_the_same(sealed, settings):
    before, first = keys.derived(b"surrogates"), settings.MASTER_KEY
    settings.OLD_MASTER_KEY, settings.MASTER_KEY = first, NEXT
    assert keys.derived(b"surrogates") == before
    call_command("rotate_keys")
    settings.OLD_MASTER_KEY = b""
    assert keys.derived(b"surrogates") == before
    settings.OLD_MASTER_KEY, settings.MASTER_KEY = NEXT, bytes(range(7, 39))
    call_command("rotate_keys")
    settings.OLD_MASTER_KEY = b""
    assert keys.derived(b"surrogates") == before
    DataKey.objects.update(created_at="2001-01-01T00:00Z")
    sweep()
    assert keys.derived(b"surrogates") == before, "nothing is sealed with it, and it is no leftover"


@pytest.mark.parametrize("place", ["_new_share", "seal_bytes", "record_of_portal"])
def test_a_command_that_was_killed_anywhere_goes_on_where_it_was(changed, settings, monkeypatch, place):
    from synthportal.management.commands import rotate_keys

    module = rotate_keys if place == "record_of_portal" else keys
    with monkeypatch.context() as patched:
        patched.setattr(module, place, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_keys")
    assert opened(changed) == [b"plain"] * 3
    call_command("rotate_keys")
    settings.OLD_MASTER_KEY = b""
    assert opened(changed) == [b"plain"] * 3


def test_an_erased_dataset_stays_erased(changed, settings, django_capture_on_commit_callbacks):
    gone = next(iter(changed))
    with django_capture_on_commit_callbacks(execute=True):
        keys.destroy_key(gone)
    call_command("rotate_keys")
    assert not keys.is_usable(gone)


def test_a_key_that_neither_opens_is_said_and_the_old_key_is_to_be_kept(changed):
    DataKey.objects.filter(pk=next(iter(changed))).update(wrapped=b"0" * 60)
    with pytest.raises(CommandError, match=r"1 keys open with neither .* Keep the old one"):
        call_command("rotate_keys")


def test_without_an_old_key_it_says_what_to_do(db):
    with pytest.raises(CommandError, match="SYNTHPORTAL_OLD_MASTER_KEY_FILE"):
        call_command("rotate_keys")
