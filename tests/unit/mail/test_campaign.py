from pathlib import Path

import pytest

from charteroak.mail import CampaignKey, analyze, campaign_keys, cluster_analyses, link_strength
from charteroak.mail.campaign import LINK_THRESHOLD, profile, rarity

SAMPLES = Path(__file__).parents[3] / "src" / "charteroak" / "services" / "sample_data" / "mail"


def mail(number: int, *, site: str, subject: str, sender: str = "", body: str = "") -> bytes:
    sender = sender or f"person{number}@host{number}.example"
    return f"From: <{sender}>\nTo: r{number}@town.example\nSubject: {subject}\n\n{body}\nhttps://{site}/{number}\n".encode()


def key(kind: str, value: str = "x") -> CampaignKey:
    return CampaignKey(kind, value)


def sample_analyses() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))}


def test_two_samples_are_one_campaign_with_reasons() -> None:
    (cluster,) = cluster_analyses({name: analyze(data) for name, data in sample_analyses().items()})
    assert cluster.members == ("phish-1.eml", "phish-2.eml")
    reasons = " ".join(cluster.reasons[0].reasons)
    assert "payroll-quickpay[.]example" in reasons
    assert "same file" in reasons


def test_two_mails_with_one_site_and_similar_subjects_are_linked() -> None:
    one = analyze(mail(1, site="lure.example", subject="Confirm your direct deposit"))
    two = analyze(mail(2, site="www.lure.example", subject="Verify direct deposit today"))
    assert link_strength(campaign_keys(one), campaign_keys(two), {}).score >= LINK_THRESHOLD


def test_two_mails_with_one_site_and_one_sender_are_linked() -> None:
    one = analyze(mail(1, site="lure.example", subject="Meeting", sender="a@sender.example"))
    two = analyze(mail(2, site="lure.example", subject="Invoices", sender="b@sender.example"))
    assert link_strength(campaign_keys(one), campaign_keys(two), {}).score >= LINK_THRESHOLD


@pytest.mark.parametrize(
    ("sites", "subjects"),
    [
        (("lure.example", "lure.example"), ("Meeting", "Invoices")),
        (("one.example", "two.example"), ("Confirm deposit now", "Confirm deposit now")),
        (("bit.ly", "bit.ly"), ("Confirm deposit now", "Confirm deposit now")),
        (("www.paypal.com", "www.paypal.com"), ("Your receipt 1", "Your receipt 2")),
    ],
)
def test_one_kind_of_evidence_is_not_enough(sites: tuple[str, str], subjects: tuple[str, str]) -> None:
    one = analyze(mail(1, site=sites[0], subject=subjects[0]))
    two = analyze(mail(2, site=sites[1], subject=subjects[1]))
    assert link_strength(campaign_keys(one), campaign_keys(two), {}).score < LINK_THRESHOLD


def test_site_that_sends_and_is_linked_to_counts_once() -> None:
    keys = [key("link-domain", "lure.example"), key("sender-domain", "lure.example")]
    assert link_strength(keys, keys, {}).score < LINK_THRESHOLD


def test_same_file_is_enough_alone() -> None:
    assert link_strength([key("attachment")], [key("attachment")], {}).score >= LINK_THRESHOLD


def test_nearly_the_same_text_is_enough_alone() -> None:
    words = "the quick brown fox jumps over a lazy dog while seven cats watch from the warm roof of an old red barn"
    body = f"{words} {words.replace('fox', 'wolf').replace('barn', 'house')} and nobody says a single word about it"
    one = analyze(mail(1, site="one.example", subject="a", body=body))
    two = analyze(mail(2, site="two.example", subject="b", body=body))
    assert link_strength(campaign_keys(one), campaign_keys(two), {}).score >= LINK_THRESHOLD


def test_common_keys_lose_their_worth() -> None:
    keys = [key("link-domain"), key("subject")]
    assert link_strength(keys, keys, {}).score >= LINK_THRESHOLD
    assert link_strength(keys, keys, dict.fromkeys(keys, 119)).score < LINK_THRESHOLD
    assert [rarity(1), rarity(20), rarity(120), rarity(10_000)] == [1.0, 1.0, 0.0, 0.0]
    assert rarity(40) > rarity(80)


def test_large_campaign_of_copies_stays_one_cluster() -> None:
    analyses = {
        str(i): analyze(mail(i, site="lure.example", subject="Confirm your direct deposit")) for i in range(150)
    }
    (cluster,) = cluster_analyses(analyses)
    assert len(cluster.members) == 150
    assert len(cluster.reasons) == 149


def test_service_that_many_lures_share_does_not_fuse_them() -> None:
    analyses = {
        str(i): analyze(
            mail(
                i,
                site="shared.example",
                subject=f"{chr(97 + i % 26) * 9}{chr(97 + i // 26) * 9} notice",
                sender="a@one.example",
            )
        )
        for i in range(150)
    }
    assert cluster_analyses(analyses) == ()


def test_profile_is_that_of_infrastructure_and_subject() -> None:
    keys = [key("link-domain"), key("subject"), key("text")]
    assert profile(keys) == profile(reversed(keys[:2]))
    assert profile(keys) != profile([key("subject")])


def test_keys_hold_nothing_about_the_recipient() -> None:
    data = (
        b"From: Desk <a@lure.example>\nTo: Clara Clerkson <clerk@cedar-landing.example>\n"
        b"Subject: Clara Clerkson, clerk@cedar-landing.example: payroll notice 4711\n\n"
        b"Dear Clara Clerkson, https://bit.ly/clerk@cedar-landing.example/x https://cedar-landing.example/"
    )
    keys = campaign_keys(analyze(data, reporters=["helpdesk@cedar-landing.example"]))
    assert "payroll notice" in {one.value for one in keys}
    assert not [one for one in keys if "clerk" in one.value or "clara" in one.value or "cedar" in one.value]


def test_forging_the_to_field_does_not_hide_the_site_from_comparison() -> None:
    data = mail(1, site="lure.example", subject="x").replace(b"r1@town.example", b"r1@lure.example")
    assert CampaignKey("link-domain", "lure.example") in campaign_keys(analyze(data))


def test_keys_fit_a_database_column() -> None:
    data = f"From: a@b.example\nSubject: {'long words ' * 90}\n\nhttps://bit.ly/{'x' * 900}\n".encode()
    assert max(len(one.value) for one in campaign_keys(analyze(data))) <= 200


def test_message_without_keys_is_in_no_cluster() -> None:
    analyses = {"a": analyze(b"From: a@b.example\n\n"), "b": analyze(b"")}
    assert cluster_analyses(analyses) == ()


def test_samples_of_a_text_have_the_values_that_are_stored_with_reports() -> None:
    words = " ".join(f"word{chr(97 + i % 26)}{chr(97 + i * 7 % 26)}" for i in range(60))
    message = f"From: a@b.example\nTo: c@d.example\nSubject: Your parcel is held\n\n{words}\n"
    assert [key.value for key in analyze(message.encode()).keys if key.kind == "text"] == [
        "0:25335ee5278a0f4b",
        "1:7efef0c9802a8827",
        "2:a6645c28efbf8336",
        "3:b6b3a33eb70f4f2f",
        "4:54194735d5464840",
        "5:1df1bad94e0a0d3a",
        "6:f3c138812e0127ec",
        "7:411716667b1111d7",
    ]
