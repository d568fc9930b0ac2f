"""Every address of the portal, one line per subject."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from charteroak.portal import operations
from charteroak.portal.home import views as home
from charteroak.portal.incidents import alerts, calendar
from charteroak.portal.incidents.custody_item import receive

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("report/", include("charteroak.portal.reports.urls")),
    path("receive/", receive, name="receive"),
    path("frameworks/", include("charteroak.portal.frameworks.urls")),
    path("laws/", include("charteroak.portal.laws.urls")),
    path("playbooks/", include("charteroak.portal.playbooks.urls")),
    path("organisations/<slug:slug>/", include("charteroak.portal.programs.urls")),
    path("organisations/<slug:slug>/", include("charteroak.portal.start.urls")),
    path("organisations/<slug:slug>/", include("charteroak.portal.imports.urls")),
    path("organisations/<slug:slug>/", include("charteroak.portal.dossiers.urls")),
    path("organisations/<slug:slug>/", include("charteroak.portal.evidence.urls")),
    path("organisations/<slug:slug>/collectors/", include("charteroak.portal.collecting.urls")),
    path("organisations/<slug:slug>/assessments/", include("charteroak.portal.assessing.urls")),
    path("organisations/<slug:slug>/oscal/", include("charteroak.portal.exchange.urls")),
    path("organisations/<slug:slug>/provider/", include("charteroak.portal.providers.urls")),
    path("organisations/<slug:slug>/anchors/", include("charteroak.portal.anchors.urls")),
    path("organisations/<slug:slug>/plans/", include("charteroak.portal.plans.urls")),
    path("organisations/<slug:slug>/incidents/", include("charteroak.portal.incidents.urls")),
    path("organisations/<slug:slug>/hunts/", include("charteroak.portal.detections.urls")),
    path("organisations/<slug:slug>/exercises/", include("charteroak.portal.exercises.urls")),
    path("exercises/", include("charteroak.portal.exercises.player_urls")),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("alerts/<str:token>/", alerts.by_link, name="alert-link"),
    path("desk/", include("charteroak.portal.desk.urls")),
    path("", include("charteroak.portal.intelligence.urls")),
    path("taxii2/", include("charteroak.portal.sharing.urls")),
    path("api/v1/", include("charteroak.portal.api.urls")),
    path("witness/", include("charteroak.portal.witness.urls")),
    path("account/", include("charteroak.portal.accounts.urls")),
    path("healthz", operations.healthz, name="healthz"),
    path(".well-known/security.txt", operations.security_txt, name="security-txt"),
    path("language/", login_not_required(set_language), name="set_language"),
]

handler400 = "charteroak.portal.error_pages.bad_request"
handler403 = "charteroak.portal.error_pages.forbidden"
handler404 = "charteroak.portal.error_pages.not_found"
handler500 = "charteroak.portal.error_pages.server_error"
