"""The body of a message beside the digests that its signatures name (RFC 6376 section 3.7)."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from charteroak.mail.dkim import canonical
from charteroak.mail.dkim.signature import Signature


@dataclass(frozen=True, slots=True)
class ComparedBody:
    """How the body compares (``unchanged``, ``changed``, ``partly-signed``, ``not-signed``), and what to say of it."""

    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BodyDigests:
    """Digests of the beginnings of a body that some signatures cover, by canonical form and length."""

    _lengths: dict[str, int]
    _digests: dict[tuple[str, int], str]

    def compared(self, signature: Signature) -> ComparedBody:
        """The body beside what one of the signatures says; what stands behind its length is nobody's (section 8.2)."""
        whole = self._lengths[signature.body_form]
        length = whole if signature.length is None else signature.length
        if self._digests.get((signature.body_form, length)) != signature.body_hash:
            return ComparedBody("changed", "The body is not as it was when it was signed.")
        if length == whole:
            return ComparedBody("unchanged")
        if length == 0:
            return ComparedBody("not-signed", "Nothing of the body is signed: all of it may be anybody's.")
        reason = f"Only the first {length} of {whole} bytes of the body are signed: what follows may be anybody's."
        return ComparedBody("partly-signed", reason)


def body_digests(content: bytes, signatures: Collection[Signature]) -> BodyDigests:
    """What is needed to compare a body with each of these; it is read once for each form, however many lengths."""
    lengths: dict[str, int] = {}
    digests: dict[tuple[str, int], str] = {}
    for form in {signature.body_form for signature in signatures}:
        body = memoryview(canonical.body(content, form))
        lengths[form] = len(body)
        named = {signature.length for signature in signatures if signature.body_form == form}
        read, running = 0, hashlib.sha256()
        for length in sorted({len(body) if each is None else each for each in named}):
            if length <= len(body):
                running.update(body[read:length])
                read = length
                digests[form, length] = base64.b64encode(running.copy().digest()).decode()
    return BodyDigests(lengths, digests)
