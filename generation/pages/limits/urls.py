"""Addresses of the limits of the evidence, under /policies/limits/."""

from django.urls import path

from generation.pages.limits import views

urlpatterns = [
    path("<slug:purpose>/", views.limits, name="limits"),
    path("<slug:purpose>/decide/", views.decide, name="limits_decide"),
]
