"""Addresses of the assessor's pages, below one organisation."""

from django.urls import path

from charteroak.portal.assessing import views

app_name = "assessing"
urlpatterns = [
    path("", views.editions, name="editions"),
    path("<slug:framework>/<str:edition>/", views.edition, name="edition"),
    path("<slug:framework>/<str:edition>/sheet.csv", views.sheet, name="sheet"),
    path("<slug:framework>/<str:edition>/sheet/", views.record_sheet, name="record-sheet"),
    path("<slug:framework>/<str:edition>/of/<path:requirement>/", views.requirement, name="requirement"),
]
