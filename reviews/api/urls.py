"""Addresses of the API of reviews, the gate and releases, under /api/v1/."""

from django.urls import path

from reviews.api import gate, records, releases, reviews, trust, use

urlpatterns = [
    path("reviews/", reviews.ReviewList.as_view()),
    path("runs/<uuid:pk>/review/", reviews.RunReview.as_view()),
    path("reviews/<uuid:pk>/claim/", records.Claim.as_view()),
    path("reviews/<uuid:pk>/undo/", records.Undo.as_view()),
    path("records/<uuid:pk>/verdict/", records.RecordVerdict.as_view()),
    path("records/<uuid:pk>/hold/", records.Hold.as_view()),
    path("records/<uuid:pk>/skip/", records.SkipRecord.as_view()),
    path("records/<uuid:pk>/why/", records.Why.as_view()),
    path("records/<uuid:pk>/second-look/", records.LookAgain.as_view()),
    path("records/<uuid:pk>/adjudicate/", records.Adjudicate.as_view()),
    path("runs/<uuid:pk>/gate/", gate.Gate.as_view()),
    path("runs/<uuid:pk>/waivers/", gate.Waive.as_view()),
    path("runs/<uuid:pk>/release/", gate.ReleaseRun.as_view()),
    path("releases/", releases.ReleaseList.as_view()),
    path("releases/<uuid:pk>/", releases.ReleaseDetail.as_view()),
    path("releases/<uuid:pk>/card/", releases.Card.as_view()),
    path("releases/<uuid:pk>/certificate/", releases.Certificate.as_view()),
    path("releases/<uuid:pk>/export/", releases.ReleaseBytes.as_view()),
    path("releases/<uuid:pk>/rows/", use.ReleaseRows.as_view()),
    path("releases/<uuid:pk>/columns/", use.ReleaseColumns.as_view()),
    path("releases/<uuid:pk>/access/", use.ReleaseAccess.as_view()),
    path("releases/<uuid:pk>/tokens/", use.ReleaseToken.as_view()),
    path("releases/<uuid:pk>/reports/", use.ReleaseReport.as_view()),
    path("access/<uuid:pk>/grant/", use.Grant.as_view()),
    path("access/<uuid:pk>/refuse/", use.Refuse.as_view()),
    path("releases/<uuid:pk>/withdraw/", releases.Withdraw.as_view()),
    path("releases/<uuid:pk>/attestation/", trust.AttestationOf.as_view()),
    path("releases/<uuid:pk>/files/<path:path>", trust.SignedFile.as_view()),
    path("releases/<uuid:pk>/lineage/", trust.Lineage.as_view()),
    path("releases/<uuid:pk>/derived/", trust.DerivedOf.as_view()),
    path("notices/", trust.Notices.as_view()),
]
