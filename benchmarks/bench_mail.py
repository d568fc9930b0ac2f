"""Mail read and analysed beside three other parsers: the same messages, the same run, rounds in turn.

Each program is a process of its own that keeps the messages in memory; a round asks each of them in turn to read all
of them once and to say what it took of the processor, so that a busy machine is busy for all. Parsing means header
fields and decoded parts: "parse" is ours with every field unfolded, as the others do, and "parse-as-used" without,
since the product unfolds a field when it is asked for. Analysis is ours alone, without looking into files, and is
compared with what the peers need to parse.

The peers stand in ``requirements-peers.lock`` and run in an environment of their own; nothing of the product uses
them. To make it: ``uv venv .venv-peers``, then ``uv pip install --python .venv-peers/bin/python --require-hashes
--requirements requirements-peers.lock``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).parent.parent
PEERS = TOP / ".venv-peers" / "bin" / "python"
OURS = ("parse", "parse-as-used", "analysis")
OTHERS = ("eml-parser", "mail-parser", "fast-mail-parser")
AIMS = (
    ("parse", "eml-parser", 60.0),
    ("parse", "mail-parser", 10.0),
    ("parse", "fast-mail-parser", 0.9),
    ("analysis", "eml-parser", 10.0),
)
GROWTH = (1, 10, 100)


def messages(archive: Path, every: int) -> list[bytes]:
    """Every n-th message of an archive."""
    with tarfile.open(archive) as opened:
        found = [file.read() for member in opened if (file := opened.extractfile(member)) is not None]
    return found[::every]


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
    if name == "fast-mail-parser":
        from fast_mail_parser import parse_email  # noqa: PLC0415 - each process imports its own program alone

        parse: Callable[[bytes], object] = parse_email
        return parse
    from charteroak.mail import analyze  # noqa: PLC0415 - each process imports its own program alone
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415 - each process imports its own program alone
    from charteroak.mail.mime import split_message  # noqa: PLC0415 - each process imports its own program alone

    readers: dict[str, Callable[[bytes], object]] = {
        "parse": lambda data: list(split_message(data, DefectLog()).headers.fields),
        "parse-as-used": lambda data: split_message(data, DefectLog()),
        "analysis": analyze,
    }
    return readers[name]


def serve(name: str, archive: Path, every: int) -> None:
    """A child: one round for each line that comes in."""
    all_messages = messages(archive, every)
    read = reader(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for line in sys.stdin:
        wanted = all_messages if line.strip() == "round" else [grown(int(line))]
        raised = 0
        start = time.process_time()
        for message in wanted:
            try:
                read(message)
            except Exception:  # noqa: BLE001 - a program that gives up on a message is counted, whatever it raises
                raised += 1
        seconds = time.process_time() - start
        growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
        print(json.dumps({"seconds": seconds, "raised": raised, "growthMB": growth}), flush=True)


def grown(times: int) -> bytes:
    """A message of about 10 KB of marked-up text, or a multiple of it."""
    block = b'<tr><td style="color: #333">Dear client, please <b>confirm</b> your account today.</td></tr>\n' * 100
    link = b'<a href="https://login.example.net/%d">Confirm</a>'
    head = b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/html\n\n"
    return head + b"".join(block + link % number for number in range(times))


def median(values: list[float]) -> float:
    """The middle of the rounds."""
    return statistics.median(values)


def main() -> int:
    """Measure, print one JSON document, and say by the exit code whether every aim is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path, help="a tar archive of messages")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        serve(arguments.child, arguments.archive, arguments.every)
        return 0
    children = {}
    for name in (*OURS, *(OTHERS if PEERS.exists() else ())):
        python = str(PEERS) if name in OTHERS else sys.executable
        command = [python, __file__, str(arguments.archive), "--every", str(arguments.every), "--child", name]
        children[name] = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(name: str, what: str) -> dict[str, float]:
        child = children[name]
        if child.stdin is None or child.stdout is None:
            raise RuntimeError(f"{name} has no pipes.")
        child.stdin.write(f"{what}\n")
        child.stdin.flush()
        answer: dict[str, float] = json.loads(child.stdout.readline())
        return answer

    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in children}
    for _ in range(arguments.rounds):
        for name in children:
            rounds[name].append(ask(name, "round"))
    growth = {name: {f"{times}x": ask(name, str(times))["seconds"] for times in GROWTH} for name in OURS}
    for child in children.values():
        child.communicate()
    count = len(messages(arguments.archive, arguments.every))
    rates = {name: count / median([one["seconds"] for one in found]) for name, found in rounds.items()}
    # A ratio is taken within each round, then the middle one, so that a change of load between rounds does not count.
    ratios = {
        f"{ours} / {other}": median(
            [theirs["seconds"] / mine["seconds"] for mine, theirs in zip(rounds[ours], rounds[other], strict=True)]
        )
        for ours in OURS
        for other in OTHERS
        if other in rounds
    }
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
        "raised": {name: int(found[0]["raised"]) for name, found in rounds.items()},
        "growthMB": {name: found[-1]["growthMB"] for name, found in rounds.items()},
        "ratios": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "secondsBySize": {name: {size: round(s, 5) for size, s in found.items()} for name, found in growth.items()},
        "aims": {f"{ours} / {other}": aim for ours, other, aim in AIMS},
        "missed": missed,
    }
    print(json.dumps(document, indent=2))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
