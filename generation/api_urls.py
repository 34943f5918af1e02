"""Addresses of the API of datasets and runs, under /api/v1/."""

from django.urls import path

from generation import api, bake_off_api, calibration_api, ledger_api, rule_api

urlpatterns = [
    path("datasets/", api.DatasetList.as_view()),
    path("datasets/<uuid:pk>/", api.DatasetDetail.as_view()),
    path("datasets/<uuid:pk>/columns/", api.ColumnList.as_view()),
    path("datasets/<uuid:pk>/plan/", api.PlanDetail.as_view()),
    path("datasets/<uuid:pk>/minimise/", api.Minimise.as_view()),
    path("datasets/<uuid:pk>/rules/", rule_api.Rules.as_view()),
    path("datasets/<uuid:pk>/budget/", ledger_api.Ledger.as_view()),
    path("datasets/<uuid:pk>/runs/", api.RunList.as_view()),
    path("datasets/<uuid:pk>/bake-offs/", bake_off_api.BakeOffList.as_view()),
    path("bake-offs/<uuid:pk>/", bake_off_api.BakeOffDetail.as_view()),
    path("runs/<uuid:pk>/", api.RunDetail.as_view()),
    path("runs/<uuid:pk>/evaluation/", api.EvaluationDetail.as_view()),
    path("runs/<uuid:pk>/cancel/", api.RunCancel.as_view()),
    path("runs/<uuid:pk>/take/", bake_off_api.RunTake.as_view()),
    path("runs/<uuid:pk>/calibrations/", calibration_api.CalibrationList.as_view()),
    path("calibrations/<uuid:pk>/", calibration_api.CalibrationDetail.as_view()),
    path("calibrations/<uuid:pk>/cancel/", calibration_api.CalibrationCancel.as_view()),
]
