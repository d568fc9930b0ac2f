"""Addresses below ``/laws/``; none of them needs an account."""

from django.urls import path

from charteroak.portal.laws import views

app_name = "laws"
urlpatterns = [
    path("", views.compare, name="compare"),
    path("editions/", views.editions, name="editions"),
    path("watch/", views.watch, name="watch"),
]
