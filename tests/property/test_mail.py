"""What must hold for every mail, not only for those we thought of."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from charteroak.mail import Analysis, CampaignKey, analyze, campaign_keys, cluster_analyses, link_strength
from charteroak.mail.addresses import parse_mailboxes
from charteroak.mail.decoding import decode_words
from charteroak.mail.defects import DefectLog
from charteroak.mail.html import read_page
from charteroak.mail.identity import one_edit_apart
from charteroak.mail.mime import split_message
from charteroak.mail.privacy import Shield
from charteroak.mail.score import Verdict, weights
from charteroak.mail.unwrap import unwrap
from charteroak.mail.urls import LinkCollector

SAMPLES = Path(__file__).parents[2] / "src" / "charteroak" / "services" / "sample_data" / "mail"
SAMPLE = (SAMPLES / "phish-1.eml").read_bytes()
HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"
# What mail is made of, so that random messages reach the inner code.
PIECES = st.sampled_from(
    [
        *(
            b"\n",
            b"\r\n",
            b"\n\n",
            b" ",
            b"\0",
            b"--B",
            b"--B--",
            b"--",
            b"=",
            b'"',
            b"<",
            b">",
            b"(",
            b";",
            b":",
            b"&#",
        ),
        *(b"=?utf-8?Q?", b"?=", b"Content-Type: multipart/mixed; boundary=B\n\n", b"Content-Type: message/rfc822\n\n"),
        *(b"Content-Type: text/html\n\n", b"Content-Transfer-Encoding: base64\n", b"From: x@y.example\n", b"http://"),
        *(
            b"https://x.example/",
            b"<a href=",
            b"<!--",
            b"-->",
            b"<script>",
            b"<base href=",
            b"</a>",
            b"@",
            b"%40",
            b"\xff",
        ),
        *(
            b"Authentication-Results: ",
            b"Received: from ",
            b"spf=fail",
            b"PK\x05\x06",
            b"PK\x03\x04",
            b"name*0*=",
            b"a",
        ),
    ]
)
MESSAGES = st.one_of(
    st.binary(max_size=400),
    st.lists(PIECES, max_size=60).map(b"".join),
    st.lists(PIECES, max_size=60).map(lambda pieces: HEAD + b"".join(pieces)),
)
KEYS = st.builds(
    CampaignKey,
    st.sampled_from(["link-domain", "sender-domain", "subject", "subject-word", "text", "structure", "attachment"]),
    st.sampled_from(["a.example", "b.example", "0:c", "1:d", "2:e"]),
)
KEY_SETS = st.frozensets(KEYS, max_size=12)


@settings(deadline=None)
@given(MESSAGES)
@example(b"")
@example(HEAD + b"Content-Type: multipart/mixed; boundary=\n\n--\n--")
def test_any_bytes_get_an_answer_that_is_json(data: bytes) -> None:
    analysis = analyze(data)
    document = json.loads(json.dumps(analysis.to_json("x"), ensure_ascii=False).encode("utf-8"))
    assert document["verdict"] in set(Verdict)
    assert document["status"] in {"analyzed", "partial", "unreadable"}
    assert document["score"] >= 0
    assert analyze(data) == analysis


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, len(SAMPLE)), st.binary(max_size=6))
@settings(max_examples=examples(60), deadline=None)
def test_damaged_lure_still_gets_an_answer_without_its_recipient(start: int, length: int, patch: bytes) -> None:
    analysis = analyze(
        SAMPLE[:start] + patch + SAMPLE[start + length % 400 :], reporters=("june.whitlock@cedar-landing.example",)
    )
    assert "june.whitlock@cedar-landing.example" not in json.dumps(analysis.to_json("x")).lower()


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5))
@settings(max_examples=examples(60), deadline=None)
def test_parts_of_well_formed_mail_come_back_as_they_were(contents: list[bytes]) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("text")
    for content in contents:
        message.add_attachment(content, maintype="application", subtype="x", filename="f.bin")
    found = split_message(message.as_bytes(), DefectLog())
    assert [part.data for part in found.parts[1:]] == contents


@given(st.text(max_size=80))
def test_text_without_encoded_words_only_loses_controls(text: str) -> None:
    decoded = decode_words(text.replace("=?", ""), DefectLog())
    assert not [character for character in decoded if ord(character) < 32]


@given(st.text(alphabet='ab@.<>(),;:"\\ =?', max_size=60))
def test_address_lists_never_invent_characters(value: str) -> None:
    for mailbox in parse_mailboxes(value, DefectLog()):
        assert mailbox.address
        assert set(mailbox.address) <= set(value)


@given(st.text(alphabet="<>/!-a \"'=&#;:.hrefsctiplx\n", max_size=200))
def test_any_html_is_read(source: str) -> None:
    page = read_page(source, DefectLog())
    LinkCollector(DefectLog()).add_page(page, "body")
    assert "<script>" not in page.text or "&lt;" in source or "<" in source


@given(st.text(max_size=200))
def test_unwrapping_ends_and_stays_a_text(url: str) -> None:
    target, passed = unwrap(url)
    assert len(passed) <= 5
    assert isinstance(target, str)


@given(
    st.from_regex(r"[a-z]{2,8}(\.[a-z]{2,8})?@[a-z]{2,8}\.example", fullmatch=True),
    st.text(alphabet="abc?&=/.-_%", max_size=20),
    st.text(alphabet="abc?&=/._", max_size=20),
)
def test_shielded_address_never_survives_a_cut(address: str, before: str, after: str) -> None:
    shield = Shield([address])
    cut = shield.cut_link(f"https://x.example/{before}/{address}/{after}")
    assert address not in cut
    assert address not in shield.redact(f"{before} {address} {after}")


@given(st.frozensets(st.sampled_from(sorted(weights().points))), st.sampled_from(sorted(weights().points)))
def test_more_evidence_never_lowers_the_score(signals: frozenset[str], more: str) -> None:
    table = weights()
    if table.points[more] >= 0:
        assert table.score(signals | {more}) >= table.score(signals)


@given(KEY_SETS, KEY_SETS)
def test_link_strength_is_symmetric(first: frozenset[CampaignKey], second: frozenset[CampaignKey]) -> None:
    strength = link_strength(first, second, {})
    assert strength == link_strength(second, first, {})
    assert (strength.score == 0) == (not strength.reasons)


@given(st.text(alphabet="ab", max_size=5), st.text(alphabet="ab", max_size=5))
def test_one_edit_is_symmetric(left: str, right: str) -> None:
    assert one_edit_apart(left, right) == one_edit_apart(right, left)


@pytest.fixture(scope="module")
def analyses() -> dict[str, Analysis]:
    sites = ["one.example", "two.example", "three.example"]
    subjects = [
        "Confirm your direct deposit",
        "Verify direct deposit today",
        "Your parcel waits",
        "Mailbox storage full",
    ]
    lure = "From: p{}@host{}.example\nSubject: {}\n\nhttps://{}/{}\n"
    return {str(i): analyze(lure.format(i % 4, i % 5, subjects[i % 4], sites[i % 3], i).encode()) for i in range(24)}


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_clusters_do_not_depend_on_the_order_of_the_input(analyses: dict[str, Analysis], chance: object) -> None:
    import random

    assert isinstance(chance, random.Random)
    expected = cluster_analyses(analyses)
    assert expected
    names = list(analyses)
    chance.shuffle(names)
    assert cluster_analyses({name: analyses[name] for name in names}) == expected
    assert all(campaign_keys(analysis) == analysis.keys for analysis in analyses.values())
