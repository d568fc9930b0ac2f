"""Mail read and analysed beside three other parsers: the same messages, the same run, rounds in turn.

Each program is a process of its own that keeps the messages in memory; a round asks each of them in turn to read all
of them once and to say what it took of the processor, so that a busy machine is busy for all. A ratio is taken within
each round; the middle one counts. ``firstRound`` is the first alone, when nothing is remembered of any host yet.

What each side does with a message:

- ``eml-parser``: fields unfolded and decoded, dates and addresses read, hosts, addresses of mail and links collected
  from the text and kept as digests, MD5 to SHA-512 of each part.
- ``mail-parser``: fields unfolded and decoded, texts decoded, files decoded to text; no digest.
- ``fast-mail-parser`` (Rust): fields unfolded and decoded, mailboxes, texts decoded, files decoded to bytes; no digest.
  Its answer holds Rust values; ``fast-mail-parser-read`` reads every attribute, which makes Python objects of them.
- ``as-fast-mail-parser``, ``as-mail-parser``, ``as-eml-parser``: the same work. Our reader makes exactly what that
  program's answer holds, as Python objects: see ``mail_outputs``, also for what of eml-parser is left out. ``sameWork``
  says how many pieces of their answers ours has alike.
- ``parse``: everything is asked for, as the others give it: every field unfolded *and* its encoded words decoded, every
  text part as text in its character set, every file as bytes *and* with its SHA-256, attached messages likewise, and
  each oddity noted.
- ``parse-as-used``: what the product itself asks a message for before it reads it: the same, save that encoded words,
  character sets and digests wait until somebody wants them. This is the lazy one; it leaves work undone.
- ``analysis``: the whole analysis of the product (links, identity, claims, language, score, observables, campaign keys)
  without looking into files. ``analysis-with-files``: with its worker process, whose time is added; compared with what
  eml-parser needs for parsing, since no peer analyses.

``archive`` is the whole archive by ``analyze_archive``, files looked into, on one process and on all cores, in seconds
of the clock: it says little on a busy machine, so that the load stands beside it. ``secondsBySize`` and ``growthMB``
are for one message that grows to the hundredfold, and for memory kept at the end of the rounds.

The peers stand in ``requirements-peers.lock`` and run in an environment of their own; nothing of the product uses
them. To make it: ``uv venv .venv-peers``, then ``uv pip install --python .venv-peers/bin/python --require-hashes
--requirements requirements-peers.lock``. The archive is by default the sample of real phishing of the reference data
(never shipped); without it, or without the peers, the run is a fault and no result.
"""

import argparse
import hashlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mail_outputs

TOP = Path(__file__).parent.parent
PEERS = TOP / ".venv-peers" / "bin" / "python"
ARCHIVE = TOP.parent / "shared" / "data" / "samples" / "phishing_pot-sample.tar.xz"
SAME_WORK = {f"as-{peer}": peer for peer in mail_outputs.PEERS}
OURS = ("parse", "parse-as-used", *SAME_WORK, "analysis", "analysis-with-files")
OTHERS = (*mail_outputs.PEERS, "fast-mail-parser-read")
AIMS = (
    ("as-eml-parser", "eml-parser", 60.0),
    ("as-mail-parser", "mail-parser", 10.0),
    ("as-fast-mail-parser", "fast-mail-parser-read", 0.9),
    ("parse", "eml-parser", 60.0),
    ("parse", "mail-parser", 10.0),
    ("parse", "fast-mail-parser", 0.9),
    ("analysis", "eml-parser", 10.0),
)
GROWTH = (1, 10, 100)
WORKERS: list[Any] = []


def messages(archive: Path, every: int) -> list[bytes]:
    """Every n-th message of an archive."""
    with tarfile.open(archive) as opened:
        found = [file.read() for member in opened if (file := opened.extractfile(member)) is not None]
    return found[::every]


