"""The questions of an incident, in plain words and in parts small enough for a phone, and where each answer stands.

Every question may stay open: that is *not known*, which differs from *no*. The members are those of the duty-facts
document (``charteroak.law.duties.facts``), the only place from which duties are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from charteroak.portal.incidents.frame import Words
from charteroak.response import fact_words

Kind = Literal["answer", "moment", "number", "line", "list", "choice"]


def _translated(words: Mapping[str, str]) -> Mapping[str, Words]:
    return {code: _(word) for code, word in words.items()}


OUTCOMES: Mapping[str, Words] = _translated(fact_words.OUTCOMES)
DATA_KINDS: Mapping[str, Words] = _translated(fact_words.DATA_KINDS)
ENTITY_KINDS: Mapping[str, Words] = _translated(fact_words.ENTITY_KINDS)
ROLES: Mapping[str, Words] = _translated(fact_words.ROLES)
REGIMES: Mapping[str, Words] = _translated(fact_words.REGIMES)
LICENCES: Mapping[str, Words] = _translated(fact_words.LICENCES)
PRINCIPALS: Mapping[str, Words] = _translated(fact_words.PRINCIPALS)


@dataclass(frozen=True, slots=True)
class Question:
    """One answer of the document: its member, how it is asked, and of which kind it is."""

    member: str
    label: Words
    kind: Kind
    hint: Words = ""
    words: Mapping[str, Words] | None = None
    of: Literal["entity", "incident"] = "incident"

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in self.member)


@dataclass(frozen=True, slots=True)
class FactsPart:
    """Questions that one screen asks together."""

    code: str
    title: Words
    questions: tuple[Question, ...]


BEGAN = "beganAt"
"""Asked with the moments; it stands in the timeline and not in the document."""
RESIDENTS = "residentsAffected"

PARTS: tuple[FactsPart, ...] = (
    FactsPart(
        "what",
        _("What happened"),
        (
            Question("outcome", _("Did it succeed?"), "choice", words=OUTCOMES),
            Question("access", _("Did anybody get to see data?"), "answer", _("Opening a mailbox is enough.")),
            Question("acquisition", _("Did anybody take data away?"), "answer", _("Copied, downloaded, forwarded.")),
            Question(
                "encrypted",
                _("Were the data encrypted, and is the key safe?"),
                "answer",
                _("Only if whoever took them cannot read them."),
            ),
            Question(
                "criticalService",
                _("Is a service down that people depend on?"),
                "answer",
                _("911, water, power, care."),
            ),
        ),
    ),
    FactsPart(
        "when",
        _("When"),
        (
            Question(BEGAN, _("When did it begin, as far as you know?"), "moment"),
            Question(
                "discoveredAt",
                _("When was it discovered?"),
                "moment",
                _("When somebody of yours first knew. Most limits count from here."),
            ),
        ),
    ),
    FactsPart(
        "data",
        _("Which data, and whose"),
        (
            Question(
                "dataKinds",
                _("Which kinds of data were reached?"),
                "list",
                _("Tick nothing if you do not know yet."),
                DATA_KINDS,
            ),
            Question(RESIDENTS, _("How many people in Connecticut are affected?"), "number"),
            Question("individualsAffected", _("How many people in all?"), "number"),
            Question("materialHarm", _("Is it likely to do serious harm to anybody?"), "answer"),
        ),
    ),
    FactsPart(
        "later",
        _("What happened since"),
        (
            Question(
                "reasonableBeliefAt",
                _("When did you have good reason to believe it was serious?"),
                "moment",
                _("Credit unions count from here."),
            ),
            Question(
                "determinedAt",
                _("When did you determine what it was?"),
                "moment",
                _("Banks and carriers count from here."),
            ),
            Question(
                "determinedMaterialAt",
                _("When was it found to be material for investors?"),
                "moment",
                _("Public companies only."),
            ),
            Question(
                "contractorNoticeAt",
                _("When did your contractor tell you?"),
                "moment",
                _("School boards count from here."),
            ),
            Question("ransomPaidAt", _("When was a ransom paid?"), "moment"),
            Question("residentsNotifiedAt", _("When were the people affected told?"), "moment"),
        ),
    ),
    FactsPart(
        "who",
        _("Who you are"),
        (
            Question("kind", _("What are you?"), "choice", words=ENTITY_KINDS, of="entity"),
            Question("dataRole", _("Whose data are they?"), "choice", words=ROLES, of="entity"),
            Question(
                "regulatedBy",
                _("Which of these rules bind you?"),
                "list",
                _("Tick nothing if you do not know."),
                REGIMES,
                "entity",
            ),
            Question(
                "licences",
                _("Do you have one of these licenses?"),
                "list",
                _("Tick nothing if you do not know."),
                LICENCES,
                "entity",
            ),
            Question(
                "contractorOf",
                _("Do you hold the data for one of these, under a contract?"),
                "list",
                _("Tick nothing if you do not know."),
                PRINCIPALS,
                "entity",
            ),
            Question(
                "contractHours", _("Within how many hours does the contract ask for notice?"), "number", of="entity"
            ),
            Question("publicCompany", _("Are your shares traded in public?"), "answer", of="entity"),
            Question(
                "domicile",
                _("In which state are you at home?"),
                "line",
                _("Insurance licensees: CT, for example."),
                of="entity",
            ),
        ),
    ),
)
PART_BY_CODE = {part.code: part for part in PARTS}
