"""What events are about, in names: the dataset, run or release that a subject belongs to, and the events of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from reviews.models import Release
from synthportal.models import AuditEvent, Person

# How a row leads to its run, and without one to its dataset; the first way that exists is taken.
TO_RUN = (
    "run",
    "release__run",
    "review__run",
    "record__review__run",
    "verdict__record__review__run",
    "calibration__run",
)
TO_RELEASE = ("release",)
PERSON = "person"
# What a comment is about, by the words of its event: the kind of subject whose id stands in the fact `thread`.
SAID_OF = {"run": "generationrun", "gate": "generationrun", "flag": "verdict"}
MOST = 20_000  # ids of one kind that one question names


@dataclass(frozen=True, slots=True)
class Way:
    """How the rows of a model lead to a run ("" for none) and to a dataset."""

    model: type[Model]
    run: str
    dataset: str
    release: str


@dataclass(frozen=True, slots=True)
class Named:
    """What an event is about, as a reader calls it, and its page."""

    words: str
    url: str = ""


@cache
def ways() -> dict[str, Way]:
    """By kind of subject: those that belong to a dataset."""
    found = {}
    for model in apps.get_models():
        if model is GenerationRun:
            way = Way(model, "pk", "dataset", "")
        elif model is Dataset:
            way = Way(model, "", "pk", "")
        else:
            run = next((path for path in TO_RUN if _leads(model, path)), "")
            own = "dataset" if _leads(model, "dataset") else ""
            release = "pk" if model is Release else next((path for path in TO_RELEASE if _leads(model, path)), "")
            way = Way(model, run, f"{run}__dataset" if run else own, release)
        if way.dataset:
            found[model._meta.model_name or ""] = way
    return found


def _leads(model: type[Model], path: str) -> bool:
    try:
        for name in path.split("__"):
            field: Any = model._meta.get_field(name)
            if not (field.many_to_one or field.one_to_one) or field.auto_created:
                return False
            model = field.related_model
    except FieldDoesNotExist:
        return False
    return True


def about_dataset(dataset: Dataset) -> Q:
    """The events of a dataset and of everything that belongs to it."""
    return _events(_ids(kind, way, Q(**{_at(way.dataset): dataset.pk})) for kind, way in ways().items())


def about_run(run: GenerationRun) -> Q:
    """The events of a run and of what belongs to it."""
    with_run = ((kind, way) for kind, way in ways().items() if way.run)
    said = Q(subject_kind="comment", facts__thread=str(run.pk))
    return said | _events(_ids(kind, way, Q(**{_at(way.run): run.pk})) for kind, way in with_run)


def about_release(release: Release) -> Q:
    """All that led to a release and what became of it: of its source, its plan, its run, its review and itself."""
    source, plan = release.run.dataset_id, release.run.plan_id
    own = Q(subject_kind="dataset", subject_id=str(source)) | Q(subject_kind="plan", subject_id=str(plan))
    return own | about_run(release.run)


def _at(path: str) -> str:
    return "pk" if path == "pk" else f"{path}__pk"


def _ids(kind: str, way: Way, wanted: Q) -> tuple[str, list[str]]:
    found = way.model._default_manager.filter(wanted).order_by().values_list("pk", flat=True)
    return kind, [str(pk) for pk in found[:MOST]]


def _events(found: Iterable[tuple[str, list[str]]]) -> Q:
    wanted = Q(pk__in=[])
    for kind, ids in found:
        if ids:
            wanted |= Q(subject_kind=kind, subject_id__in=ids)
    return wanted


def names_of(events: Collection[AuditEvent]) -> dict[tuple[str, str], Named]:
    """By kind and id: in a question per kind, whatever the number of events."""
    found: dict[tuple[str, str], Named] = {}
    for kind, way in ways().items():
        if ids := {event.subject_id for event in events if event.subject_kind == kind}:
            found |= {(kind, pk): named for pk, named in _named(way, ids)}
    found |= _comments_named(events)
    people = {event.subject_id for event in events if event.subject_kind == PERSON}
    return found | {(PERSON, str(one.pk)): Named(one.display_name) for one in Person.objects.filter(pk__in=people)}


def _comments_named(events: Collection[AuditEvent]) -> dict[tuple[str, str], Named]:
    """A comment by what it is about."""
    found: dict[tuple[str, str], Named] = {}
    for kind in set(SAID_OF.values()):
        said = {e.subject_id: str(e.facts["thread"]) for e in events if SAID_OF.get(e.facts.get("about", "")) == kind}
        named = dict(_named(ways()[kind], set(said.values()))) if said else {}
        found |= {("comment", pk): named[of] for pk, of in said.items() if of in named}
    return found


def _named(way: Way, ids: Collection[str]) -> Iterator[tuple[str, Named]]:
    dataset = "" if way.model is Dataset else f"{way.dataset}__"
    run = "" if way.model is GenerationRun else f"{way.run}__"
    fields = ["pk", f"{dataset}name", f"{dataset}pk"]
    fields += [f"{run}number", f"{run}pk"] if way.run else []
    fields += ["number" if way.release == "pk" else f"{way.release}__number"] if way.release else []
    fields += [way.release if way.release == "pk" else f"{way.release}__pk"] if way.release else []
    for row in way.model._default_manager.filter(pk__in=ids).values_list(*fields):
        yield str(row[0]), _words(way, dict(zip(("pk", "name", "dataset", *_rest(way)), row, strict=True)))


def _rest(way: Way) -> list[str]:
    return [*(["run number", "run"] if way.run else []), *(["release number", "release"] if way.release else [])]


def _words(way: Way, row: dict[str, Any]) -> Named:
    place = f"{row['name']} / run {row['run number']}" if way.run else row["name"]
    if way.release:
        return Named(f"release {row['release number']} of {place}", reverse("release", args=[row["release"]]))
    url = reverse("run", args=[row["run"]]) if way.run else reverse("dataset", args=[row["dataset"]])
    plain = way.model in (Dataset, GenerationRun)
    return Named(place if plain else f"{way.model._meta.verbose_name} of {place}", url)


@cache
def kind_words() -> dict[str, str]:
    """What a reader calls each kind of subject."""
    return {model._meta.model_name or "": str(model._meta.verbose_name) for model in apps.get_models()}
