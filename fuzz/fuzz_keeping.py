"""Hostile bytes to the readers of sealed files, schedules and content types; what opens is what was sealed."""

import io

from charteroak.adapters.sealing import NONCE_BYTES, open_sealed, seal_stream
from charteroak.errors import CharterOakError
from charteroak.mail.filetypes import contradicts_name, detect_type
from charteroak.program.retention import packaged_schedule, parse_schedule
from harness import fuzz

KEY = bytes(range(32))
SEALED = b"".join(seal_stream([b"restored in 40 minutes\n" * 4000], KEY, nonce=bytes(NONCE_BYTES)))
SEEDS = (
    SEALED,
    b"".join(seal_stream([], KEY, nonce=bytes(NONCE_BYTES))),
    SEALED[:200],
    packaged_schedule(),
    b"%PDF-1.7\n",
    b"PK\x03\x04",
)


def parse(data: bytes) -> None:
    """A sealed file opens only if sealing gives its very bytes again; a schedule has every class it needs."""
    contradicts_name("plan.pdf", detect_type(data))
    refused: list[CharterOakError] = []
    try:
        with open_sealed(io.BytesIO(data), KEY) as stream:
            plain = stream.read()
        assert b"".join(seal_stream([plain], KEY, nonce=data[:NONCE_BYTES])) == data
    except CharterOakError as error:
        refused.append(error)
    try:
        schedule = parse_schedule(data)
        assert schedule.class_of("no.such").code == "other"
    except CharterOakError as error:
        refused.append(error)
    if len(refused) == 2:
        raise refused[0]


if __name__ == "__main__":
    fuzz("keeping", parse, SEEDS)
