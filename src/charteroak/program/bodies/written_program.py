"""Bodies about the organisation and its written program: described, adopted, approved, reviewed, asserted."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import field

from charteroak.program.bodies.fields import Body, Count, Digest, Files, Line, OptionalLine, Part, PracticeId, Text

OrganisationKind: TypeAlias = Literal[
    "individual", "sole-proprietor", "partnership", "firm", "corporation", "trust", "llc", "llp", "joint-stock",
    "joint-venture", "association", "nonprofit", "other-legal-entity", "municipality", "public-school-district",
    "state-agency",
]  # fmt: skip
"""Legal forms, as the safe-harbor facts document spells them."""

Regime: TypeAlias = Literal["hipaa", "hitech", "glba", "fisma"]


class Handles(Part, frozen=True, kw_only=True):
    """What the organisation does with personal or restricted information (element E2)."""

    accesses: bool | None = None
    maintains: bool | None = None
    communicates: bool | None = None
    processes: bool | None = None


class Information(Part, frozen=True, kw_only=True):
    """Which information it is (elements E3 and E4)."""

    personal: bool | None = None
    restricted: bool | None = None
    owned_or_licensed: bool | None = None
    restricted_unreadable: bool | None = None
    publicly_available: bool | None = None


class OrganisationDescribed(Body, frozen=True, kw_only=True):
    """What the organisation says it is."""

    name: Line
    kind: OrganisationKind
    regulated_by: tuple[Regime, ...] | None = None
    employees: Count | None = None
    handles: Handles = Handles()
    information: Information = Information()


class ProgramAdopted(Body, frozen=True, kw_only=True):
    """A version of the written program was adopted. Without ``practices`` it promises the starting ones.

    Those are the sixteen that were all there was when this kind of entry was made; a larger set changes no old promise.
    """

    title: Line
    version: Line
    document_sha256: Digest
    by: Line
    practices: tuple[PracticeId, ...] = ()


class ProgramAdoptedWithFiles(ProgramAdopted, frozen=True, kw_only=True):
    """The same, with the other forms of that document: the one to go on writing in, and the one to compare by."""

    files: Files = ()


class ProgramApproved(Body, frozen=True, kw_only=True):
    """Someone with authority approved a version."""

    version: Line
    by: Line
    role: Line


class ProgramReviewed(Body, frozen=True, kw_only=True):
    """A version was reviewed, whether or not anything changed."""

    version: Line
    by: Line
    outcome: Literal["no-change", "changed", "changes-needed"]
    note: Text = ""


class Statement(Part, frozen=True, kw_only=True):
    """Whether the written program does something, and where in it that stands."""

    holds: bool | None = None
    where: OptionalLine = ""


class Safeguards(Part, frozen=True, kw_only=True):
    """The three kinds of safeguard (element E9)."""

    administrative: Statement = Statement()
    technical: Statement = Statement()
    physical: Statement = Statement()


class Objectives(Part, frozen=True, kw_only=True):
    """What the program is designed to do (element E10)."""

    confidentiality: Statement = Statement()
    threats_or_hazards: Statement = Statement()
    unauthorized_access_and_acquisition: Statement = Statement()


class Scale(Part, frozen=True, kw_only=True):
    """What the program's scale and scope rest on (element E11)."""

    size_and_complexity: Statement = Statement()
    activities: Statement = Statement()
    sensitivity: Statement = Statement()
    cost_and_tools: Statement = Statement()


class ProgramDescribed(Body, frozen=True, kw_only=True):
    """What the written program contains."""

    safeguards: Safeguards = Safeguards()
    objectives: Objectives = Objectives()
    scale: Scale = Scale()


class EditionAdopted(Body, frozen=True, kw_only=True):
    """A named officer asserts how the program stands to one edition of a framework, from one day to another."""

    framework: Line
    edition: Line
    status: Literal["conforms", "partly", "does-not", "unknown"]
    from_: date = field(name="from")
    to: date | None = None
    asserted_by: Line
