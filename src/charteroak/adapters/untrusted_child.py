"""The inside of the worker process: reads hostile files, one after the other, and can do nothing else.

Started as ``python -m charteroak.adapters.untrusted_child``. It loads its readers, gives up what it does not need
(network, other programs, writing files, more memory), says *ready*, and answers one request after another: a length of
four bytes, then MessagePack, both ways. Whoever started it measures the time and ends it.
"""

import resource
import signal
import struct
import sys
import time
from typing import Any

import msgspec

from charteroak.mail.inside.finding import GoesOn, Inside, InsideDefect
from charteroak.mail.inside.images import small_copy
from charteroak.mail.inside.looking import look_inside

MEMORY_BYTES = 1 << 30
"""Address space of a worker, its libraries included (facts: 512 MB resident for a message)."""

CPU_SECONDS_PER_FILE = 5.0
"""Most CPU time for one file, whatever is asked for."""

_LEAST_SECONDS = 0.02
_REFUSED_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "shutil.", "urllib.")


class Request(msgspec.Struct):
    """One file to be read: ``task`` is ``look`` or ``small-copy``."""

    task: str
    kind: str
    name: str
    data: bytes
    passwords: list[str]
    seconds: float = CPU_SECONDS_PER_FILE


class Answer(msgspec.Struct):
    """What was found, or a small copy of a picture."""

    inside: Inside
    picture: bytes = b""


class Ready(msgspec.Struct):
    """The first message of a child: whether the kernel filters its calls."""

    is_filtered: bool


def _serve() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    decode = msgspec.msgpack.Decoder(Request).decode
    while len(head := source.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        request = decode(source.read(length))
        write_message(sink, _answer_in_time(request))


def _answer_in_time(request: Request) -> Answer:
    granted = min(max(request.seconds, _LEAST_SECONDS), CPU_SECONDS_PER_FILE)
    started = time.process_time()

    def goes_on() -> bool:
        return time.process_time() < started + granted / 2

    _grant_time(granted)
    answer = _answer(request, goes_on)
    signal.setitimer(signal.ITIMER_PROF, 0)
    answer.inside.seconds = time.process_time() - started
    return answer


def _answer(request: Request, goes_on: GoesOn) -> Answer:
    try:
        if request.task == "small-copy":
            return Answer(Inside(), small_copy(request.data))
        return Answer(look_inside(request.kind, request.name, request.data, request.passwords, goes_on=goes_on))
    except MemoryError:
        found = Inside()
        found.miss(InsideDefect.WORKER_STOPPED, "It needed more memory than a reader has.")
        return Answer(found)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises is one defect of the file, not of the worker
        found = Inside()
        found.miss(InsideDefect.DAMAGED, f"({type(error).__name__})")
        return Answer(found)


def write_message(sink: Any, message: msgspec.Struct) -> None:
    """Write one message with its length and flush it."""
    content = msgspec.msgpack.encode(message)
    sink.write(struct.pack(">I", len(content)) + content)
    sink.flush()


def _grant_time(seconds: float) -> None:
    """End this process (SIGPROF, SIGXCPU) once it has used so much more CPU time.

    The timer counts parts of a second; the resource limit, which counts whole ones, stands behind it.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + int(seconds) + 2, resource.RLIM_INFINITY))


def _load_readers() -> None:
    """Everything that opens files of our own does so before the doors are shut."""
    import bz2  # noqa: F401, PLC0415
    import lzma  # noqa: F401, PLC0415
    import tarfile  # noqa: F401, PLC0415
    import zipfile  # noqa: F401, PLC0415

    import olefile  # noqa: F401, PLC0415
    import pypdfium2  # noqa: PLC0415
    import zxingcpp  # noqa: F401, PLC0415
    from PIL import Image  # noqa: PLC0415

    from charteroak.mail.domains import registrable_domain  # noqa: PLC0415

    Image.init()
    registrable_domain("example.org")
    # PDFium looks for the fonts of the system when it draws its first text.
    document = pypdfium2.PdfDocument.new()
    document.new_page(72, 72).render()
    document.close()
    look_inside("text", "", b"http://example.org/", ())
    look_inside("html", "", b"<a href='http://example.org/'>x</a>", ())


def _give_up_everything() -> bool:
    from charteroak.adapters.system_call_filter import shut  # noqa: PLC0415 - after the readers

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    is_filtered = shut()
    sys.addaudithook(_refuse)
    return is_filtered


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"A reader of untrusted files may not: {event}.")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError("A reader of untrusted files may not write.")


def main() -> None:
    """Load, give up everything, say ready, serve until the input ends."""
    _load_readers()
    write_message(sys.stdout.buffer, Ready(_give_up_everything()))
    _serve()


if __name__ == "__main__":
    main()