def write_archive(chosen: list[bytes], path: Path) -> None:
    """Messages as a tar archive."""
    with tarfile.open(path, "w") as archive:
        for number, data in enumerate(chosen):
            member = tarfile.TarInfo(f"{number}.eml")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def reader(name: str) -> Callable[[bytes], object]:
    """What one program does with one message; its library is imported in its own process alone."""
    if name == "eml-parser":
        import logging  # noqa: PLC0415 - each process imports its own program alone

        from eml_parser import EmlParser  # noqa: PLC0415 - each process imports its own program alone

        logging.disable(logging.CRITICAL)
        decode: Callable[[bytes], object] = EmlParser().decode_email_bytes
        return decode
    if name == "mail-parser":
        import mailparser  # noqa: PLC0415 - each process imports its own program alone

        return lambda data: mailparser.parse_from_bytes(data).mail
    if name.startswith("fast-mail-parser"):
        from fast_mail_parser import parse_email  # noqa: PLC0415 - each process imports its own program alone

        parse: Callable[[bytes], object] = parse_email
        is_read = name.endswith("-read")
        return (lambda data: mail_outputs.read_every_attribute(parse(data))) if is_read else parse
    return mail_outputs.gives_what(SAME_WORK[name]) if name in SAME_WORK else our_reader(name)


def our_reader(name: str) -> Callable[[bytes], object]:
    """Ours, imported in its own process alone."""
    from charteroak.adapters.untrusted_worker import UntrustedWorker  # noqa: PLC0415
    from charteroak.mail import analyze  # noqa: PLC0415
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415
    from charteroak.mail.mime import Message, split_message  # noqa: PLC0415

    def everything(message: Message, defects: DefectLog) -> list[object]:
        found: list[object] = [message.headers.texts(defects)]
        for part in message.parts:
            if part.is_attachment:
                found.append((part.file_name, part.data, hashlib.sha256(part.data).hexdigest()))
            else:
                found.append(part.text(len(part.data), defects))
        return [*found, *(everything(attached, defects) for attached in message.attached)]

    def parse(data: bytes) -> object:
        defects = DefectLog()
        return everything(split_message(data, defects), defects)

    worker = UntrustedWorker()
    readers: dict[str, Callable[[bytes], object]] = {
        "parse": parse,
        "parse-as-used": lambda data: split_message(data, DefectLog()),
        "analysis": analyze,
        "analysis-with-files": lambda data: analyze(data, inspector=worker),
    }
    WORKERS.append(worker)
    return readers[name]


def seconds_used() -> float:
    """Of the processor, by this process and by the one that looks into files."""
    used = time.process_time()
    for worker in WORKERS:
        if worker.process_id is not None:
            fields = Path(f"/proc/{worker.process_id}/stat").read_text().rpartition(") ")[2].split()
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def serve(name: str, archive: Path, every: int) -> None:
    """A child: one round for each line that comes in."""
    all_messages = messages(archive, every)
    read = reader(name)
    if WORKERS and name == "analysis-with-files":
        # The process for files stays in the product; its start is not a message's.
        WORKERS[0].small_copy(b"")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "outputs":
            print(json.dumps(all_outputs(name, all_messages)), flush=True)
            continue
        wanted = all_messages if line.strip() == "round" else [grown(int(line))]
        raised = 0
        start = seconds_used()
        for message in wanted:
            try:
                read(message)
            except Exception:  # noqa: BLE001 - a program that gives up on a message is counted, whatever it raises
                raised += 1
        seconds = seconds_used() - start
        growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
        print(json.dumps({"seconds": seconds, "raised": raised, "growthMB": growth}), flush=True)


def all_outputs(name: str, wanted: list[bytes]) -> list[mail_outputs.Pieces | None]:
    """What a program hands over for each message, in digests; None where it gives up."""
    hand_over = mail_outputs.handed_over(name)
    answers: list[mail_outputs.Pieces | None] = []
    for message in wanted:
        try:
            answers.append(hand_over(message))
        except Exception:  # noqa: BLE001 - a program that gives up on a message hands nothing over, whatever it raises
            answers.append(None)
    return answers


def grown(times: int) -> bytes:
    """A message of about 10 KB of marked-up text, or a multiple of it."""
    block = b'<tr><td style="color: #333">Dear client, please <b>confirm</b> your account today.</td></tr>\n' * 100
    link = b'<a href="https://login.example.net/%d">Confirm</a>'
    head = b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/html\n\n"
    return head + b"".join(block + link % number for number in range(times))


