"""Addresses of the pages about keeping evidence, below one organisation."""

from django.urls import path

from charteroak.portal.evidence import custody_views, erasure_views, hold_views, privileged_views, retention_views

app_name = "evidence"
urlpatterns = [
    path("holds/", hold_views.holds, name="holds"),
    path("holds/new/", hold_views.set_hold, name="set-hold"),
    path("holds/<slug:hold>/lift/", hold_views.lift_hold, name="lift-hold"),
    path("custody/", custody_views.items, name="custody"),
    path("custody/new/", custody_views.begin, name="begin-custody"),
    path("custody/of/<path:item>/", custody_views.chain, name="chain"),
    path("custody/csv/<path:item>/", custody_views.chain_csv, name="chain-csv"),
    path("custody/receipt/<path:item>/", custody_views.receipt, name="receipt"),
    path("retention/", retention_views.retention, name="retention"),
    path("retention/markings/", retention_views.markings, name="markings"),
    path("retention/erasures/", erasure_views.erasures, name="erasures"),
    path("retention/erasures/new/", erasure_views.propose, name="propose-erasure"),
    path("retention/erasures/<int:number>/", erasure_views.decide, name="decide-erasure"),
    path("privileged/", privileged_views.workspace, name="privileged"),
    path("privileged/new/", privileged_views.keep, name="keep-privileged"),
    path("privileged/log.csv", privileged_views.log_csv, name="privilege-log-csv"),
    path("privileged/log.json", privileged_views.log_json, name="privilege-log-json"),
    path("privileged/people/", privileged_views.people, name="privileged-people"),
    path("privileged/people/<int:number>/end/", privileged_views.end, name="end-admission"),
    path("privileged/<int:number>/", privileged_views.item_file, name="privileged-file"),
]
