"""Addresses of home, the review desk, the gate, releases and the trail."""

from django.urls import path

from reviews import (
    audit_views,
    desk_look_views,
    desk_settings_views,
    desk_views,
    flag_views,
    gate_views,
    home_views,
    release_views,
    watch_views,
)

urlpatterns = [
    path("", home_views.home, name="home"),
    path("reviews/", home_views.reviews, name="reviews"),
    path("reviews/<uuid:pk>/", desk_views.desk, name="desk"),
    path("records/<uuid:pk>/verdict/", desk_views.verdict, name="verdict"),
    path("records/<uuid:pk>/skip/", desk_views.skip, name="skip"),
    path("records/<uuid:pk>/hold/", desk_views.hold, name="hold"),
    path("records/<uuid:pk>/why/", desk_look_views.why, name="why"),
    path("verdicts/<uuid:pk>/", desk_look_views.my_verdict, name="my_verdict"),
    path("desk/keys/", desk_settings_views.desk_keys, name="desk_keys"),
    path("reviews/<uuid:pk>/undo/", desk_views.undo, name="undo"),
    path("reviews/<uuid:pk>/flags/", flag_views.flags, name="flags"),
    path("verdicts/<uuid:pk>/look/", flag_views.look, name="look"),
    path("verdicts/<uuid:pk>/source/", flag_views.source, name="source"),
    path("verdicts/<uuid:pk>/settle/", flag_views.settle, name="settle"),
    path("reviews/<uuid:pk>/verdicts/", watch_views.verdicts, name="review_verdicts"),
    path("reviews/<uuid:pk>/requeue/", watch_views.requeue, name="requeue"),
    path("reviews/<uuid:pk>/people/", watch_views.people, name="review_people"),
    path("reviews/<uuid:pk>/record.json", watch_views.export, name="review_export"),
    path("pauses/<uuid:pk>/lift/", watch_views.lift, name="lift_pause"),
    path("runs/<uuid:pk>/gate/", gate_views.gate, name="gate"),
    path("runs/<uuid:pk>/release/", gate_views.release_run, name="release_run"),
    path("runs/<uuid:pk>/waive/", gate_views.waive, name="waive"),
    path("releases/", release_views.releases, name="releases"),
    path("releases/<uuid:pk>/", release_views.release, name="release"),
    path("releases/<uuid:pk>/export/", release_views.export, name="export"),
    path("releases/<uuid:pk>/certificate/", release_views.certificate, name="certificate"),
    path("releases/<uuid:pk>/card/", release_views.card, name="card"),
    path("releases/<uuid:pk>/manifest/", release_views.manifest, name="manifest"),
    path("releases/<uuid:pk>/withdraw/", release_views.withdraw, name="withdraw"),
    path("audit/", audit_views.audit, name="audit"),
]
