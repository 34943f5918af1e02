"""Addresses of the API of reviews, the gate and releases, under /api/v1/."""

from django.urls import path

from reviews import api

urlpatterns = [
    path("reviews/", api.ReviewList.as_view()),
    path("runs/<uuid:pk>/review/", api.RunReview.as_view()),
    path("reviews/<uuid:pk>/claim/", api.Claim.as_view()),
    path("reviews/<uuid:pk>/undo/", api.Undo.as_view()),
    path("records/<uuid:pk>/verdict/", api.RecordVerdict.as_view()),
    path("records/<uuid:pk>/hold/", api.Hold.as_view()),
    path("records/<uuid:pk>/skip/", api.SkipRecord.as_view()),
    path("records/<uuid:pk>/why/", api.Why.as_view()),
    path("records/<uuid:pk>/second-look/", api.LookAgain.as_view()),
    path("records/<uuid:pk>/adjudicate/", api.Adjudicate.as_view()),
    path("runs/<uuid:pk>/gate/", api.Gate.as_view()),
    path("runs/<uuid:pk>/waivers/", api.Waive.as_view()),
    path("runs/<uuid:pk>/release/", api.ReleaseRun.as_view()),
    path("releases/", api.ReleaseList.as_view()),
    path("releases/<uuid:pk>/", api.ReleaseDetail.as_view()),
    path("releases/<uuid:pk>/card/", api.Card.as_view()),
    path("releases/<uuid:pk>/certificate/", api.Certificate.as_view()),
    path("releases/<uuid:pk>/export/", api.ReleaseBytes.as_view()),
    path("releases/<uuid:pk>/withdraw/", api.Withdraw.as_view()),
]
