"""Addresses of the witnesses that run here, below ``/witness/``; each witness has its own submission prefix."""

from django.urls import path

from charteroak.portal.witness import views

app_name = "witness"
urlpatterns = [
    path("", views.witnesses, name="witnesses"),
    path("<slug:witness>/add-checkpoint", views.add, name="add-checkpoint"),
    path("<slug:witness>/<str:origin_sha256>/checkpoint", views.checkpoint, name="checkpoint"),
]
