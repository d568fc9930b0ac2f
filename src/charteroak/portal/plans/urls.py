"""Addresses below an organisation's ``plans/``."""

from django.urls import path

from charteroak.portal.plans import activation_views, adoption_views, views, writing_views

app_name = "plans"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("<slug:kind>/", views.plan, name="plan"),
    path("<slug:kind>/file.<str:form>", views.file, name="file"),
    path("<slug:kind>/start/", writing_views.start, name="start"),
    path("<slug:kind>/draft/", writing_views.draft, name="draft"),
    path("<slug:kind>/draft/file.<str:form>", writing_views.draft_file, name="draft-file"),
    path("<slug:kind>/draft/drop/", writing_views.drop, name="drop"),
    path("<slug:kind>/draft/<slug:part>/", writing_views.part, name="part"),
    path("<slug:kind>/adopt/", adoption_views.adopt, name="adopt"),
    path("<slug:kind>/versions/", adoption_views.versions, name="versions"),
    path("<slug:kind>/compare/", adoption_views.compare, name="compare"),
    path("<slug:kind>/activate/", activation_views.activate, name="activate"),
    path("<slug:kind>/stand-down/", activation_views.end, name="stand-down"),
]
