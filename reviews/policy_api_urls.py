"""Address of the API of the policies, under /api/v1/policies/."""

from django.urls import path

from reviews import policy_api

urlpatterns = [path("", policy_api.PolicyList.as_view())]
