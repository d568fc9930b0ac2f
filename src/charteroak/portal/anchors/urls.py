"""Addresses of the pages about anchors, below one organisation, and of the files with which a stranger checks them."""

from django.urls import path

from charteroak.portal.anchors import downloads, views

app_name = "anchors"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("now/", views.anchor_now, name="now"),
    path("tokens/check/", views.check_tokens, name="check-tokens"),
    path("check/", views.check, name="check"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:index>.pdf", downloads.ceremony, name="ceremony"),
    path("checkpoints/<int:size>.note", downloads.checkpoint, name="checkpoint"),
    path("checkpoints/<int:size>-cosigned.note", downloads.cosigned, name="cosigned"),
    path("checkpoints/<int:size>-<slug:algorithm>.pem", downloads.log_key, name="log-key"),
    path("tokens/<int:number>.tsr", downloads.token, name="token"),
    path("authorities/<int:number>.pem", downloads.certificates, name="certificates"),
    path("witnesses/<int:number>.pem", downloads.witness_key, name="witness-key"),
    path("refusals/<int:number>.note", downloads.refused, name="refused"),
    path("log.zip", downloads.tiles, name="tiles"),
]
