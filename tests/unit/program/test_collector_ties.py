"""The table that ties collectors to practices: every name in it is known, and a tie needs all its claims."""

from datetime import date

from charteroak.collectors.collected import Collected, Observation
from charteroak.program.collector_ties import load_collector_ties, practices_spoken_for
from charteroak.program.practices import load_practices


def drop(**holds: bool | None) -> Collected:
    claims = tuple(Observation(name.replace("_", "-"), value, "Said.") for name, value in holds.items())
    return Collected("a", "1", "The server", date(2026, 1, 1), date(2026, 1, 1), claims)


def test_every_tie_names_a_practice_of_this_release_and_claims_of_the_table() -> None:
    table = load_collector_ties()
    assert {tie.practice for tie in table.ties} <= set(load_practices().by_id)
    assert {claim for tie in table.ties for claim in tie.needs} <= set(table.claims)
    assert all(claim.severity is not None for claim in table.claims.values() if claim.if_not is not None)


def test_a_practice_is_shown_only_where_every_claim_holds() -> None:
    for restored, shows in ((True, True), (False, False), (None, False)):
        (spoken,) = practices_spoken_for(drop(backups_succeeded=True, restore_tested=restored))
        assert spoken.shows is shows
    (spoken,) = practices_spoken_for(drop(backups_succeeded=True))
    assert spoken.shows is False
    assert spoken.observations[1].detail == "This drop does not say."


def test_a_drop_that_answers_no_practice_speaks_for_none() -> None:
    assert practices_spoken_for(drop(caa=True, dnssec=True)) == ()
