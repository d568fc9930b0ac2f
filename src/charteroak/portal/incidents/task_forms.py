"""Forms about the tasks of an incident: which playbooks it follows, and what is said of one task."""

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.incidents.fields import MomentField
from charteroak.portal.programs.forms import NoteField
from charteroak.records.incident_work.models import TaskStep
from charteroak.response.playbooks import load_playbooks

OUTCOMES = (
    (TaskStep.Outcome.DONE, _("It is done")),
    (TaskStep.Outcome.NOT_NEEDED, _("It is not needed here")),
    (TaskStep.Outcome.REASSIGNED, _("Somebody else does it")),
    (TaskStep.Outcome.REOPENED, _("It is to be done again")),
)


class PlaybooksForm(QuestionForm):
    """What it looks like, and from when its times are counted."""

    playbooks = forms.MultipleChoiceField(
        label=_("What does it look like?"),
        help_text=_("One, or several if it is more than one thing. You can change it later; what was done stays."),
        widget=ManyChoices,
        choices=lambda: [(book.id, book.title) for book in load_playbooks().values()],
    )
    start = MomentField(
        label=_("When was it noticed?"), help_text=_("From here each task has its time. Day and time in Connecticut.")
    )


class TaskForm(QuestionForm):
    """One word about one task."""

    not_marked = frozenset({"outcome"})
    outcome = forms.ChoiceField(label=_("What about it?"), choices=OUTCOMES, widget=Choices)
    owner = forms.CharField(
        label=_("Who does it now?"),
        help_text=_("If somebody else does it: a name or a title."),
        required=False,
        max_length=200,
    )
    note = NoteField(label=_("Why, or what was found?"), help_text=_("If it is not needed, say why."))
