"""Addresses below ``/playbooks/``; none of them needs an account."""

from django.urls import path

from charteroak.portal.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:identifier>/", views.playbook, name="playbook"),
    path("<slug:identifier>/card.pdf", views.card, name="card"),
]
