"""What the portal says of a mail with the files of its installation."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from charteroak.services.mail_analysis import particulars_here

SIGNED = b"""\
DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=AA==
From: Bank <a@bank.example>

Hi.

We lost the game. Are you hungry yet?

Joe.
"""


@pytest.mark.parametrize(
    ("written", "verdict", "says"),
    [
        ("", "no-key", "No key of this signature is known"),
        ("keys = 1", "not-checked", "dkim-keys.toml of this installation cannot be used"),
    ],
    ids=["no file", "a file with a slip"],
)
def test_a_file_of_keys_that_cannot_be_used_does_not_look_like_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, verdict: str, says: str
) -> None:
    if written:
        (tmp_path / "dkim-keys.toml").write_text(written, encoding="utf-8")
    monkeypatch.setenv("CHARTEROAK_DATA", str(tmp_path))
    (found,) = particulars_here(SIGNED, at=datetime(2026, 11, 20, tzinfo=UTC))
    (check,) = found.dkim
    assert (check.verdict, says in check.reason) == (verdict, True)
