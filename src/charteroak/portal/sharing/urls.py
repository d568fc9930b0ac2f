"""Addresses of the TAXII 2.1 server, below ``/taxii2/``."""

from django.urls import path

from charteroak.portal.sharing import views

app_name = "taxii"
urlpatterns = [
    path("", views.discovery, name="discovery"),
    path("api/", views.api_root, name="api-root"),
    path("api/collections/", views.collections, name="collections"),
    path("api/collections/<str:reference>/", views.collection, name="collection"),
    path("api/collections/<str:reference>/objects/", views.objects, name="objects"),
    path("api/collections/<str:reference>/objects/<str:object_id>/", views.one_object, name="object"),
    path("api/collections/<str:reference>/objects/<str:object_id>/versions/", views.versions, name="versions"),
    path("api/collections/<str:reference>/manifest/", views.manifest, name="manifest"),
]
