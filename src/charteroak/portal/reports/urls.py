"""Addresses below ``/report/``."""

from django.urls import path

from charteroak.portal.reports import attaching, buttons, follow_up, paper, sheets, views

app_name = "reports"
urlpatterns = [
    path("mail/", views.report_mail, name="mail"),
    path("incident/", views.report_incident, name="incident"),
    path("attach/", attaching.attach, name="attach"),
    path("sheet/", sheets.sheet, name="sheet"),
    path("form.txt", sheets.text_form, name="text-form"),
    path("filed/", views.filed, name="filed"),
    path("filed/report.<slug:form>", paper.paper, name="paper"),
    path("status/", views.status, name="status"),
    path("answer/", views.answer, name="answer"),
    path("buttons/", buttons.buttons, name="buttons"),
    path("mine/", follow_up.mine, name="mine"),
    path("mine/more/<slug:code>/", follow_up.more, name="more"),
    path("mine/correct/", follow_up.correct, name="correct"),
    path("mine/withdraw/", follow_up.withdraw, name="withdraw"),
    path("mine/who-may-know/", follow_up.disclose, name="disclose"),
]
