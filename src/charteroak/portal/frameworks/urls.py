"""Addresses of frameworks, their editions and elements, and of imported documents."""

from django.urls import path

from charteroak.portal.frameworks import imports, views

app_name = "frameworks"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("import/", imports.bring, name="import"),
    path("imported/<int:number>/", imports.imported, name="imported"),
    path("imported/<int:number>/file/", imports.file, name="imported-file"),
    path("imported/<int:number>/<int:position>/", imports.control, name="imported-control"),
    path("<str:framework>/<str:edition>/", views.edition, name="edition"),
    path("<str:framework>/<str:edition>/<path:identifier>/", views.element, name="element"),
]
"""``imported`` is no framework's name, so the last two lines never meet those above."""
