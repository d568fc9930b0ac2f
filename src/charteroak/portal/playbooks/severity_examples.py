"""Made-up incidents with the answers behind their scores, so that anybody can work them again."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.portal.page import Crumb, Page
from charteroak.portal.playbooks.severity_rules import severity_rules
from charteroak.response.disruption_levels import DisruptionLevel, load_levels
from charteroak.response.severity import Score, Severity, assess_severity, shown
from charteroak.response.severity_examples import WorkedExample, load_examples
from charteroak.response.severity_picture import points_in_words


@dataclass(frozen=True, slots=True)
class _Example:
    """An example as the page shows it."""

    example: WorkedExample
    severity: Severity

    @property
    def scores(self) -> Iterator[tuple[Score, str, DisruptionLevel]]:
        """Both scores, each with its number and the level of the national schema."""
        for score in (self.severity.nciss, self.severity.local):
            yield score, shown(score.high), load_levels().of(score.levels[1])

    @property
    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """For each question its answer, and the points of both models."""
        for reference, local in zip(self.severity.nciss.factors, self.severity.local.factors, strict=True):
            yield reference.factor.title, local.mildest.text, points_in_words(reference), points_in_words(local)


@login_not_required
@require_safe
def severity_examples(request: HttpRequest) -> HttpResponse:
    """How bad is bad: worked examples, the levels and whose they are, and the rules of our own profile."""
    examples = [_Example(example, assess_severity(example.parsed)) for example in load_examples()]
    page = Page(
        _("How severe is an incident?"),
        _("Made-up incidents, each with the answers behind its score."),
        (Crumb(_("What to do now"), reverse("playbooks:overview")),),
    )
    context = {"page": page, "examples": examples, **severity_rules()}
    return render(request, "playbooks/severity_examples.html", context)
