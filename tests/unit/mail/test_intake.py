import io
import os
from pathlib import Path

import pytest

from charteroak.mail import limits
from charteroak.mail.intake import MailInputError, MailItem, read_sources

EML = b"From: a@b.example\nSubject: x\n\nbody\n"
SEPARATOR = b"From a@b.example Wed Nov 18 08:51:22 2026\n"


def read(*paths: Path | str, standard_input: bytes = b"") -> list[MailItem]:
    return list(read_sources([str(path) for path in paths], io.BytesIO(standard_input)))


def test_file_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(EML)
    assert read(tmp_path / "a.eml") == [MailItem(str(tmp_path / "a.eml"), EML)]


def test_standard_input_is_one_message_or_a_mailbox() -> None:
    assert read("-", standard_input=EML) == [MailItem("-", EML)]
    assert [item.path for item in read("-", standard_input=SEPARATOR + EML)] == ["-#1"]


@pytest.mark.parametrize("size", [0, 10, 700_000, 1_100_000, 3_000_000])
def test_mailbox_is_split_wherever_a_chunk_ends(size: int, tmp_path: Path) -> None:
    messages = [SEPARATOR + EML + b"x" * size + b"\n\n", SEPARATOR + EML + b"\n", SEPARATOR + EML]
    (tmp_path / "box").write_bytes(b"".join(messages))
    items = read(tmp_path / "box")
    assert [item.data for item in items] == messages
    assert [item.path for item in items] == [f"{tmp_path / 'box'}#{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("offset", range(1_048_576 - 60, 1_048_576 + 5, 7))
def test_separator_across_two_chunks_is_found(offset: int, tmp_path: Path) -> None:
    first = SEPARATOR + EML + b"\n"
    first += b"y" * (offset - len(first) - 2) + b"\n\n"
    (tmp_path / "box").write_bytes(first + SEPARATOR + EML)
    assert [len(item.data) for item in read(tmp_path / "box")] == [offset, len(SEPARATOR + EML)]


def test_line_that_merely_begins_with_from_does_not_split(tmp_path: Path) -> None:
    data = SEPARATOR + EML + b"\nFrom now on we meet on Tuesdays.\n\nx\nFrom a@b.example Wed Nov 18 08:51:22 2026\n"
    (tmp_path / "box").write_bytes(data)
    assert [item.data for item in read(tmp_path / "box")] == [data]


def test_huge_line_in_a_mailbox_is_cut_and_the_next_message_still_read(tmp_path: Path) -> None:
    with (tmp_path / "box").open("wb") as file:
        file.write(SEPARATOR + EML)
        for _ in range(40):
            file.write(b"z" * 1_000_000)
        file.write(b"\n\n" + SEPARATOR + EML)
    first, second = read(tmp_path / "box")
    assert len(first.data) == limits.MAX_MESSAGE_BYTES + 1
    assert second.data == SEPARATOR + EML


def test_maildir_gives_read_and_new_messages(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"1.{folder}:2,S").write_bytes(EML)
    assert [Path(item.path).parent.name for item in read(tmp_path)] == ["cur", "new"]


def test_folder_gives_its_messages_in_order_and_follows_no_links(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.eml", "a.EML", "deep/er/c.msg", "notes.txt"):
        (tmp_path / name).write_bytes(EML)
    (tmp_path / "link.eml").symlink_to(tmp_path / "b.eml")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [Path(item.path).name for item in read(tmp_path)] == ["a.EML", "b.eml", "c.msg"]


def test_empty_file_in_a_folder_is_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "b.eml").write_bytes(EML)
    assert [item.data for item in read(tmp_path)] == [b"", EML]


def test_sources_that_cannot_be_used_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.eml").write_bytes(EML)
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "nothing").mkdir()
    with (tmp_path / "large.eml").open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    os.mkfifo(tmp_path / "pipe")
    for name, words in [
        ("absent.eml", "no such file"),
        ("empty.eml", "empty"),
        ("nothing", "holds no mail"),
        ("large.eml", "64 MB"),
        ("pipe", "not a regular file"),
        ("nul\0.eml", "no path"),
    ]:
        with pytest.raises(MailInputError, match=words) as caught:
            read_sources([str(tmp_path / "good.eml"), str(tmp_path / name)], io.BytesIO())
        assert name.partition("\0")[0] in str(caught.value)
        assert caught.value.remedy


def test_empty_standard_input_is_refused() -> None:
    with pytest.raises(MailInputError, match="nothing in it"):
        read("-")
    with pytest.raises(MailInputError, match="more than once"):
        read("-", "-")


def test_messages_beyond_the_limit_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MAILBOX_MESSAGES", 2)
    (tmp_path / "box").write_bytes((SEPARATOR + EML + b"\n") * 4)
    *items, last = read(tmp_path / "box")
    assert len(items) == 2
    assert last.problem is not None
    assert last.problem.kind.code == "too-many-messages"


def test_folders_of_a_maildir_are_read_too(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Junk/cur", ".Junk/tmp", ".Junk.Old/new"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "1.host").write_bytes(b"From: a@b.example\n\nx")
    found = [Path(item.path).relative_to(tmp_path) for item in read_sources([str(tmp_path)], io.BytesIO())]
    assert [str(each) for each in found] == ["cur/1.host", "new/1.host", ".Junk/cur/1.host", ".Junk.Old/new/1.host"]
