"""Addresses below ``/report/``."""

from django.urls import path

from charteroak.portal.reports import views

app_name = "reports"
urlpatterns = [
    path("mail/", views.report_mail, name="mail"),
    path("incident/", views.report_incident, name="incident"),
    path("filed/", views.filed, name="filed"),
    path("status/", views.status, name="status"),
]
