"""Addresses below ``/desk/``."""

from django.urls import path

from charteroak.portal.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("arrivals/", views.arrivals, name="arrivals"),
    path("seen/", views.seen, name="seen"),
    path("reports/<int:number>/", views.report, name="report"),
    path("campaigns/<int:number>/", views.campaign, name="campaign"),
    path("campaigns/<int:number>/confirm/", views.confirm, name="confirm-campaign"),
]
