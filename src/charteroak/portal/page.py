"""What every page says first: its subject, and the answer to the one question it is for."""

from dataclasses import dataclass

from django.utils.functional import Promise

from charteroak.records.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class Crumb:
    """A page above this one."""

    label: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """Given to templates as ``page``. The subject is also the window's title; the answer is one spoken sentence."""

    subject: str | Promise
    answer: str | Promise
    crumbs: tuple[Crumb, ...] = ()
    organisation: Organisation | None = None
