"""What the release gate is asked against: the shipped warning lists, and everyone whose words must not leave.

The terms are gathered anew for each decision from all members, their people and domains, and every reporter the desk
ever had, so that a name recorded a minute ago is protected in the next release.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from charteroak.intel.audiences import Audience
from charteroak.intel.confidentiality import ConfidentialTerms, confidential_terms
from charteroak.intel.indicators import Indicator
from charteroak.intel.release_gate import Refusal, Release, review_release
from charteroak.intel.warning_lists import WarningLists, load_warning_lists
from charteroak.observables import Observable, ObservableError, ObservableType, parse_observable
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import IndicatorRecord, OwnDomain
from charteroak.records.reports.models import Report
from charteroak.tlp import TLPLabel

_REPORTER_KEYS = ("details__reporterName", "details__reporterContact", "details__technicalContact")


@dataclass(frozen=True, slots=True)
class Review:
    """The lists and terms of one decision, or of several made together."""

    lists: WarningLists
    terms: ConfidentialTerms

    def of(self, record: IndicatorRecord, audience: Audience) -> Release | Refusal:
        """What the gate says of an indicator for an audience."""
        return review_release(
            to_domain(record), audience=audience, warning_lists=self.lists, confidential_terms=self.terms
        )


def to_domain(record: IndicatorRecord, *, revoked: bool = False) -> Indicator:
    """A record as the domain's indicator."""
    return Indicator(
        id=record.stix_id,
        observable=Observable(ObservableType(record.type), record.value),
        tlp=TLPLabel(record.tlp),
        valid_from=record.valid_from,
        valid_until=record.valid_until,
        created=record.created,
        modified=record.modified,
        name=record.name,
        description=record.description,
        campaign=record.campaign,
        confidence=record.confidence,
        revoked=revoked,
    )


def review_for(desk: Organisation, records: Iterable[IndicatorRecord]) -> Review:
    """The lists and terms of this moment for some of a desk's indicators.

    Who received the mails that these indicators were found in (``confidential`` of each) is protected as well.

    Raises:
        WarningListError: a list cannot be read. Without its lists the gate does not open.
    """
    terms = confidential_terms()
    members = Organisation.objects.exclude(part=Organisation.Part.DESK)
    for name in members.values_list("name", flat=True).iterator():
        terms.organisations.add_name(name)
    for domain in OwnDomain.objects.filter(organisation__in=members).values_list("domain", flat=True):
        terms.known.add_domain(domain)
    for user in User.objects.filter(memberships__organisation__in=members).distinct().iterator():
        terms.known.add_name(user.get_full_name())
        terms.known.add_address(user.email)
    for is_known, contact in _reporters(desk):
        (terms.known if is_known else terms.claimed).add_contact(contact)
    for record in records:
        for contact in record.confidential:
            terms.claimed.add_contact(str(contact))
    protected = {*OwnDomain.objects.values_list("domain", flat=True), *terms.known.domains}
    return Review(load_warning_lists().with_own_domains(_usable(protected)), terms)


def _reporters(desk: Organisation) -> Iterator[tuple[bool, str]]:
    """What reporters said of themselves, and whether each was signed in or filed for an organisation we know."""
    known = ("filed_by", "organisation")
    rows = Report.objects.filter(desk=desk).order_by().values_list(*known, *_REPORTER_KEYS).distinct()
    for filed_by, organisation, *texts in rows.iterator():
        is_known = filed_by is not None or organisation is not None
        yield from ((is_known, text) for text in texts if isinstance(text, str) and text)


def _usable(domains: Iterable[str]) -> Iterator[str]:
    """Those that are domain names. What a reporter typed may be none; as a text it is looked for all the same."""
    for domain in domains:
        try:
            yield parse_observable(domain, ObservableType.DOMAIN).value
        except ObservableError:
            continue
