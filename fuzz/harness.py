"""The engine of the fuzzers: mutate known inputs, feed them to a parser, and insist on the house rule.

The rule: a parser of hostile bytes returns a value or raises a ``CharterOakError``, within ``INPUT_SECONDS``. Anything
else is a crash; the input is kept in ``fuzz/crashes/<name>/`` to become a named file in ``tests/assets`` and a test.

Mutation is by bytes and by tokens, driven by a seed, so that a run can be repeated. It knows nothing of coverage.
"""

import argparse
import hashlib
import json
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from charteroak.errors import CharterOakError

FOLDER = Path(__file__).parent
INPUT_SECONDS = 10
MAX_INPUT_BYTES = 1 << 20
MAX_CRASHES = 5
HOSTILE = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n", b"\r", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd",
    b"\xf0\x9f\x8c\xb3", b"\xe2\x80\xae", b"\xc0\xaf", b"\xed\xa0\x80", b"[" * 200, b"{" * 200, b'{"a":' * 50,
    b"-0", b"1e999", b"9" * 400, b"NaN", b"null", b"../", b"%00", b"%s", b"'", b'"', b"<", b"&", b"\\u0000", b"\\",
    b"=?utf-8?b?", b"?=", b"--", b";", b":", b"@", b"[.]", b"hxxp://", b"::", b"/0", b"/129", b"A" * 5000,
)  # fmt: skip


class InputTimeoutError(Exception):
    """One input took longer than any input may."""


def mutate(source: random.Random, corpus: Sequence[bytes]) -> bytes:
    """A neighbour of some known inputs."""
    data = bytearray(source.choice(corpus))
    for _ in range(source.choice((1, 1, 1, 2, 3, 5, 8))):
        at = source.randint(0, len(data))
        end = min(len(data), at + source.choice((1, 1, 2, 4, 16, 64, 256)))
        match source.randrange(7):
            case 0 if data:
                position = source.randrange(len(data))
                data[position] ^= 1 << source.randrange(8)
            case 1:
                data[at:at] = source.choice(HOSTILE)
            case 2:
                data[at:end] = b""
            case 3:
                data[at:end] = source.choice(HOSTILE)
            case 4:
                data[at:at] = data[at:end] * source.choice((1, 2, 10, 100))
            case 5:
                other = source.choice(corpus)
                cut = source.randint(0, len(other))
                data[at:] = other[cut:]
            case _:
                data[at:at] = source.randbytes(source.choice((1, 2, 8, 32)))
    return bytes(data[:MAX_INPUT_BYTES])


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise InputTimeoutError


def _corpus(name: str, seeds: Sequence[bytes]) -> list[bytes]:
    folder = FOLDER / "corpus" / name
    files = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    return [*seeds, *(path.read_bytes() for path in files)]


def _try(parse: Callable[[bytes], object], data: bytes) -> str | None:
    """None when the rule held, else what happened."""
    signal.alarm(INPUT_SECONDS)
    try:
        parse(data)
    except CharterOakError:
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of compiled code is no Exception, and is what we look for
        return "".join(traceback.format_exception(error, limit=-4))
    finally:
        signal.alarm(0)
    return None


def fuzz(name: str, parse: Callable[[bytes], object], seeds: Sequence[bytes]) -> None:
    """Run a harness from the command line: ``--seconds N --seed S``. Ends the process, with 1 if anything crashed."""
    parser = argparse.ArgumentParser(description=f"Feed mutated input to {name}.")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    source = random.Random(chosen.seed)  # noqa: S311 - a repeatable run, no secret
    corpus = _corpus(name, seeds)
    signal.signal(signal.SIGALRM, _too_long)
    queue = list(corpus)
    crashes: dict[str, str] = {}
    inputs = 0
    deadline = time.monotonic() + chosen.seconds
    while len(crashes) < MAX_CRASHES and (queue or time.monotonic() < deadline):
        data = queue.pop() if queue else mutate(source, corpus)
        inputs += 1
        happened = _try(parse, data)
        if happened is not None:
            digest = hashlib.sha256(data).hexdigest()[:16]
            place = FOLDER / "crashes" / name
            place.mkdir(parents=True, exist_ok=True)
            (place / digest).write_bytes(data)
            crashes[digest] = happened.strip().splitlines()[-1]
            sys.stderr.write(f"{place.relative_to(FOLDER.parent)}/{digest}\n{happened}\n")
    print(json.dumps({"inputs": inputs, "corpus": len(corpus), "crashes": crashes}))
    sys.exit(1 if crashes else 0)
