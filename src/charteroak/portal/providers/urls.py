"""Addresses about an organisation and its provider, below one organisation."""

from django.urls import path

from charteroak.portal.providers import views

app_name = "providers"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("engage/", views.engage, name="engage"),
    path("end/", views.end, name="end"),
    path("statements/new/", views.state, name="state"),
    path("everything/", views.everything, name="everything"),
]
