"""Answers of a reporter in the words of the paper."""

from collections.abc import Mapping

OUTCOMES: Mapping[str, str] = {
    "successful": "It succeeded",
    "unsuccessful": "It was tried and failed",
    "blocked": "A safeguard blocked it",
    "suspected": "Suspected, without proof",
    "unknown": "Not known yet",
}
DISCLOSURES: Mapping[str, str] = {
    "named": "The organization may be named to other members",
    "desk-only": "Only the desk",
    "anonymous": "Nobody: no name was kept",
}
DEEDS: Mapping[str, str] = {
    "read": "Only read it",
    "link": "Opened a link in it",
    "password": "Entered a password or a code",
    "file": "Opened a file from it, or installed something",
    "answered": "Answered it",
    "money": "Sent money, or changed payment details",
    "maybe-link": "Not sure whether a link was opened",
    "maybe-password": "Not sure whether a password or a code was entered",
    "maybe-file": "Not sure whether a file was opened, or something installed",
    "not-sure": "Not sure",
}
