"""Addresses below an organisation's ``incidents/``; each page of an incident has a module of its own."""

from django.urls import path

from charteroak.portal.incidents import (
    custody,
    custody_item,
    duties,
    facts,
    incident,
    notice_recording,
    notices,
    overview,
    severity,
    tasks,
)

app_name = "incidents"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("new/", overview.open_new, name="open"),
    path("<slug:number>/", incident.incident, name="incident"),
    path("<slug:number>/close/", incident.close, name="close"),
    path("<slug:number>/facts/", facts.facts, name="facts"),
    path("<slug:number>/facts/history/", facts.history, name="facts-history"),
    path("<slug:number>/facts/finding/", facts.finding, name="finding"),
    path("<slug:number>/facts/<slug:part>/", facts.part, name="facts-part"),
    path("<slug:number>/duties/", duties.duties, name="duties"),
    path("<slug:number>/notices/", notices.notices, name="notices"),
    path("<slug:number>/notices/answers/<slug:group>/", notice_recording.answers, name="notice-answers"),
    path("<slug:number>/notices/delay/", notice_recording.delay, name="decisions"),
    path("<slug:number>/notices/sent/<int:sending>/withdraw/", notice_recording.withdraw, name="notice-withdraw"),
    path("<slug:number>/notices/of/<slug:notice>/", notices.notice, name="notice"),
    path("<slug:number>/notices/of/<slug:notice>/words/", notice_recording.words, name="notice-words"),
    path("<slug:number>/notices/of/<slug:notice>/sent/", notice_recording.sent, name="notice-sent"),
    path("<slug:number>/notices/of/<slug:notice>/file.<slug:form>", notices.notice_download, name="notice-file"),
    path("<slug:number>/custody/", custody.custody, name="custody"),
    path("<slug:number>/custody/new/", custody.take, name="take-item"),
    path("<slug:number>/custody/hold/", custody.hold, name="hold"),
    path("<slug:number>/custody/export.zip", custody.export, name="custody-export"),
    path("<slug:number>/custody/<int:place>/", custody_item.item, name="item"),
    path("<slug:number>/custody/<int:place>/label.pdf", custody_item.label, name="item-label"),
    path("<slug:number>/custody/<int:place>/receipt.pdf", custody_item.receipt, name="item-receipt"),
    path("<slug:number>/severity/", severity.severity, name="severity"),
    path("<slug:number>/severity/judge/", severity.judge, name="judge"),
    path("<slug:number>/tasks/", tasks.tasks, name="tasks"),
    path("<slug:number>/tasks/playbooks/", tasks.choose, name="playbooks"),
    path("<slug:number>/tasks/card.pdf", tasks.card, name="card"),
    path("<slug:number>/tasks/<slug:playbook>/<slug:step>/", tasks.task, name="task"),
]
