"""Addresses of the API of datasets and runs, under /api/v1/."""

from django.urls import path

from generation.api import (
    about,
    bake_offs,
    budget,
    calibrations,
    datasets,
    exceptions,
    rules,
    runs,
    sensitive,
    suites,
    technology_maps,
    versions,
)

urlpatterns = [
    path("datasets/", datasets.DatasetList.as_view()),
    path("datasets/<uuid:pk>/", datasets.DatasetDetail.as_view()),
    path("datasets/<uuid:pk>/columns/", datasets.ColumnList.as_view()),
    path("datasets/<uuid:pk>/columns/<slug:name>/preview/", datasets.ColumnPreview.as_view()),
    path("datasets/<uuid:pk>/target/", about.DatasetNames.as_view()),
    path("datasets/<uuid:pk>/about/", about.DatasetAbout.as_view()),
    path("datasets/<uuid:pk>/columns/<slug:name>/findings/<slug:entity>/", datasets.FindingOverruling.as_view()),
    path("datasets/<uuid:pk>/changes/", versions.DatasetChanges.as_view()),
    path("datasets/<uuid:pk>/plan/", datasets.PlanDetail.as_view()),
    path("datasets/<uuid:pk>/exceptions/", exceptions.WrittenExceptionList.as_view()),
    path("datasets/<uuid:pk>/minimise/", datasets.Minimise.as_view()),
    path("datasets/<uuid:pk>/rules/", rules.Rules.as_view()),
    path("datasets/<uuid:pk>/budget/", budget.BudgetDetail.as_view()),
    path("datasets/<uuid:pk>/runs/", runs.RunList.as_view()),
    path("datasets/<uuid:pk>/bake-offs/", bake_offs.BakeOffList.as_view()),
    path("sensitive/", sensitive.SensitiveList.as_view()),
    path("bake-offs/<uuid:pk>/", bake_offs.BakeOffDetail.as_view()),
    path("datasets/<uuid:pk>/technology-maps/", technology_maps.TechnologyMapList.as_view()),
    path("technology-maps/<uuid:pk>/", technology_maps.TechnologyMapDetail.as_view()),
    path("technology-maps/<uuid:pk>/cancel/", technology_maps.TechnologyMapCancel.as_view()),
    path("runs/<uuid:pk>/", runs.RunDetail.as_view()),
    path("runs/<uuid:pk>/evaluation/", runs.EvaluationDetail.as_view()),
    path("runs/<uuid:pk>/changes/", suites.SuiteChanges.as_view()),
    path("runs/<uuid:pk>/cancel/", runs.RunCancel.as_view()),
    path("runs/<uuid:pk>/take/", bake_offs.RunTake.as_view()),
    path("runs/<uuid:pk>/calibrations/", calibrations.CalibrationList.as_view()),
    path("calibrations/<uuid:pk>/", calibrations.CalibrationDetail.as_view()),
    path("calibrations/<uuid:pk>/cancel/", calibrations.CalibrationCancel.as_view()),
]
