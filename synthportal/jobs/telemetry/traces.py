"""Spans of jobs, gates and exports, by OpenTelemetry: sent to the collector that an operator named, else to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings

from synthportal.jobs.telemetry.names import Fact, Span
from synthportal.version import VERSION

Facts = Mapping[Fact, str | int | float | bool]
Ask = Callable[[], Facts]
Add = Callable[[Ask], None]
# A collector that does not answer holds up nothing but the sending, and that not for long.
SEND_SECONDS = 5


@contextmanager
def traced(span: Span, facts: Ask) -> Iterator[Add]:
    """Trace what is done within; yields what adds facts to it. Facts are asked for only where there is a collector.

    Of an error only its type is told, never its words.
    """
    if not settings.TRACES_URL:
        yield _nowhere
        return
    # Without its own record of an error: that has the message and the lines of code, which may hold a value.
    how = {"record_exception": False, "set_status_on_exception": False}
    with _tracer(settings.TRACES_URL).start_as_current_span(span.value, attributes=_told(facts()), **how) as open_span:
        try:
            yield lambda more: open_span.set_attributes(_told(more()))
        except BaseException as error:
            open_span.set_attributes(_told({Fact.ERROR: type(error).__name__}))
            raise


def _nowhere(facts: Ask) -> None:
    """Nobody is told."""


def _told(facts: Facts) -> dict[str, str | int | float | bool]:
    return {Fact(name).value: value for name, value in facts.items()}


@lru_cache(maxsize=1)
def _tracer(url: str) -> Any:
    """Made at the first span, so in the process that sends, and after it was forked."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Said by hand: what the kit would find out by itself has the words of the command and the name of the machine.
    said = Resource(
        {"service.name": "synthportal", "service.version": VERSION, "synthportal.process": settings.PROCESS}
    )
    provider = TracerProvider(resource=said)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=SEND_SECONDS)))
    return provider.get_tracer("synthportal", VERSION)
