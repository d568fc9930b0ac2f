"""Forms of the hunts."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm


class ManyFiles(forms.ClearableFileInput):
    """The browser's own file field, for several files."""

    allow_multiple_selected = True


class LogFilesField(forms.FileField):
    """Several files, each as one ``FileField`` would take it."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """The files, in the order in which they were chosen."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(LogFilesField, self).clean(file, initial) for file in files]


class HuntForm(QuestionForm):
    """The logs to search."""

    logs = LogFilesField(
        label=_("Which logs shall be searched?"),
        help_text=_("Text, JSON Lines, CSV or Windows event logs; plain, gzip or zstd. At most 64 MB each."),
    )
