"""Addresses of what an organisation hands to other tools, below that organisation."""

from django.urls import path

from charteroak.portal.exchange import views

app_name = "exchange"
urlpatterns = [path("", views.oscal, name="oscal")]
"""One page: choose a document, download it."""
