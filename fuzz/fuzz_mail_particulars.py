"""Hostile bytes as mail, read for its journey, ARC chain and signatures, and written as text and as STIX.

Nothing raises, the receiver is in none of it, and what is written is JSON.
"""

import json
from datetime import UTC, datetime

from charteroak.documents.plain_text import plain_text
from charteroak.mail import analyze
from charteroak.mail.dkim.keys import parse_published_keys
from charteroak.mail.particulars import read_particulars
from charteroak.response.own_sites import packaged_sites
from charteroak.response.phish_paper.facts import PhishFacts
from charteroak.response.phish_paper.field_map import load_field_map
from charteroak.response.phish_paper.paper import phish_paper
from charteroak.services.mail_exports import bundle_of_mails
from charteroak.tlp import TLPLabel
from fuzz_mail import SEEDS
from harness import fuzz

MOMENT = datetime(2026, 11, 20, 14, tzinfo=UTC)
KEYS = parse_published_keys(
    b'owner = "RFC 8463"\n[[keys]]\ndomain = "football.example.com"\nselector = "brisbane"\nseen = 2018-09-01\n'
    b'record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="\n'
)
SIGNED = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/simple; d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to : subject; l=10;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=x; t=1; b=AAAA
ARC-Authentication-Results: i=1; mx.list.example; dmarc=pass header.from=bank.example
Received: from a (b [1.2.3.4]) by c.example; Mon, 1 Jan 2026 00:00:00 +0000
From: Joe <joe@football.example.com>
To: June <june.whitlock@cedar-landing.example>
Subject: Is dinner ready?

Hi.
"""


def parse(data: bytes) -> None:
    """Any bytes have particulars, a paper and a bundle."""
    analysis = analyze(data)
    (particulars, *_) = read_particulars(data, at=MOMENT.date(), keys=KEYS)
    json.dumps(particulars.to_json())
    facts = PhishFacts(analysis=analysis.to_json(""), dated=MOMENT, particulars=particulars)
    plain_text(phish_paper(facts, load_field_map())).encode()
    made, _ = bundle_of_mails([(analysis, particulars, MOMENT)], TLPLabel.AMBER, packaged_sites())
    json.loads(made.content)


if __name__ == "__main__":
    fuzz("mail-particulars", parse, (*SEEDS, SIGNED))
