"""Addresses of the guided start, below one organisation."""

from django.urls import path

from charteroak.portal.start import information_views, views

app_name = "start"
urlpatterns = [
    path("start/", views.overview, name="overview"),
    path("start/organization/", views.about, name="about"),
    path("start/laws/", views.obligations, name="obligations"),
    path("start/information/", information_views.information, name="information"),
    path("start/information/new/", information_views.add_store, name="add-store"),
    path("start/information/<int:number>/", information_views.store, name="store"),
    path("start/systems/", views.systems, name="systems"),
    path("start/people/", views.people, name="people"),
    path("start/aim/", views.aim, name="aim"),
    path("start/practices/<slug:practice_id>/", views.practice, name="practice"),
    path("start/record/", views.record, name="record"),
    path("start/gaps/", views.gaps, name="gaps"),
]
