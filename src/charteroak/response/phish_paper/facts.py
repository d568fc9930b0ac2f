"""What the paper may say of a reported mail, after the reporter's choice was obeyed.

The organisation is named only where the reporter said so; no person ever is. At every other level the names of relays
and domains of the receiving side are masked, too, for they name the town as well as its seal does. A reporter's own
copy has blanks where others read that something is withheld.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from charteroak.intel.confidentiality import ConfidentialTerms, confidential_terms
from charteroak.mail.domains import has_listed_suffix, normal_host, registrable_domain
from charteroak.mail.particulars import Particulars
from charteroak.mail.people import PLACEHOLDER
from charteroak.mail.receiving_side import ReceivingSide
from charteroak.mail.safe_markup import safe_text
from charteroak.response.own_sites import OwnSites, packaged_sites
from charteroak.response.phish_paper.words import PaperWords
from charteroak.response.protected_receivers import Withholding, protect_receivers, why_withheld

_BARE_HOST = re.compile(r"(?<![\w@.\]-])(?:[a-z0-9-]{1,63}\.){1,20}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
WITHHELD = "Withheld: only the desk may know who reported, as they chose."
NOT_KEPT = "Not kept: it was reported without a name."
PERSON_WITHHELD = "Withheld: the reporter agreed that the organization may be named, no person."
NOTE_WITHHELD = "Withheld: it may tell who reported. The desk has it."


@dataclass(frozen=True, kw_only=True)
class PhishFacts:
    """A reported mail, or one that was never filed (then ``number`` is ``None``).

    ``analysis`` is the document of ``Analysis.to_json``; ``particulars`` is ``None`` where the mail's bytes are gone.
    ``disclosure``: named, desk-only or anonymous. ``masked_names``: of the organisation, ``masked_people``: of whoever
    reported, as they may stand in the mail. ``own_domains``: known to be the reporter's, a receiver's or, of a report
    without a name, any member's. ``outcome`` and ``deeds`` are codes; ``sophisticated``: the sentences of the triage.
    ``language``: of the paper.
    """

    analysis: Mapping[str, Any]
    dated: datetime
    particulars: Particulars | None = None
    disclosure: str = "desk-only"
    number: int | None = None
    organisation: str = ""
    masked_names: tuple[str, ...] = ()
    masked_people: tuple[str, ...] = ()
    own_domains: frozenset[str] = frozenset()
    note: str = ""
    outcome: str = ""
    deeds: tuple[str, ...] = ()
    sophisticated: tuple[str, ...] = ()
    campaign: str = ""
    campaign_reasons: tuple[str, ...] = ()
    for_reporter: bool = False
    is_fictional: bool = False
    weights_reviewed: str = ""
    language: str = "en"
    sites: OwnSites = field(default_factory=packaged_sites)
    """True sites of public bodies, which are no addresses of the attacker."""

    @property
    def scale(self) -> tuple[float, float] | None:
        """From how many points on a mail was suspicious, and phishing, when this one was judged.

        ``None`` where an older release kept no bounds: those of today would contradict a verdict of another table.
        """
        bounds = self.analysis.get("thresholds")
        return (float(bounds["suspicious"]), float(bounds["phishing"])) if bounds else None

    @property
    def say(self) -> PaperWords:
        """The words of the paper, in its language."""
        return PaperWords(self.language)

    def tell(self, text: str) -> str:
        """A text from the mail, fit to be printed: receivers masked, nothing that hides or turns, hosts defanged."""
        return _BARE_HOST.sub(self._defanged, self.tell_name(text))

    def tell_name(self, text: str) -> str:
        """The same for the name of a file, which has dots and is no host."""
        shown = safe_text(text if self._mask is None else self._mask.sub(self.say("mask"), text))
        return shown.replace(PLACEHOLDER, self.say("recipient"))

    def _defanged(self, host: re.Match[str]) -> str:
        is_host = has_listed_suffix(host[0].lower()) or registrable_domain(host[0].lower()) in self._seen
        return host[0].replace(".", "[.]") if is_host else host[0]

    @cached_property
    def _seen(self) -> frozenset[str]:
        """Domains that stand in the mail."""
        hosts = (_host_of(each) for each in self.analysis.get("observables", ()))
        return frozenset(registrable_domain(host) for host in hosts if host)

    @cached_property
    def _mask(self) -> re.Pattern[str] | None:
        """What is masked, which is for ``mail.receiving_side`` to say; that the lure names a domain frees none."""
        if self.for_reporter:
            return None
        domains, relays = self._masked_domains_and_relays
        hosts = "|".join(re.escape(each) for each in _longest_first(domains))
        addresses = "|".join(re.escape(each) for each in _longest_first(relays))
        masked = self.masked_people if self.disclosure == "named" else (*self.masked_names, *self.masked_people)
        names = "|".join(_spaced(name) for name in _longest_first(masked) if name.strip())
        parts = [rf"(?<![\w-])(?:[\w-]+\.)*(?:{hosts})(?![\w-])(?!\.\w)"] if hosts else []
        parts += [rf"(?<![^\W_])(?:{names})(?![^\W_])"] if names else []
        parts += [rf"(?<![\w.:])(?:{addresses})(?![\w:]|\.\d)"] if addresses else []
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    @property
    def _masked_domains_and_relays(self) -> tuple[frozenset[str], frozenset[str]]:
        if self.disclosure == "named":
            return frozenset(), frozenset()
        side = ReceivingSide() if self.particulars is None else self.particulars.receivers
        return side.masked(self.own_domains), side.addresses

    @cached_property
    def _terms(self) -> ConfidentialTerms:
        terms = confidential_terms(names=self.masked_people)
        if self.disclosure != "named":
            side = None if self.particulars is None else self.particulars.receivers
            protect_receivers(terms, side, self.own_domains)
            for name in self.masked_names:
                terms.organisations.add_name(name)
        return terms

    def why_withheld(self, seen: Mapping[str, Any]) -> Withholding | None:
        """Why an observable of the analysis does not stand in the paper."""
        return None if self.for_reporter else why_withheld(self._terms, seen, self.sites)

    def value(self, name: str) -> str | None:
        """The answer to a field of the map; ``None``: it is not known, and stays blank."""
        if name.startswith("reporter."):
            return self._about_reporter(name)
        if name == "report.note":
            return self._note()
        known: Mapping[str, str] = {
            "report.disclosure": self.say.disclosure(self.disclosure),
            "report.received": "" if self.number is None else self.say.moment(self.dated),
            "report.outcome": self.say.outcome(self.outcome),
            "report.deeds": "; ".join(self.say.deed(deed) for deed in self.deeds),
            "mail.subject": self.tell(str(self.analysis.get("subject", ""))),
            "mail.sender": self.tell(str(self.analysis.get("from", ""))),
            "mail.date": _date(self.analysis.get("date"), self.say),
            "mail.sha256": str(self.analysis.get("sha256", "")),
            "analysis.verdict": str(self.analysis.get("verdict", "")),
            "analysis.sophisticated": " ".join(map(self.tell, self.sophisticated)),
            "campaign": self.tell(self.campaign),
        }
        return known.get(name) or None

    def _about_reporter(self, name: str) -> str | None:
        if self.for_reporter or self.number is None:
            return None
        if self.disclosure == "anonymous":
            return NOT_KEPT
        if self.disclosure != "named":
            return WITHHELD
        if name == "reporter.organization":
            return self.organisation or None
        return PERSON_WITHHELD

    def _note(self) -> str | None:
        if not self.note or self.for_reporter:
            return safe_text(self.note) or None
        # What people write is signed as often as not, and names others; no list of names makes it fit to be handed on.
        return NOTE_WITHHELD


def _date(text: object, say: PaperWords) -> str:
    try:
        return say.moment(datetime.fromisoformat(str(text))) if text else ""
    except ValueError:
        return ""


def _host_of(observable: Mapping[str, Any]) -> str:
    value = str(observable.get("value", ""))
    if observable.get("type") == "url":
        value = value.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0]
    return normal_host(value.rpartition("@")[2])


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(text), text))


def _spaced(name: str) -> str:
    """A name with whatever blanks and hyphens its words are parted by."""
    return r"[\s_-]*".join(re.escape(word) for word in name.split())
