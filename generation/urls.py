"""Addresses of this app's pages."""

from django.urls import path

from generation import (
    bake_off_views,
    calibration_views,
    comparison_views,
    dataset_views,
    ledger_views,
    rule_views,
    run_views,
)

urlpatterns = [
    path("datasets/", dataset_views.datasets, name="datasets"),
    path("datasets/new/", dataset_views.dataset_new, name="dataset_new"),
    path("datasets/<uuid:pk>/", dataset_views.dataset, name="dataset"),
    path("datasets/<uuid:pk>/progress/", dataset_views.dataset_progress, name="dataset_progress"),
    path("datasets/<uuid:pk>/plan/", dataset_views.plan, name="plan"),
    path("datasets/<uuid:pk>/confirm/", dataset_views.plan_confirm, name="plan_confirm"),
    path("datasets/<uuid:pk>/retry/", dataset_views.dataset_retry, name="dataset_retry"),
    path("datasets/<uuid:pk>/erase/", dataset_views.dataset_erase, name="dataset_erase"),
    path("datasets/<uuid:pk>/budget/", ledger_views.dataset_budget, name="dataset_budget"),
    path("datasets/<uuid:pk>/runs/new/", run_views.run_new, name="run_new"),
    path("datasets/<uuid:pk>/compare/", comparison_views.comparison, name="comparison"),
    path("datasets/<uuid:pk>/bake-offs/new/", bake_off_views.bake_off_new, name="bake_off_new"),
    path("bake-offs/<uuid:pk>/", bake_off_views.bake_off, name="bake_off"),
    path("bake-offs/<uuid:pk>/progress/", bake_off_views.bake_off_progress, name="bake_off_progress"),
    path("bake-offs/<uuid:pk>/cancel/", bake_off_views.bake_off_cancel, name="bake_off_cancel"),
    path("datasets/<uuid:pk>/rules/", rule_views.rules, name="rules"),
    path("datasets/<uuid:pk>/rules/yaml/", rule_views.rules_yaml, name="rules_yaml"),
    path("runs/", run_views.runs, name="runs"),
    path("runs/compare/", comparison_views.runs_compare, name="runs_compare"),
    path("runs/<uuid:pk>/", run_views.run, name="run"),
    path("runs/<uuid:pk>/progress/", run_views.run_progress, name="run_progress"),
    path("runs/<uuid:pk>/cancel/", run_views.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/take/", bake_off_views.run_take, name="run_take"),
    path("runs/<uuid:pk>/calibrate/", calibration_views.run_calibrate, name="run_calibrate"),
    path("calibrations/<uuid:pk>/", calibration_views.calibration, name="calibration"),
    path("calibrations/<uuid:pk>/progress/", calibration_views.calibration_progress, name="calibration_progress"),
    path("calibrations/<uuid:pk>/cancel/", calibration_views.calibration_cancel, name="calibration_cancel"),
    path("runs/<uuid:pk>/evaluate/", run_views.run_evaluate, name="run_evaluate"),
]
