"""Addresses below ``/api/v1/``."""

from django.urls import path

from charteroak.portal.api import attachments, description, phish, phish_exports, reports

app_name = "api"
urlpatterns = [
    path("openapi.json", description.openapi, name="openapi"),
    path("phish", phish.phish, name="phish"),
    path("phish/exports", phish_exports.exports, name="phish-exports"),
    path("reports", reports.reports, name="reports"),
    path("reports/attachments", attachments.attachments, name="report-attachments"),
    path("reports/status", reports.status, name="report-status"),
    path("reports/supplements", reports.supplements, name="report-supplements"),
]
