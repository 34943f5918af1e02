"""Addresses of home, the review desk, the gate, releases and the trail."""

from django.urls import path

from reviews.pages import public
from reviews.pages.access import views as access
from reviews.pages.catalogue import views as catalogue
from reviews.pages.desk import (
    edit_views,
    guidelines_views,
    history_views,
    keys_views,
    look_views,
    practice_views,
    searched_views,
)
from reviews.pages.desk import views as desk
from reviews.pages.flags import views as flags
from reviews.pages.gate import views as gate
from reviews.pages.home import views as home
from reviews.pages.releases import trust_views as trust
from reviews.pages.releases import views as releases
from reviews.pages.reports import views as reports
from reviews.pages.trail import erasure
from reviews.pages.trail import views as trail
from reviews.pages.verdicts import assign_views
from reviews.pages.verdicts import views as verdicts
from reviews.pages.viewer import views as viewer
from synthportal.people.messages.views import comments

urlpatterns = [
    path("", home.home, name="home"),
    path("reviews/", home.reviews, name="reviews"),
    path("reviews/<uuid:pk>/", desk.desk, name="desk"),
    path("records/<uuid:pk>/verdict/", desk.verdict, name="verdict"),
    path("records/<uuid:pk>/skip/", desk.skip, name="skip"),
    path("records/<uuid:pk>/skip/take-back/", desk.take_back, name="take_back"),
    path("records/<uuid:pk>/hold/", desk.hold, name="hold"),
    path("records/<uuid:pk>/why/", look_views.why, name="why"),
    path("verdicts/<uuid:pk>/", look_views.my_verdict, name="my_verdict"),
    path("reviews/<uuid:pk>/searched/", searched_views.searched, name="searched"),
    path("records/<uuid:pk>/judge-again/", searched_views.judge_anew, name="judge_again"),
    path("desk/history/", history_views.history, name="history"),
    path("reviews/<uuid:pk>/practice/", practice_views.practice, name="practice"),
    path("datasets/<uuid:pk>/guidelines/", guidelines_views.guidelines, name="guidelines"),
    path("desk/keys/", keys_views.desk_keys, name="desk_keys"),
    path("records/<uuid:pk>/edit/", edit_views.edit, name="edit_record"),
    path("runs/<uuid:pk>/edits/", edit_views.edits, name="run_edits"),
    path("reviews/<uuid:pk>/undo/", desk.undo, name="undo"),
    path("reviews/<uuid:pk>/flags/", flags.flags, name="flags"),
    path("verdicts/<uuid:pk>/look/", flags.look, name="look"),
    path("verdicts/<uuid:pk>/source/", flags.source, name="source"),
    path("verdicts/<uuid:pk>/settle/", flags.settle, name="settle"),
    path("reviews/<uuid:pk>/verdicts/", verdicts.verdicts, name="review_verdicts"),
    path("reviews/<uuid:pk>/requeue/", verdicts.requeue, name="requeue"),
    path("reviews/<uuid:pk>/people/", verdicts.people, name="review_people"),
    path("reviews/<uuid:pk>/record.json", verdicts.export, name="review_export"),
    path("reviews/<uuid:pk>/assign/", assign_views.assign, name="assign"),
    path("assignments/<uuid:pk>/end/", assign_views.end, name="end_assignment"),
    path("pauses/<uuid:pk>/lift/", verdicts.lift, name="lift_pause"),
    path("runs/<uuid:pk>/gate/", gate.gate, name="gate"),
    path("runs/<uuid:pk>/gate/comments/", comments, {"kind": "gate"}, name="gate_comments"),
    path("verdicts/<uuid:pk>/comments/", comments, {"kind": "flag"}, name="flag_comments"),
    path("runs/<uuid:pk>/dossier.html", gate.dossier, name="dossier"),
    path("runs/<uuid:pk>/dossier.pdf", gate.dossier_printed, name="dossier_printed"),
    path("runs/<uuid:pk>/release/", gate.release_run, name="release_run"),
    path("runs/<uuid:pk>/waive/", gate.waive, name="waive"),
    path("runs/<uuid:pk>/token/", gate.signing_token, name="signing_token"),
    path("releases/", catalogue.releases, name="releases"),
    path("releases/<uuid:pk>/", releases.release, name="release"),
    path("releases/<uuid:pk>/export/", releases.export, name="export"),
    path("releases/<uuid:pk>/files/<path:path>", releases.file, name="release_file"),
    path("releases/<uuid:pk>/certificate/", releases.certificate, name="certificate"),
    path("releases/<uuid:pk>/card/", releases.card, name="card"),
    path("releases/<uuid:pk>/manifest/", releases.manifest, name="manifest"),
    path("releases/<uuid:pk>/withdraw/", releases.withdraw, name="withdraw"),
    path("releases/<uuid:pk>/checklist/", catalogue.checklist, name="checklist"),
    path("releases/<uuid:pk>/records/", viewer.records, name="release_records"),
    path("releases/<uuid:pk>/columns/", viewer.columns, name="release_columns"),
    path("releases/<uuid:pk>/access/", access.ask, name="ask_access"),
    path("releases/<uuid:pk>/restrict/", access.restrict, name="restrict"),
    path("releases/<uuid:pk>/token/", access.token, name="release_token"),
    path("releases/<uuid:pk>/report/", reports.report, name="report_record"),
    path("access/", access.access, name="access"),
    path("access/<uuid:pk>/grant/", access.grant, name="grant_access"),
    path("access/<uuid:pk>/refuse/", access.refuse, name="refuse_access"),
    path("wishes/", access.wishes, name="wishes"),
    path("wishes/<uuid:pk>/answer/", access.answer, name="answer_wish"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:pk>/", reports.reported, name="reported_record"),
    path("reports/<uuid:pk>/suspend/", reports.suspend, name="suspend_release"),
    path("reports/<uuid:pk>/settle/", reports.settle, name="settle_report"),
    path("releases/<uuid:pk>/attest/", trust.attest, name="attest"),
    path("releases/<uuid:pk>/derived/", trust.derive, name="derive"),
    path("datasets/<uuid:pk>/erasure.json", erasure.erasure, name="erasure"),
    path("audit/", trail.audit, name="audit"),
    path("audit/verify/", trail.verify_trail, name="audit_verify"),
    path("audit/export/", trail.export, name="audit_export"),
    path(".well-known/synthportal/keys.json", public.keys, name="public_keys"),
    path(".well-known/synthportal/releases/<uuid:pk>/status.json", public.status, name="public_status"),
]
