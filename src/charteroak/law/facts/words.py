"""The closed vocabularies of the facts document. A word outside its list is refused, never guessed."""

from enum import StrEnum


class Mode(StrEnum):
    """Judge a real breach, or ask about an imagined one on a given day."""

    BREACH = "breach"
    PROSPECTIVE = "prospective"


class OrganisationKind(StrEnum):
    """The act's list of businesses, and three public kinds on which it is silent."""

    INDIVIDUAL = "individual"
    SOLE_PROPRIETOR = "sole-proprietor"
    PARTNERSHIP = "partnership"
    FIRM = "firm"
    CORPORATION = "corporation"
    TRUST = "trust"
    LLC = "llc"
    LLP = "llp"
    JOINT_STOCK = "joint-stock"
    JOINT_VENTURE = "joint-venture"
    ASSOCIATION = "association"
    NONPROFIT = "nonprofit"
    OTHER_LEGAL_ENTITY = "other-legal-entity"
    MUNICIPALITY = "municipality"
    PUBLIC_SCHOOL_DISTRICT = "public-school-district"
    STATE_AGENCY = "state-agency"


class Regime(StrEnum):
    """A law of Route B; the word is also the code of its framework."""

    HIPAA = "hipaa"
    HITECH = "hitech"
    GLBA = "glba"
    FISMA = "fisma"


class FoundedIn(StrEnum):
    """What a claim is founded in."""

    TORT = "tort"
    CONTRACT = "contract"
    CUTPA = "cutpa"
    STATUTE = "statute"
    REGULATION = "regulation"


class LawOfClaim(StrEnum):
    """Whose law a claim is brought under."""

    CT = "ct"
    OH = "oh"
    TX = "tx"
    OTHER = "other"


class Forum(StrEnum):
    """Which court a claim is brought in."""

    CT_SUPERIOR = "ct-superior"
    FEDERAL_IN_CT = "federal-in-ct"
    OH_COURT = "oh-court"
    FEDERAL_IN_OH = "federal-in-oh"
    TX_COURT = "tx-court"
    FEDERAL_IN_TX = "federal-in-tx"
    FEDERAL_ELSEWHERE = "federal-elsewhere"
    OTHER_STATE = "other-state"


class InformationSense(StrEnum):
    """By which act's definitions information is described; every act has its own."""

    CT = "ct"
    OH = "oh"
    TX = "tx"


class ProgramScope(StrEnum):
    """Which information a program was made for; Ohio's act lets the business choose."""

    PERSONAL = "personal"
    PERSONAL_AND_RESTRICTED = "personal-and-restricted"


class BreachException(StrEnum):
    """What the act leaves out of "data breach"."""

    GOOD_FAITH_ACQUISITION = "good-faith-acquisition"
    LEGAL_PROCESS = "legal-process"


class Culpability(StrEnum):
    """What is found or alleged about gross negligence and wilful or wanton conduct."""

    COURT_FOUND_NONE = "court-found-none"
    NOT_ALLEGED = "not-alleged"
    ALLEGED = "alleged"
    SELF_ASSERTED_NONE = "self-asserted-none"
    UNKNOWN = "unknown"
    GROSS_NEGLIGENCE = "gross-negligence"
    WILFUL = "wilful"
    WANTON = "wanton"


class ConformityStatus(StrEnum):
    """What a row of the conformity list says. The two groups are those of the CIS Controls: that far, and not whole."""

    CONFORMS = "conforms"
    REASONABLY = "reasonably"
    GROUP_1 = "implementation-group-1"
    GROUP_2 = "implementation-group-2"
    PARTLY = "partly"
    DOES_NOT = "does-not"
    UNKNOWN = "unknown"


UNDATED_FRAMEWORKS = {"hitrust-csf": "HITRUST CSF", "scf": "Secure Controls Framework", "soc-2": "SOC 2"}
"""Frameworks that some act names and of whose editions we keep no dates: they are left to counsel, or do not count."""

FAILURE_OF_REASONABLE_CONTROLS = "failure-of-reasonable-controls"
"""The one allegation that the act speaks of; any other word in ``claims[].alleges`` names something else."""
