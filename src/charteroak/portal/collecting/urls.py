"""Addresses of the collectors' pages, below one organisation."""

from django.urls import path

from charteroak.portal.collecting import views

app_name = "collecting"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("drops/new/", views.hand_in, name="hand-in"),
    path("looks/new/", views.look, name="look"),
    path("sources/new/", views.register, name="register"),
    path("sources/<slug:name>/end/", views.end, name="end"),
    path("proposals/<slug:gap>/", views.accept, name="accept"),
]
