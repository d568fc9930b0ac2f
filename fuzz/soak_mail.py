#!/usr/bin/env python3
"""The promise: hundreds of thousands of mutated mails through the whole path, and none breaks anything.

    fuzz/soak_mail.py --messages 50000 --seed 1 --record     one part, added to fuzz/results/soak_mail.json
    fuzz/soak_mail.py --seed 1 --only 4711 --write FILE       message 4711 of seed 1 again

Each message goes the way of one that was handed in: taken apart (``mail.handed_in``), analysed with the worker process
that installations use (``services.mail_analysis``), its pages made safe to show. Seeds are the lures that we made, the
hostile cases, and, where the reference data is there, real messages; message *n* of a seed depends on nothing else, so
that each can be made again. What counts as broken: an exception other than an error of ours from taking it apart, any
exception from the analysis or from reading its journey and signatures, an answer that cannot be written as UTF-8, a
reporter among the indicators, markup that acts, more than a second of CPU time in this process. Workers that were lost
are counted: their limits end them, and the answer is partial.
"""

import argparse
import json
import random
import re
import resource
import signal
import sys
import tarfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tools")]

from tests.simulators.hostile_mail import CASES  # noqa: E402
from tests.simulators.made_mail import LURES, RECIPIENT  # noqa: E402

from charteroak.errors import CharterOakError  # noqa: E402
from charteroak.mail.defects import DefectLog  # noqa: E402
from charteroak.mail.handed_in import HandedIn, forwarded, messages_of_file, pasted  # noqa: E402
from charteroak.mail.mime import split_message  # noqa: E402
from charteroak.mail.safe_markup import safe_markup  # noqa: E402
from charteroak.services import mail_analysis  # noqa: E402
from mail_mutations import neighbour  # noqa: E402 - the path is made above
from measure import origin  # noqa: E402

ARCHIVE = TOP.parent / "shared" / "data" / "samples" / "phishing_pot-sample.tar.xz"
RESULT = TOP / "fuzz" / "results" / "soak_mail.json"
CRASHES = TOP / "fuzz" / "crashes" / "soak-mail"
MOST_SEED_BYTES = 150_000
MOST_SECONDS = 30
MOST_CPU_SECONDS = 1.0
MOST_KEPT = 50
_AT = datetime(2026, 11, 22, tzinfo=UTC)
_ACTS = re.compile(r"<(?!/?(?:p|br|b|strong|i|em|u|s|code|div|blockquote|pre|ul|ol|li|table|tbody|tr|td)>)")


class BrokenError(Exception):
    """An answer is not what is promised."""


class TooLongError(BaseException):
    """One message took longer than any may; no reader's ``except Exception`` swallows it."""


def seeds(archive: Path | None) -> tuple[list[bytes], list[bytes]]:
    """What is mutated: made messages, and real ones."""
    made = [lure.build() for lure in LURES.values()]
    made += [path.read_bytes() for path in sorted((TOP / "src/charteroak/services/sample_data/mail").glob("*.eml"))]
    made += [data for build in CASES.values() if len(data := build()) <= MOST_SEED_BYTES]
    real = []
    if archive is not None and archive.exists():
        with tarfile.open(archive) as tar:
            files = (tar.extractfile(member) for member in tar if member.size <= MOST_SEED_BYTES)
            real = [file.read() for file in files if file is not None]
    return made, real


def message(seed: int, number: int, made: list[bytes], real: list[bytes]) -> tuple[bytes, random.Random]:
    """Message ``number`` of a seed, and the source of further choices about it."""
    source = random.Random(f"{seed}:{number}")  # noqa: S311 - a repeatable run, no secret
    return neighbour(source, real if real and source.random() < 0.5 else made), source


def handed_in(data: bytes, source: random.Random) -> tuple[HandedIn, ...]:
    """The messages in it, by one of the ways in; what a way refuses is taken as it is."""
    try:
        match source.randrange(8):
            case 0:
                return forwarded(data)[:3]
            case 1:
                return (pasted(data.decode("utf-8", "replace")),)
            case _:
                return messages_of_file(data)[:3]
    except CharterOakError as error:
        if "\n" in error.message:
            raise BrokenError("an error of several lines") from error
        return (HandedIn(data),)


