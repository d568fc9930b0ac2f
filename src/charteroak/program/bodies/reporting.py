"""Bodies about what became of a report: supplemented, corrected, withdrawn, told to more people.

``number`` counts the versions of one report from 1, which is what was filed first; ``sha256`` is of the version's
canonical record. The receipt is a secret of the reporter and stands nowhere here.
"""

from typing import Annotated, Literal

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, Digest, Line, Text
from charteroak.program.bodies.sharing import ReportFiled

Number = Annotated[int, Meta(ge=2, le=2**31 - 1)]


class ReportFiledWithDigest(ReportFiled, frozen=True, kw_only=True):
    """A report was filed, with the digest of its record, or of the mail that was reported."""

    sha256: Digest | None = None


class ReportSupplemented(Body, frozen=True, kw_only=True):
    """More was told of a report, or all that there is to tell."""

    report: Count
    number: Number
    report_type: Literal["supplement", "final", "ransom-payment"]
    channel: Line
    sha256: Digest


class ReportCorrected(Body, frozen=True, kw_only=True):
    """Something in a report was wrong; what it said before stays readable."""

    report: Count
    number: Number
    channel: Line
    sha256: Digest
    reason: Text = ""


class ReportWithdrawn(Body, frozen=True, kw_only=True):
    """The reporter takes a report back; it counts no more and stays readable."""

    report: Count
    number: Number
    channel: Line
    reason: Text = ""


class DisclosureWidened(Body, frozen=True, kw_only=True):
    """The reporter agreed that more people may know who reported. ``words`` are those that were shown and agreed to."""

    report: Count
    number: Number
    before: Literal["desk-only", "anonymous"]
    after: Literal["named", "desk-only"]
    words: Text = ""
