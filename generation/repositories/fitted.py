"""Fitted models: source-grade, sealed, signed, and gone when sampling ends. They are loaded in
`stages/draw.py` alone.
"""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import transaction

from generation.models import GenerationRun
from synthportal.errors import Conflict
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import has_sealed, open_sealed, remove_sealed, write_sealed


def signature_of(run: GenerationRun, payload: bytes) -> str:
    """HMAC-SHA256 over the run and the model's bytes: a model of another run or dataset does not verify."""
    context = f"model:{run.pk}:{run.dataset_id}:{run.synthesizer}:".encode()
    return hmac.new(settings.SAMPLE_KEY, context + payload, "sha256").hexdigest()


def keep_model(run: GenerationRun, payload: bytes, *, by: Worker) -> None:
    """Seal the model so that a killed sampler need not fit again."""
    with write_sealed(run.dataset.key_id) as draft:
        draft.file.write(payload)
    run.model_sha256, run.model_hmac = draft.written.sha256, signature_of(run, payload)
    with transaction.atomic():
        by.hold()
        run.save(update_fields=["model_sha256", "model_hmac"])


def has_model(run: GenerationRun) -> bool:
    """Whether an earlier attempt left its model. Raises Conflict when its bytes are not the ones that were signed."""
    if not run.model_sha256 or not has_sealed(run.dataset.key_id, run.model_sha256):
        return False
    with open_sealed(run.dataset.key_id, run.model_sha256) as source:
        payload = source.read()
    if not hmac.compare_digest(signature_of(run, payload), run.model_hmac):
        raise Conflict("The fitted model was changed after it was signed, so it was not loaded. Start a new run.")
    return True


def remove_model(run: GenerationRun) -> None:
    """Models memorise: delete this one."""
    if run.model_sha256:
        remove_sealed(run.dataset.key_id, run.model_sha256)