def whole_archive(archive: Path, every: int) -> dict[str, object]:
    """Seconds of the clock for all messages, files looked into, by one process and by all cores."""
    from charteroak.mail.intake import MailItem  # noqa: PLC0415
    from charteroak.services.mail_archives import Handling, analyze_archive  # noqa: PLC0415

    items = [MailItem(f"{number}", data) for number, data in enumerate(messages(archive, every))]
    cores = os.cpu_count() or 1
    seconds: dict[str, float] = {}
    answers: dict[int, list[object]] = {}
    for jobs in sorted({1, cores}):
        start = time.perf_counter()
        answers[jobs] = [analysis.to_json(path) for path, analysis in analyze_archive(items, Handling(), jobs=jobs)]
        seconds[f"{jobs} process{'es' if jobs > 1 else ''}"] = round(time.perf_counter() - start, 2)
    return {
        "messages": len(items),
        "secondsOfClock": seconds,
        "timesFaster": round(next(iter(seconds.values())) / list(seconds.values())[-1], 2),
        "sameAnswers": answers[1] == answers[cores],
        "loadAverage": os.getloadavg()[0],
    }


def median(values: list[float]) -> float:
    """The middle of the rounds."""
    return statistics.median(values)


def main() -> int:
    """Measure, print one JSON document, and say by the exit code whether every aim is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?", default=ARCHIVE, help="a tar archive of messages")
    parser.add_argument("--every", type=int, default=6, help="every n-th message of it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        serve(arguments.child, arguments.archive, arguments.every)
        return 0
    if not PEERS.exists() or not arguments.archive.exists():
        parser.error("the peers or the archive are not there; see the beginning of this file")
    chosen = messages(arguments.archive, arguments.every)
    children = {}
    with tempfile.TemporaryDirectory() as directory:
        # Unpacked once for all; each child has read it when it answers its first question.
        unpacked = Path(directory) / "chosen.tar"
        write_archive(chosen, unpacked)
        for name in (*OURS, *OTHERS):
            python = str(PEERS) if name in OTHERS else sys.executable
            children[name] = subprocess.Popen(
                [python, __file__, str(unpacked), "--every", "1", "--child", name],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        for child in children.values():
            if child.stdout is None or child.stdout.readline().strip() != "ready":
                raise RuntimeError("A program did not start.")

    def ask(name: str, what: str) -> Any:
        child = children[name]
        if child.stdin is None or child.stdout is None:
            raise RuntimeError(f"{name} has no pipes.")
        child.stdin.write(f"{what}\n")
        child.stdin.flush()
        return json.loads(child.stdout.readline())

    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in children}
    for _ in range(arguments.rounds):
        for name in children:
            rounds[name].append(ask(name, "round"))
    ours = ask("as-fast-mail-parser", "outputs")
    same_work = {peer: mail_outputs.agreement(ours, ask(peer, "outputs")) for peer in mail_outputs.PEERS}
    growth = {name: {f"{times}x": ask(name, str(times))["seconds"] for times in GROWTH} for name in OURS}
    for child in children.values():
        child.communicate()
    count = len(chosen)
    rates = {name: count / median([one["seconds"] for one in found]) for name, found in rounds.items()}
    # A ratio is taken within each round, then the middle one, so that a change of load between rounds does not count.
    ratios = {
        f"{ours} / {other}": median(
            [theirs["seconds"] / mine["seconds"] for mine, theirs in zip(rounds[ours], rounds[other], strict=True)]
        )
        for ours in OURS
        for other in OTHERS
    }
    first = {name: count / found[0]["seconds"] for name, found in rounds.items()}
    missed = [f"{ours} / {other}" for ours, other, aim in AIMS if ratios.get(f"{ours} / {other}", 0) < aim]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=TOP, capture_output=True, text=True, check=True
    )
    document = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit.stdout.strip(),
        "messages": count,
        "rounds": arguments.rounds,
        "loadAverage": os.getloadavg()[0],
        "messagesPerCPUSecond": {name: round(rate, 1) for name, rate in rates.items()},
        "milliseconds": {name: round(1000 / rate, 3) for name, rate in rates.items()},
        "firstRound": {
            "milliseconds": {name: round(1000 / rate, 3) for name, rate in first.items()},
            "analysis / eml-parser": round(first["analysis"] / first["eml-parser"], 2),
        },
        "raised": {name: int(found[0]["raised"]) for name, found in rounds.items()},
        "growthMB": {name: found[-1]["growthMB"] for name, found in rounds.items()},
        "ratios": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "sameWork": same_work,
        "secondsBySize": {name: {size: round(s, 5) for size, s in found.items()} for name, found in growth.items()},
        "aims": {f"{ours} / {other}": aim for ours, other, aim in AIMS},
        "missed": missed,
        "archive": whole_archive(arguments.archive, 1),
    }
    print(json.dumps(document))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
