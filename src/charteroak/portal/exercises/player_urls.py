"""Addresses below ``/exercises/``; none of them needs an account, and all run behind the exercise's lock."""

from django.urls import path

from charteroak.portal.exercises import player

app_name = "playing"
urlpatterns = [
    path("", player.enter, name="enter"),
    path("<int:space>/join/", player.join, name="join"),
    path("<int:space>/", player.screen, name="screen"),
    path("<int:space>/act/", player.act, name="act"),
    path("<int:space>/act/<slug:inject>/", player.act, name="act-on"),
    path("<int:space>/incident/", player.open_incident, name="incident"),
    path("<int:space>/report/", player.report, name="report"),
    path("<int:space>/hot-wash/", player.hot_wash, name="hot-wash"),
]
