"""Addresses of this app's pages."""

from django.urls import path

from generation.pages.bake_offs import views as bake_offs
from generation.pages.budget import views as budget
from generation.pages.calibrations import views as calibrations
from generation.pages.comparisons import views as comparisons
from generation.pages.comparisons.technologies import views as technologies
from generation.pages.datasets import owner_views as owners
from generation.pages.datasets import plan_views as plans
from generation.pages.datasets import versions
from generation.pages.datasets import views as datasets
from generation.pages.datasets.about import describe
from generation.pages.datasets.about import views as about
from generation.pages.datasets.columns import views as columns
from generation.pages.datasets.exceptions import views as exceptions
from generation.pages.datasets.passages import views as passages
from generation.pages.datasets.suites import views as suites
from generation.pages.rules import views as rules
from generation.pages.rules.policies import views as policies
from generation.pages.runs import views as runs
from generation.pages.runs.results import changes
from generation.pages.runs.results import views as results
from generation.pages.scan import views as scan
from generation.pages.sensitive import views as sensitive
from generation.pages.teams import views as teams
from synthportal.people.messages.views import comments

urlpatterns = [
    path("people/teams/", teams.teams, name="teams"),
    path("people/teams/<uuid:pk>/", teams.team, name="team"),
    path("datasets/", datasets.datasets, name="datasets"),
    path("datasets/new/", datasets.dataset_new, name="dataset_new"),
    path("datasets/new/suite/", suites.suite_plan, name="suite_plan"),
    path("datasets/<uuid:pk>/", datasets.dataset, name="dataset"),
    path("datasets/<uuid:pk>/progress/", datasets.dataset_progress, name="dataset_progress"),
    path("datasets/<uuid:pk>/plan/", datasets.plan, name="plan"),
    path("datasets/<uuid:pk>/plan/new/", datasets.plan_new, name="plan_new"),
    path("datasets/<uuid:pk>/plan/bulk/", plans.plan_bulk, name="plan_bulk"),
    path("datasets/<uuid:pk>/plan/undo/", plans.plan_undo, name="plan_undo"),
    path("datasets/<uuid:pk>/confirm/", datasets.plan_confirm, name="plan_confirm"),
    path("datasets/<uuid:pk>/about/", about.about, name="about"),
    path("datasets/<uuid:pk>/dictionary/", about.dictionary, name="dictionary"),
    path("datasets/<uuid:pk>/columns/<slug:name>/", columns.column, name="column"),
    path("datasets/<uuid:pk>/columns/<slug:name>/preview/", columns.column_preview, name="column_preview"),
    path("datasets/<uuid:pk>/columns/<slug:name>/findings/", columns.column_finding, name="column_finding"),
    path("datasets/<uuid:pk>/columns/<slug:name>/exception/", exceptions.written_exception, name="written_exception"),
    path("datasets/<uuid:pk>/retry/", datasets.dataset_retry, name="dataset_retry"),
    path("datasets/<uuid:pk>/parsed/", datasets.dataset_parsed, name="dataset_parsed"),
    path("datasets/<uuid:pk>/changes/", versions.changes, name="dataset_changes"),
    path("datasets/<uuid:pk>/changes/plan/", versions.plan_carried, name="plan_carried"),
    path("datasets/<uuid:pk>/erase/", datasets.dataset_erase, name="dataset_erase"),
    path("datasets/<uuid:pk>/target/", describe.names, name="dataset_names"),
    path("datasets/<uuid:pk>/describe/", describe.describe, name="dataset_describe"),
    path("datasets/<uuid:pk>/budget/", budget.dataset_budget, name="dataset_budget"),
    path("datasets/<uuid:pk>/budget/decide/", budget.dataset_budget_decide, name="dataset_budget_decide"),
    path("datasets/<uuid:pk>/owners/", owners.owners, name="dataset_owners"),
    path("owners/<uuid:pk>/end/", owners.owner_end, name="owner_end"),
    path("datasets/<uuid:pk>/runs/new/", runs.run_new, name="run_new"),
    path("datasets/<uuid:pk>/compare/", comparisons.comparison, name="comparison"),
    path("datasets/<uuid:pk>/bake-offs/new/", bake_offs.bake_off_new, name="bake_off_new"),
    path("bake-offs/<uuid:pk>/", bake_offs.bake_off, name="bake_off"),
    path("bake-offs/<uuid:pk>/progress/", bake_offs.bake_off_progress, name="bake_off_progress"),
    path("bake-offs/<uuid:pk>/cancel/", bake_offs.bake_off_cancel, name="bake_off_cancel"),
    path("datasets/<uuid:pk>/technologies/", technologies.technologies, name="technologies"),
    path("datasets/<uuid:pk>/technologies/weigh/", technologies.technologies_weigh, name="technologies_weigh"),
    path("technology-maps/<uuid:pk>/progress/", technologies.technology_map_progress, name="technology_map_progress"),
    path("technology-maps/<uuid:pk>/cancel/", technologies.technology_map_cancel, name="technology_map_cancel"),
    path("datasets/<uuid:pk>/rules/", rules.rules, name="rules"),
    path("datasets/<uuid:pk>/rules/yaml/", rules.rules_yaml, name="rules_yaml"),
    path("datasets/<uuid:pk>/passages/", passages.passages, name="passages"),
    path("datasets/<uuid:pk>/policy/", policies.policy, name="policy"),
    path("datasets/<uuid:pk>/policy/rule/", policies.policy_rule, name="policy_rule"),
    path("sensitive/", sensitive.sensitive, name="sensitive"),
    path("scan/", scan.scan, name="scan"),
    path("scan/<uuid:pk>/", scan.scan_found, name="scan_found"),
    path("scan/<uuid:pk>/progress/", scan.scan_progress, name="scan_progress"),
    path("scan/<uuid:pk>/forget/", scan.scan_forget, name="scan_forget"),
    path("runs/", runs.runs, name="runs"),
    path("runs/compare/", comparisons.runs_compare, name="runs_compare"),
    path("runs/<uuid:pk>/", runs.run, name="run"),
    path("runs/<uuid:pk>/records/", runs.run_records, name="run_records"),
    path("runs/<uuid:pk>/evidence.html", runs.run_evidence, name="run_evidence"),
    path("runs/<uuid:pk>/comments/", comments, {"kind": "run"}, name="run_comments"),
    path("runs/<uuid:pk>/progress/", runs.run_progress, name="run_progress"),
    path("runs/<uuid:pk>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/describe/", describe.run_describe, name="run_describe"),
    path("runs/<uuid:pk>/results/", results.results, name="run_results"),
    path("runs/<uuid:pk>/changes/", changes.changes, name="run_changes"),
    path("runs/<uuid:pk>/take/", bake_offs.run_take, name="run_take"),
    path("runs/<uuid:pk>/calibrate/", calibrations.run_calibrate, name="run_calibrate"),
    path("calibrations/<uuid:pk>/", calibrations.calibration, name="calibration"),
    path("calibrations/<uuid:pk>/progress/", calibrations.calibration_progress, name="calibration_progress"),
    path("calibrations/<uuid:pk>/cancel/", calibrations.calibration_cancel, name="calibration_cancel"),
    path("runs/<uuid:pk>/evaluate/", runs.run_evaluate, name="run_evaluate"),
]
