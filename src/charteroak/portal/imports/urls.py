"""Addresses of files that are brought in, below one organisation."""

from django.urls import path

from charteroak.portal.imports import views

app_name = "imports"
urlpatterns = [
    path("import/", views.overview, name="overview"),
    path("import/<int:number>/", views.meaning, name="meaning"),
    path("import/<int:number>/rows/", views.rows, name="rows"),
    path("import/<int:number>/record/", views.record, name="record"),
]
