"""From answers to what is recorded: no more than was said, and nothing that was known is lost."""

import pytest

from charteroak.program.bodies import Handles, Information, OrganisationDescribed, Regime
from charteroak.program.start.answers import About, Obligations, StartAnswers, Store
from charteroak.program.start.description import describe, regimes_of, start_document
from charteroak.program.start.proposal import propose

PAYROLL = Store(place="Payroll", kinds=("names", "social-security"), owned="own")


@pytest.mark.parametrize(
    ("regulated", "contracts", "regimes"),
    [
        ((), (), None),
        (("unsure",), (), None),
        (("none",), (), ()),
        (("patients", "money"), (), ("hipaa", "glba")),
        (("bank-or-insurer", "money"), (), ("glba",)),
        (("unsure", "patients"), (), ("hipaa",)),
        (("none",), ("federal-systems",), ("fisma",)),
        (("none",), ("defense-data",), ()),
    ],
)
def test_laws_are_those_that_were_named_and_not_knowing_stays_unknown(
    regulated: tuple[str, ...], contracts: tuple[str, ...], regimes: tuple[Regime, ...] | None
) -> None:
    assert regimes_of(Obligations(regulated=regulated, contracts=contracts)) == regimes


def test_a_first_description_says_what_was_said_and_leaves_the_rest_open() -> None:
    about = About(kind="llc", people=9)
    body = describe("Elm Hollow", about, StartAnswers(about=about, stores=(PAYROLL,)), None)
    assert body == OrganisationDescribed(
        name="Elm Hollow",
        kind="llc",
        regulated_by=None,
        employees=9,
        handles=Handles(maintains=True),
        information=Information(personal=True, restricted=False, owned_or_licensed=True, publicly_available=False),
    )


def test_what_was_not_asked_or_not_said_stays_as_it_is_on_record() -> None:
    known = OrganisationDescribed(
        name="Old name",
        kind="corporation",
        regulated_by=("glba",),
        employees=40,
        handles=Handles(processes=True),
        information=Information(personal=True, restricted=True),
    )
    body = describe("Elm Hollow", About(kind="llc"), StartAnswers(), known)
    assert (body.name, body.kind, body.regulated_by, body.employees) == ("Elm Hollow", "llc", ("glba",), 40)
    assert body.handles == known.handles
    assert body.information == known.information


def test_the_document_that_is_kept_says_what_was_proposed_and_claims_nothing() -> None:
    answers = StartAnswers(stores=(PAYROLL,))
    document = start_document(answers, propose(answers))
    assert document["information"][0]["personal"]["says"] == "yes"
    assert document["proposed"]["framework"] == "nist-csf"
    assert "not shown to satisfy Connecticut" in document["proposed"]["limit"]
    assert document["claims"].startswith("None.")
