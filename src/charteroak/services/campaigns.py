"""Reports find their campaigns: each new one joins its own, and what an analyst decided is kept.

Which reports form a campaign is a function of the reports at a desk and the standing decisions; the order in which
reports came does not matter. A new report therefore regroups what it touches: the campaigns of the lures with which it
shares a proof, and those of the lures that bear a trait which became more common by it. See ``docs/campaigns.md``.
"""

from collections.abc import Sequence

from charteroak.mail.evidence import desk_salt, digest_of, evidence_of, profile_of, rarity_percent
from charteroak.mail.fingerprint import CampaignKey
from charteroak.mail.proofs import proofs_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Lure, Report
from charteroak.services import trait_index
from charteroak.services.campaign_links import keys_of
from charteroak.services.regrouping import regroup


def codes_of(lure: Lure) -> tuple[int, ...]:
    """The codes of a lure's traits that take part in linking."""
    return tuple(evidence_of(keys_of(lure), desk_salt(lure.desk_id)))


def place_report(report: Report, keys: Sequence[CampaignKey]) -> None:
    """Give a report its lure and its campaign, in the transaction of the caller; a report of an exercise gets none.

    A report that has a lure already (it was analysed again) leaves it first.
    """
    if report.space_id is not None:
        return
    trait_index.lock_desk(report.desk)
    touched = _left(report) if report.lure_id is not None else set()
    if keys:
        touched |= _joined(report, keys)
    regroup(report.desk, touched)
    report.refresh_from_db(fields=["campaign", "lure"])


def _joined(report: Report, keys: Sequence[CampaignKey]) -> set[int]:
    """The report takes its lure; the answer is the lures whose groups may change by it."""
    salt = desk_salt(report.desk_id)
    evidence, profile = evidence_of(keys, salt), profile_of(keys, salt)
    traits = [[key.kind, key.value] for key in sorted(set(keys))]
    lure, is_new = Lure.objects.get_or_create(
        desk=report.desk, digest=digest_of(keys, salt), defaults={"profile": profile, "traits": traits}
    )
    is_new = is_new or not lure.reports.exists()
    report.lure = lure
    report.save(update_fields=["lure"])
    touched = {lure.pk}
    if is_new:
        bearers = trait_index.bearers_of(report.desk, evidence)
        trait_index.add_lure(report.desk, lure.pk, profile, evidence)
        touched |= _relatives(report.desk, bearers) | _unsettled(report.desk, bearers)
    return touched


def _left(report: Report) -> set[int]:
    """The report leaves its lure, which goes when it was the last; the answer is the lures whose groups may change."""
    lure = report.lure
    if lure is None:
        return set()
    old = report.campaign
    touched = {lure.pk}
    if old is not None:
        touched |= set(Lure.objects.filter(reports__campaign=old).values_list("pk", flat=True))
    report.lure = report.campaign = None
    report.save(update_fields=["lure", "campaign"])
    if not lure.reports.exists():
        codes = codes_of(lure)
        before = trait_index.bearers_of(report.desk, codes)
        trait_index.remove_lure(report.desk, lure.pk, codes)
        touched |= _unsettled(report.desk, before)
        touched.discard(lure.pk)
        lure.delete()
    return touched


def _relatives(desk: Organisation, bearers: dict[int, trait_index.Bearers]) -> set[int]:
    """The lures that share a proof with a new one, which bears these traits."""
    counts = trait_index.profiles_of_traits(desk, bearers)
    shared: dict[int, list[int]] = {}
    for code in sorted(bearers):
        if rarity_percent(counts[code]):
            for lure in bearers[code].lures:
                shared.setdefault(lure, []).append(code)
    known: dict[tuple[int, ...], bool] = {}
    related = set()
    for lure, codes in shared.items():
        key = tuple(codes)
        if key not in known:
            known[key] = bool(proofs_of(key, counts))
        if known[key]:
            related.add(lure)
    return related


def _unsettled(desk: Organisation, before: dict[int, trait_index.Bearers]) -> set[int]:
    """The lures that bear a trait whose rarity went another step: their links may have come or gone."""
    after = trait_index.bearers_of(desk, before)
    return {
        lure
        for code, bearers in before.items()
        if rarity_percent(bearers.profiles) != rarity_percent(after[code].profiles)
        for lure in after[code].lures
    }
