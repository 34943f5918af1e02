"""A world in which the portal invents one column: marked in the schema as a plan with a surrogate leaves it."""

from __future__ import annotations

from generation.models import Dataset
from tests.cast import World, put_as_made

LABEL = "occupation"


def inventing(world: World, label: str = LABEL) -> World:
    """The same world, its column `label` filled with surrogates, as far as the desk can know."""
    columns = [column | ({"surrogate": "email"} if column["label"] == label else {}) for column in world.dataset.schema]
    Dataset.objects.filter(pk=world.dataset.pk).update(schema=columns)
    for plan in world.dataset.plans.all():
        plan.schema = columns
        put_as_made(plan)
    for one in (world.dataset, world.run.dataset):
        one.refresh_from_db()
    return world
