"""Addresses of the program's pages, below one organisation."""

from django.urls import path

from charteroak.portal.programs import views

app_name = "programs"
urlpatterns = [
    path("safe-harbor/", views.safe_harbor, name="safe-harbor"),
    path("evidence/", views.evidence_log, name="evidence"),
    path("evidence/new/", views.record_evidence, name="record-evidence"),
    path("evidence/files/<str:sha256>/", views.evidence_file, name="evidence-file"),
    path("ledger.note", views.checkpoint_note, name="checkpoint"),
    path("dossiers/", views.dossiers, name="dossiers"),
    path("dossiers/<int:number>.zip", views.dossier_file, name="dossier-file"),
]
