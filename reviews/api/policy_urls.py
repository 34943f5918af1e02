"""Addresses of the API of the policies, under /api/v1/policies/."""

from django.urls import path

from reviews.api import policies

urlpatterns = [
    path("", policies.PolicyList.as_view()),
    path("decisions/", policies.PolicyDecision.as_view()),
]
