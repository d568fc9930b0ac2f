"""Addresses of indicators: below ``/desk/`` for analysts, below ``/intelligence/`` for readers."""

from django.urls import path

from charteroak.portal.intelligence import views

app_name = "intelligence"
urlpatterns = [
    path("intelligence/", views.shared, name="shared"),
    path("intelligence/<slug:alias>.json", views.collection_bundle, name="bundle"),
    path("desk/indicators/", views.indicators, name="indicators"),
    path("desk/reports/<int:number>/propose/", views.propose, name="propose"),
    path("desk/indicators/<str:stix_id>/", views.indicator, name="indicator"),
    path("desk/indicators/<str:stix_id>/release/", views.release, name="release"),
    path("desk/indicators/<str:stix_id>/amend/", views.amend, name="amend"),
    path("desk/indicators/<str:stix_id>/withdraw/", views.withdraw, name="withdraw"),
]
