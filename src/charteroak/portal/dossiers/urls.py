"""Addresses of a dossier's own page, of redacted copies and of the insurer pack, below one organisation."""

from django.urls import path

from charteroak.portal.dossiers import views

app_name = "dossiers"
urlpatterns = [
    path("dossiers/<int:number>/", views.dossier, name="dossier"),
    path("dossiers/redacted/", views.redacted, name="redacted"),
    path("insurers/", views.insurers, name="insurers"),
]
