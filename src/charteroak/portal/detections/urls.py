"""Addresses of a member's hunts, below one organisation."""

from django.urls import path

from charteroak.portal.detections import views

app_name = "detections"
urlpatterns = [
    path("", views.hunts, name="hunts"),
    path("pull/", views.pull, name="pull"),
    path("<int:number>/", views.hunt, name="hunt"),
    path("<int:number>/sightings/", views.send, name="send-sightings"),
]
