"""Addresses below ``/playbooks/``; none of them needs an account."""

from django.urls import path

from charteroak.portal.playbooks import views
from charteroak.portal.playbooks.severity_examples import severity_examples

app_name = "playbooks"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("severity/", severity_examples, name="severity"),
    path("<slug:identifier>/", views.playbook, name="playbook"),
    path("<slug:identifier>/card.pdf", views.card, name="card"),
]
