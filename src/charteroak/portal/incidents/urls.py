"""Addresses below an organisation's ``incidents/``; each page of an incident has a module of its own."""

from django.urls import path

from charteroak.portal.incidents import duties, facts, incident, overview, severity, tasks

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
    path("<slug:number>/severity/", severity.severity, name="severity"),
    path("<slug:number>/severity/judge/", severity.judge, name="judge"),
    path("<slug:number>/tasks/", tasks.tasks, name="tasks"),
    path("<slug:number>/tasks/playbooks/", tasks.choose, name="playbooks"),
    path("<slug:number>/tasks/card.pdf", tasks.card, name="card"),
    path("<slug:number>/tasks/<slug:playbook>/<slug:step>/", tasks.task, name="task"),
]
