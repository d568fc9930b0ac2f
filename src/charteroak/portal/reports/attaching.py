"""The page on which whoever holds a receipt adds files to a report."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from charteroak.errors import AccessError, InputError
from charteroak.portal.forms import QuestionForm, form_page
from charteroak.portal.page import Page
from charteroak.portal.reports.receipt_cookie import receipts_of
from charteroak.portal.visitors import count_stranger
from charteroak.records.accounts.models import User
from charteroak.services.incident_reports import report_to_extend
from charteroak.services.report_attachments import FILE_LIMIT_BYTES, NewAttachment, attach_file
from charteroak.services.request_limits import REPORTS

MEGABYTE = 1 << 20


class AttachForm(QuestionForm):
    """A receipt and a file."""

    field_order = ("receipt", "file")

    receipt = forms.CharField(
        label=gettext_lazy("Your receipt"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "A log, a picture of the screen, a ransom note, a mail. At most 64 MB. Programs are kept and never run. "
            "Only the desk's analysts can read it."
        ),
        allow_empty_file=True,
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def attach(request: HttpRequest) -> HttpResponse:
    """Add a file to a report; another after it."""
    is_sent = request.method == "POST"
    receipt = receipts_of(request).filed
    start: dict[str, Any] = {"receipt": receipt} if receipt else {}
    form = AttachForm(request.POST, request.FILES) if is_sent else AttachForm(initial=start)
    if is_sent and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        size = file.size or 0
        count_stranger(request, REPORTS, cost=1 + min(size, FILE_LIMIT_BYTES) // MEGABYTE)
        try:
            report = report_to_extend(receipt=form.cleaned_data["receipt"])
        except (InputError, AccessError) as error:
            form.add_error("receipt", f"{error.message} {error.remedy}")
        else:
            user = request.user if isinstance(request.user, User) else None
            name = file.name or ""
            try:
                kept = attach_file(report, NewAttachment(name, file.file), user=user, channel="web")  # type: ignore[arg-type] # a binary file
            except InputError as error:
                form.add_error("file", f"{error.message} {error.remedy}")
            else:
                count = report.attachments.count()
                sentence = ngettext(
                    "The file is with the desk.", "The file is with the desk; %(count)s files now.", count
                ) % {"count": count}
                page = Page(_("Add a file to a report"), sentence)
                again = AttachForm(initial={"receipt": report.receipt})
                return form_page(request, "reports/attach.html", {"page": page, "form": again, "kept": kept})
    page = Page(_("Add a file to a report"), _("Files go sealed to the desk; your receipt says which report is yours."))
    return form_page(request, "reports/attach.html", {"page": page, "form": form})
