"""Addresses of the program's pages, below one organisation."""

from django.urls import path

from charteroak.portal.programs import (
    event_views,
    history_views,
    log_views,
    plan_views,
    point_views,
    practice_views,
    program_views,
    views,
)

app_name = "programs"
urlpatterns = [
    path("safe-harbor/", views.safe_harbor, name="safe-harbor"),
    path("practices/", practice_views.practices, name="practices"),
    path("practices/<slug:practice_id>/", practice_views.practice, name="practice"),
    path("program/", program_views.program, name="program"),
    path("program/organization/", program_views.describe_organisation, name="describe-organisation"),
    path("program/versions/new/", program_views.adopt, name="adopt-program"),
    path("program/approvals/new/", program_views.approve, name="approve-program"),
    path("program/reviews/new/", program_views.review, name="review-program"),
    path("program/contents/", program_views.describe, name="describe-program"),
    path("program/frameworks/new/", program_views.adopt_edition, name="adopt-edition"),
    path("gaps/", point_views.gaps, name="gaps"),
    path("gaps/new/", point_views.open_one, name="open-gap"),
    path("gaps/plan/", plan_views.action_plan_page, name="action-plan"),
    path("gaps/plan.csv", plan_views.action_plan_csv, name="action-plan-csv"),
    path("gaps/<slug:gap>/plan/", plan_views.change_plan, name="change-plan"),
    path("gaps/<slug:gap>/close/", point_views.close, name="close-gap"),
    path("gaps/exceptions/new/", point_views.accept, name="accept-exception"),
    path("gaps/assessments/new/", point_views.assess, name="assess-requirement"),
    path("as-of/", history_views.state_as_of, name="as-of"),
    path("interval/", history_views.interval, name="interval"),
    path("evidence/", log_views.evidence_log, name="evidence"),
    path("evidence/exercises/new/", event_views.exercise, name="record-exercise"),
    path("evidence/trainings/new/", event_views.training, name="record-training"),
    path("evidence/<int:index>/supersede/", event_views.supersede, name="supersede-evidence"),
    path("evidence/<int:index>/", log_views.entry, name="entry"),
    path("evidence/<int:index>/proof/", log_views.entry_proof, name="entry-proof"),
    path("evidence/<int:index>/header/", log_views.entry_header, name="entry-header"),
    path("evidence/new/", views.record_evidence, name="record-evidence"),
    path("evidence/<int:index>/correct/", program_views.correct, name="correct-entry"),
    path("evidence/files/<str:sha256>/", views.evidence_file, name="evidence-file"),
    path("ledger.note", views.checkpoint_note, name="checkpoint"),
    path("dossiers/", views.dossiers, name="dossiers"),
    path("dossiers/<int:number>.zip", views.dossier_file, name="dossier-file"),
]
