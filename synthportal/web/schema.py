"""How the API's schema describes refusals: of every request those that can come, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

PROBLEM = ResolvedComponent(  # type: ignore[no-untyped-call]
    name="Problem",
    type=ResolvedComponent.SCHEMA,
    object="Problem",
    schema={
        "type": "object",
        "description": "Why a request was refused. Reasons are sentences; fields say what is wrong with each.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "reasons": {"type": "array", "items": {"type": "string"}},
            "fields": {},
        },
        "required": ["type", "title", "status", "detail"],
    },
)
ALWAYS = {
    "401": "Nobody signed in, or the token is unknown, expired or revoked.",
    "403": "Not permitted to this person or token, or a session without its CSRF token.",
    "406": "An answer is asked for in a form that there is none in.",
    "409": "What stands against it, in sentences; also while the database is busy or the disk is full.",
}
OF_THINGS = {"404": "There is nothing here, or it is not yours."}
OF_RELEASES = {"410": "The release was withdrawn, or its time is over."}
OF_INPUT = {"400": "What was sent cannot be read, or fields are missing or wrong."}
OF_BODIES = {"415": "A body of a kind that is not taken here."}
# Of the proxy in front, which answers in plain words.
OF_PROXIES = {"429": "Too many requests came from one address: the proxy's own answer."}
OF_LARGE_BODIES = {"413": "A body larger than the portal takes here: the proxy's own answer."}


# What a view says that sends a file: whole or one range of it, with the kind of content that the file is of.
FILES = {
    (200, "*/*"): OpenApiTypes.ANY,
    (206, "*/*"): OpenApiTypes.ANY,
    304: OpenApiResponse(description="The bytes of the ETag that was sent."),
    416: OpenApiResponse(description="A range that the file does not have."),
}


class Schema(AutoSchema):
    """drf-spectacular's description of a view, with its refusals."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        """What the view says of its answers stays as it is."""
        said: dict[str, Any] = super()._get_response_bodies(direction)
        self.registry.register_on_missing(PROBLEM)
        problem = {"application/problem+json": {"schema": PROBLEM.ref}}
        own = {code: {"content": problem, "description": words} for code, words in self._refusals()}
        proxys = {code: {"description": words} for code, words in self._refusals_of_proxies()}
        return dict(sorted({**proxys, **own, **said}.items()))

    def _refusals(self) -> Iterator[tuple[str, str]]:
        yield from ALWAYS.items()
        if "{" in self.path:
            yield from OF_THINGS.items()
        if "/releases/{" in self.path:
            yield from OF_RELEASES.items()
        has_body = self.method in {"POST", "PUT", "PATCH"}
        if has_body or self.get_override_parameters():
            yield from OF_INPUT.items()
        if has_body:
            yield from OF_BODIES.items()

    def _refusals_of_proxies(self) -> Iterator[tuple[str, str]]:
        yield from OF_PROXIES.items()
        if self.method in {"POST", "PUT", "PATCH"}:
            yield from OF_LARGE_BODIES.items()
