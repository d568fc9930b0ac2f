"""Addresses below ``/desk/``."""

from django.urls import path

from charteroak.portal.desk import attachments, campaigns, exports, keying, mail, views
from charteroak.portal.incidents import referral

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("arrivals/", views.arrivals, name="arrivals"),
    path("seen/", views.seen, name="seen"),
    path("reports/<int:number>/", views.report, name="report"),
    path("reports/<int:number>/files/<int:position>/", attachments.attachment, name="attachment"),
    path("reports/<int:number>/mail/", mail.mail, name="mail"),
    path("reports/<int:number>/mail/pictures/<int:position>/", mail.picture, name="mail-picture"),
    path("reports/<int:number>/compare/", mail.compare, name="compare"),
    path("reports/<int:number>/exports/", exports.exports, name="exports"),
    path("reports/<int:number>/exports/report.<slug:form>", exports.export, name="export"),
    path("reports.csv", exports.reports_table, name="reports-table"),
    path("reports/<int:number>/close/", views.close, name="close"),
    path("referrals/", referral.desk_referrals, name="referrals"),
    path("referrals/<int:number>/", referral.desk_referral, name="referral"),
    path("referrals/<int:number>/packet.zip", referral.desk_packet, name="referral-packet"),
    path("sheets/", keying.key_sheet, name="key-sheet"),
    path("campaigns/<int:number>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:number>/campaign.stix", exports.campaign_bundle, name="campaign-bundle"),
    path("campaigns/<int:number>/confirm/", views.confirm, name="confirm-campaign"),
    path("campaigns/<int:number>/split/", campaigns.split, name="split-campaign"),
    path("campaigns/<int:number>/merge/", campaigns.merge, name="merge-campaign"),
    path("campaigns/<int:number>/undo/", campaigns.undo, name="undo-decision"),
]
