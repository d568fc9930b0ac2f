"""Addresses below an organisation's ``exercises/``."""

from django.urls import path

from charteroak.portal.exercises import facilitator, report_pages

app_name = "exercises"
urlpatterns = [
    path("", facilitator.overview, name="overview"),
    path("new/", facilitator.new, name="new"),
    path("<int:number>/", facilitator.board, name="board"),
    path("<int:number>/step/", facilitator.step, name="step"),
    path("<int:number>/seen/", facilitator.tick, name="tick"),
    path("<int:number>/report/", report_pages.report, name="report"),
    path("<int:number>/report/file/", report_pages.file_report, name="file"),
    path("<int:number>/report.<slug:form>", report_pages.report_file, name="report-file"),
]