def try_one(data: bytes, source: random.Random) -> Counter[str]:
    """Take one message the whole way.

    Raises:
        BrokenError: a promise is broken.
    """
    seen: Counter[str] = Counter()
    for each in handed_in(data, source):
        analysis = mail_analysis.analyze_reported(each.data, reporters=(RECIPIENT, *each.carriers))
        document = json.dumps(analysis.to_json("-"), ensure_ascii=False).encode("utf-8")
        seen[analysis.status.value] += 1
        seen.update(defect.kind.code for defect in analysis.defects)
        if any(RECIPIENT in seen_one.observable.value.lower() for seen_one in analysis.observables):
            raise BrokenError("a reporter is an indicator")
        if "\n" in analysis.subject or "\r" in analysis.subject or "\0" in analysis.sender:
            raise BrokenError("a field breaks its line")
        if not document:
            raise BrokenError("no answer")
        if source.random() < 0.25:
            for part in split_message(each.data, DefectLog()).parts[:4]:
                if part.is_text and (found := _ACTS.search(safe_markup(part.text(400_000, DefectLog()))[0])):
                    raise BrokenError(f"markup acts: {found.string[found.start() : found.start() + 80]!r}")
        if source.random() < 0.25:
            mail_analysis.particulars_of(each.data, at=_AT, reporters=(RECIPIENT, *each.carriers))
    return seen


def _too_long(_signal: int, _frame: object) -> None:
    raise TooLongError


_stopped: list[int] = []


def _stop(number: int, _frame: object) -> None:
    """Told to end: after this message, with what was found so far."""
    _stopped.append(number)


def _peak_mb(process: int | str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM")), 0)


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()]


def soak(chosen: argparse.Namespace) -> dict[str, Any]:
    """Run one part."""
    made, real = seeds(chosen.archive)
    signal.signal(signal.SIGALRM, _too_long)
    status: Counter[str] = Counter()
    broken: dict[str, str] = {}
    slow: list[tuple[float, int]] = []
    worker_mb, size = 0, 0
    started = time.monotonic()
    mail_analysis.analyze_reported(made[0])
    at_rest_mb = _peak_mb("self")
    signal.signal(signal.SIGTERM, _stop)
    done = 0
    for number in range(chosen.messages):
        if _stopped:
            break
        done += 1
        data, source = message(chosen.seed, number, made, real)
        size += len(data)
        cpu = time.process_time()
        signal.alarm(MOST_SECONDS)
        try:
            status.update(try_one(data, source))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            signal.alarm(0)
            broken[str(number)] = "".join(traceback.format_exception(error, limit=-3)).strip()[-600:]
            sys.stderr.write(f"{number}: {broken[str(number)]}\n")
            if len(broken) <= MOST_KEPT:
                CRASHES.mkdir(parents=True, exist_ok=True)
                (CRASHES / f"{chosen.seed}-{number}").write_bytes(data)
        finally:
            signal.alarm(0)
        cpu = time.process_time() - cpu
        if cpu > MOST_CPU_SECONDS:
            slow.append((round(cpu, 2), number))
            sys.stderr.write(f"{number}: {cpu:.2f} s\n")
        if number % 50 == 0:
            worker_mb = max([worker_mb, *(_peak_mb(child) for child in _children())])
        if number % 5000 == 4999:
            sys.stderr.write(f"{number + 1} in {time.monotonic() - started:.0f} s, broken: {len(broken)}\n")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "messages": done,
        "seed": chosen.seed,
        "seeds": {"made": len(made), "real": len(real)},
        "megabytes": size >> 20,
        "broken": broken,
        "overOneSecondOfCPU": slow,
        "seconds": round(time.monotonic() - started),
        "cpuSeconds": round(usage.ru_utime + usage.ru_stime),
        "peakMB": {"atRest": at_rest_mb, "process": _peak_mb("self"), "worker": worker_mb},
        "outcomes": dict(status.most_common()),
    }


def main() -> int:
    """0 when nothing broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", type=Path, default=ARCHIVE, help="real messages to start from, if it is there")
    parser.add_argument("--record", action="store_true", help="keep the result as a part of the soak on record")
    parser.add_argument("--only", type=int, help="run one message of this seed alone")
    parser.add_argument("--write", type=Path, help="and write it here")
    chosen = parser.parse_args()
    if chosen.only is not None:
        data, source = message(chosen.seed, chosen.only, *seeds(chosen.archive))
        if chosen.write:
            chosen.write.write_bytes(data)
        print(json.dumps(try_one(data, source)))
        return 0
    result = {**origin(), **soak(chosen)}
    if chosen.record:
        parts = json.loads(RESULT.read_text(encoding="utf-8"))["parts"] if RESULT.exists() else []
        parts.append(result)
        total = {
            "messages": sum(part["messages"] for part in parts),
            "broken": sum(len(part["broken"]) for part in parts),
            "overOneSecondOfCPU": sum(len(part["overOneSecondOfCPU"]) for part in parts),
        }
        document = {"name": "soak_mail", "total": total, "parts": parts}
        RESULT.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(result))
    return 1 if result["broken"] or result["overOneSecondOfCPU"] else 0


if __name__ == "__main__":
    sys.exit(main())
