"""How far a run has come on the way out, for pages that may not import this app."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from generation.models import GenerationRun
from reviews import tally
from reviews.models import Release, Review
from synthportal.templatetags.components import status_badge
from synthportal.templatetags.human import count

register = template.Library()


@register.simple_tag
def run_standing(run: GenerationRun) -> SafeString:
    """Not in review, in review, rejected, accepted, released or withdrawn: in words and colour."""
    review = Review.objects.filter(run=run).first()
    if review is None:
        return status_badge("waiting", "not in review")
    release = Release.objects.filter(review=review).first()
    if release is not None:
        is_out = release.status == Release.Status.RELEASED
        return status_badge("released" if is_out else "withdrawn", str(release.status))
    if review.status != Review.Status.OPEN:
        return status_badge(review.status, str(review.status))
    judged = sum(tally.judged_in(review).values())
    return status_badge("waiting", f"in review, {count(judged)} of {count(tally.places_of(review))}")
