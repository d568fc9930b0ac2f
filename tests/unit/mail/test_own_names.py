import pytest

from charteroak.mail.analysis import analyze
from charteroak.mail.identity import protected_names
from charteroak.mail.own_names import MAX_FILE_BYTES, OwnNamesError, parse_own_names, parse_trainings

HEAD = b'owner = "Town of Oak Hollow, IT"\nreviewed = 2026-11-22\n'
ENTRY = b"""[[names]]
label = "Town of Oak Hollow"
kind = "town"
words = ["town of oak hollow"]
domains = ["oakhollowct.gov"]
"""
TRAINING = b"""[[trainings]]
vendor = "Drill"
domains = ["training.example"]
receivers = ["MX.oakhollowct.gov"]
"""


def test_who_sends_exercises_stands_beside_the_own_names() -> None:
    (training,) = parse_trainings(HEAD + ENTRY + TRAINING)
    assert (training.vendor, training.domains) == ("Drill", {"training.example"})
    assert training.receivers == {"mx.oakhollowct.gov"}
    assert parse_trainings(HEAD) == ()


@pytest.mark.parametrize(
    "data",
    [
        TRAINING.replace(b"training.example", b"gmail.com"),
        TRAINING.replace(b"training.example", b"co.uk"),
        TRAINING.replace(b"MX.oakhollowct.gov", b"not a server"),
        TRAINING.replace(b'receivers = ["MX.oakhollowct.gov"]\n', b""),
        TRAINING.replace(b'"MX.oakhollowct.gov"', b""),
        TRAINING + b'field = "x-phishtest"\n',
    ],
    ids=["free mail", "public suffix", "no server", "no receivers", "empty receivers", "unknown key"],
)
def test_an_exercise_that_anybody_could_send_or_nobody_confirms_is_refused(data: bytes) -> None:
    with pytest.raises(OwnNamesError):
        parse_trainings(HEAD + data)


def test_an_own_name_is_protected_beside_the_packaged_ones() -> None:
    names = protected_names().and_also(parse_own_names(HEAD + ENTRY))
    message = b"From: Town of Oak Hollow <tax@oakhollowct.com>\nTo: a@b.example\nSubject: Bill\n\nPlease pay."
    found = {signal.id for signal in analyze(message, protected=names).signals}
    assert {"display-name-brand", "sender-look-alike", "official-name-borrowed"} <= found
    assert "sender-look-alike" not in {signal.id for signal in analyze(message).signals}
    assert names.look_alike("paypa1.com") is not None


def test_the_owner_is_no_look_alike() -> None:
    names = protected_names().and_also(parse_own_names(HEAD + ENTRY))
    message = b"From: Town of Oak Hollow <tax@oakhollowct.gov>\nTo: a@b.example\nSubject: Bill\n\nPlease pay."
    assert not {s.id for s in analyze(message, protected=names).signals} & {"display-name-brand", "sender-look-alike"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"owner = ",
        ENTRY,
        b'owner = "x y"\n' + ENTRY,
        HEAD + ENTRY + b'colour = "red"\n',
        HEAD + ENTRY.replace(b"oakhollowct.gov", b"gmail.com"),
        HEAD + ENTRY.replace(b"oakhollowct.gov", b"co.uk"),
        HEAD + ENTRY.replace(b"oakhollowct.gov", b"not a domain"),
        HEAD + ENTRY.replace(b'"town"', b'"castle"'),
        HEAD + ENTRY.replace(b"town of oak hollow", b"Town Of Oak Hollow"),
        HEAD + ENTRY * 501,
        HEAD + b"#" * MAX_FILE_BYTES,
    ],
    ids=[
        "no text",
        "no TOML",
        "no owner",
        "no date",
        "unknown key",
        "free mail",
        "public suffix",
        "no domain",
        "unknown kind",
        "capital letters",
        "too many",
        "too large",
    ],
)
def test_a_list_that_cannot_be_right_is_refused(data: bytes) -> None:
    with pytest.raises(OwnNamesError):
        parse_own_names(data)


def test_an_empty_list_is_a_list() -> None:
    assert parse_own_names(HEAD) == ()
