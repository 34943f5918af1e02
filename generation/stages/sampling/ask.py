"""ask: an endpoint words what a run writes. Off unless an address is set; every run that asks is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from generation.engine.llm.endpoint.door import Endpoint, Told
from generation.engine.synthesizers.catalogue import cards
from generation.models import EndpointAnswer, GenerationRun
from synthportal.errors import Conflict
from synthportal.jobs.progress import Progress
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import open_value, seal_value
from synthportal.trail.audit import record

if TYPE_CHECKING:
    from generation.engine.llm.endpoint.door import Connected
    from generation.engine.parameters import Parameter
    from generation.engine.synthesizers.card import SynthesizerCard

NO_ENDPOINT = "This portal asks no endpoint: an administrator sets SYNTHPORTAL_ENDPOINT_URL to allow one."


def why_not_ask(synthesizer: str, parameters: Mapping[str, object] = MappingProxyType({})) -> str:
    """Why runs of this synthesizer, with these parameters, cannot be asked for here; "" when they can."""
    card = cards().get(synthesizer)
    return NO_ENDPOINT if card is not None and card.asks(parameters) and not settings.ENDPOINT_URL else ""


def parameters_offered(card: SynthesizerCard) -> list[Parameter]:
    """The parameters that may be set here: the one that makes it ask an endpoint only where there is one."""
    return [one for one in card.parameters if settings.ENDPOINT_URL or one.name != card.endpoint_parameter]


def connect(run: GenerationRun, model: Connected, *, by: Worker, progress: Progress) -> None:
    """Give a model that asks its endpoint, and write down that it is asked. Raises Conflict where none is set."""
    card = cards().get(run.synthesizer)
    if card is None or not card.asks(run.parameters):
        return
    if why := why_not_ask(run.synthesizer, run.parameters):
        raise Conflict(why)
    from generation.engine.llm.endpoint.asking import HttpAsker

    answers = Answered(run)
    asker = HttpAsker(_endpoint(), answers, progress=progress)
    facts = {"host": asker.host, "model": settings.ENDPOINT_MODEL, "kept": len(answers.kept)}
    with transaction.atomic():
        by.hold()
        record("endpoint connected", run, by=by, **facts)
    model.connect(asker)


def _endpoint() -> Endpoint:
    return Endpoint(
        settings.ENDPOINT_URL,
        settings.ENDPOINT_MODEL,
        settings.ENDPOINT_KEY,
        settings.ENDPOINT_TOKENS,
        settings.ENDPOINT_SECONDS,
        settings.ENDPOINT_CONCURRENCY,
    )


class Answered:
    """The answers of a run as `door.Record`: read once, sealed as they come."""

    def __init__(self, run: GenerationRun) -> None:
        self.run, self.kept = run, dict[str, Told]()
        for one in run.answers.all():
            content = open_value(run.dataset.key_id, bytes(one.sealed), self._context(one.prompt_sha256))
            self.kept[one.prompt_sha256] = Told(content.decode(), one.tokens)

    def told(self, digest: str) -> Told | None:
        return self.kept.get(digest)

    def keep(self, digest: str, told: Told) -> None:
        sealed = seal_value(self.run.dataset.key_id, told.content.encode(), self._context(digest))
        EndpointAnswer.objects.get_or_create(
            run=self.run, prompt_sha256=digest, defaults={"sealed": sealed, "tokens": told.tokens}
        )
        self.kept[digest] = told

    def spent(self) -> int:
        return int(self.run.answers.aggregate(all=Sum("tokens"))["all"] or 0)

    def _context(self, digest: str) -> bytes:
        return b"endpoint:" + self.run.pk.bytes + bytes.fromhex(digest)
