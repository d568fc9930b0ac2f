"""The steps with which a stranger checks a checkpoint: each with its files, its exact commands and what they print.

They use ``sh``, ``sed``, ``tail`` and ``openssl`` 3 alone. A test downloads the files and runs every line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from charteroak.adapters.openssl import verify_command
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, Token
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.anchor_checks import digest_stamped
from charteroak.services.log_keys import verifiers_of

_SIGNED_TEXT = "sed '/^$/,$d' checkpoint.note > checkpoint.txt"
_LINE = "sed -n 's/^— [^ ]* //p' checkpoint.note | sed -n {number}p | openssl base64 -d -A | tail -c +5 > {name}.sig"


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a step needs, by the name that its commands use."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is checked."""

    title: str
    what: str
    downloads: tuple[Download, ...]
    commands: tuple[str, ...]
    expected: str

    @property
    def script(self) -> str:
        """The commands as they are typed."""
        return "\n".join(self.commands)


def steps_for(organisation: Organisation, checkpoint: Checkpoint) -> Iterator[Step]:
    """The steps for one checkpoint, in the order in which they build on each other."""
    yield from _signature_steps(organisation, checkpoint)
    for token in Token.objects.filter(checkpoint=checkpoint, previous=None).select_related("authority", "checkpoint"):
        if token.holds:
            yield _token_step(organisation, token)
    for cosignature in Cosignature.objects.filter(checkpoint=checkpoint).select_related("witness"):
        yield _cosignature_step(organisation, cosignature)


def _url(name: str, organisation: Organisation, *arguments: object) -> str:
    return reverse(f"anchors:{name}", args=[organisation.slug, *arguments])


def _signature_steps(organisation: Organisation, checkpoint: Checkpoint) -> Iterator[Step]:
    size = checkpoint.size
    note = Download("checkpoint.note", _url("checkpoint", organisation, size))
    if verifiers_of(organisation).period_of(size).p256 is not None:
        yield Step(
            title=_("The log's P-256 key signed this checkpoint"),
            what=_("The second signature line of the note, over the text above its blank line."),
            downloads=(note, Download("p256.pem", _url("log-key", organisation, size, "p256"))),
            commands=(
                _SIGNED_TEXT,
                _LINE.format(number=2, name="p256"),
                "openssl dgst -sha256 -verify p256.pem -signature p256.sig checkpoint.txt",
            ),
            expected="Verified OK",
        )
    yield Step(
        title=_("So did its Ed25519 key"),
        what=_("The first signature line, over the same text. This needs OpenSSL 3."),
        downloads=(note, Download("ed25519.pem", _url("log-key", organisation, size, "ed25519"))),
        commands=(
            _SIGNED_TEXT,
            _LINE.format(number=1, name="ed25519"),
            "openssl pkeyutl -verify -pubin -inkey ed25519.pem -rawin -in checkpoint.txt -sigfile ed25519.sig",
        ),
        expected="Signature Verified Successfully",
    )


def _token_step(organisation: Organisation, token: Token) -> Step:
    reply, roots = f"token-{token.pk}.tsr", f"authority-{token.authority_id}.pem"
    command = verify_command(digest=digest_stamped(token), reply=reply, certificates=roots, at=token.moment)
    by_data = f"openssl ts -verify -data checkpoint.note -in {reply} -CAfile {roots} {' '.join(command[-2:])}"
    return Step(
        title=_("%(authority)s saw it by %(moment)s UTC")
        % {"authority": token.authority.name, "moment": f"{token.moment:%Y-%m-%d %H:%M:%S}"},
        what=_(
            "The authority stamped the SHA-256 of the whole note. -attime is the moment that the token names; it makes "
            "the check work after the authority's certificate has expired. Get the authority's root certificate from "
            "its operator too, and compare the two files."
        ),
        downloads=(
            Download("checkpoint.note", _url("checkpoint", organisation, token.checkpoint.size)),
            Download(reply, _url("token", organisation, token.pk)),
            Download(roots, _url("certificates", organisation, token.authority_id)),
        ),
        commands=(by_data, f"openssl ts -reply -in {reply} -text | grep 'Time stamp'"),
        expected="Verification: OK",
    )


def _cosignature_step(organisation: Organisation, cosignature: Cosignature) -> Step:
    witness = cosignature.witness
    key, size = f"witness-{witness.pk}.pem", cosignature.checkpoint.size
    key_name = witness.vkey.partition("+")[0]
    return Step(
        title=_("%(witness)s co-signed it") % {"witness": witness.name},
        what=_(
            "A witness signs that the log had this root at that moment and only grew since the witness last looked. It "
            "endorses nothing that is recorded. Get its key from its operator too, and compare."
        ),
        downloads=(
            Download("cosigned.note", _url("cosigned", organisation, size)),
            Download(key, _url("witness-key", organisation, witness.pk)),
        ),
        commands=(
            f"sed -n 's|^— {key_name} ||p' cosigned.note | openssl base64 -d -A > line.bin",
            "tail -c +5 line.bin > witness.bin",
            "seconds=$(printf %d \"0x$(head -c 8 witness.bin | od -An -v -tx1 | tr -d ' \\n')\")",
            "printf 'cosignature/v1\\ntime %s\\n' \"$seconds\" > witness.txt",
            "sed '/^$/,$d' cosigned.note >> witness.txt",
            "tail -c 64 witness.bin > witness.sig",
            f"openssl pkeyutl -verify -pubin -inkey {key} -rawin -in witness.txt -sigfile witness.sig",
        ),
        expected="Signature Verified Successfully",
    )
