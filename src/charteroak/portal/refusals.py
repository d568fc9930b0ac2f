"""Sentences of errors in the reader's language.

Errors are raised below the portal, in English and often with a number in them. Those that someone without an account
may meet are listed here with their blanks, so that a page in Spanish refuses in Spanish; any other stays as it is.
"""

import functools
import re
from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from charteroak.errors import CharterOakError

SENTENCES = (
    gettext_noop("Mail %(number)s of %(count)s: %(sentence)s Nothing was recorded."),
    gettext_noop("The mail is empty."),
    gettext_noop("Save the original mail as a file (.eml) and choose that file."),
    gettext_noop("The mail is larger than %(number)s MB."),
    gettext_noop("Describe it instead."),
    gettext_noop("This is not a mail message with its headers."),
    gettext_noop("The zip cannot be read."),
    gettext_noop("The zip holds too many files."),
    gettext_noop("The zip holds no mail: no file in it ends in .eml, .msg or .mbox."),
    gettext_noop("The zip grows too large when it is unpacked."),
    gettext_noop("The zip is locked with a password."),
    gettext_noop("Hand in the mails themselves."),
    gettext_noop("This holds more than %(number)s mails."),
    gettext_noop("Hand in %(number)s or fewer at a time."),
    gettext_noop("This is not a receipt code."),
    gettext_noop("One character of this receipt code is wrong."),
    gettext_noop("Copy the sixteen characters from the receipt page."),
    gettext_noop("There is nothing here that you may see."),
    gettext_noop("Check the address, or sign in."),
    gettext_noop("There is no desk here to report to."),
    gettext_noop("Send the report to %(mail)s by mail."),
    gettext_noop("This is not the password that you sign in with."),
    gettext_noop("This is the password that you have already."),
    gettext_noop("Choose another one."),
    gettext_noop("The password of the sample state is published, for everybody who looks at it; it cannot be changed."),
    gettext_noop("In an installation of your own, everybody has a password of their own."),
)
_BLANKS = {"number": "[0-9]+", "count": "[0-9]+", "mail": r"\S+@\S+?", "sentence": ".+"}


def refusal(error: CharterOakError) -> str:
    """What was refused and what to do, in the reader's language."""
    return f"{translated(error.message)} {translated(error.remedy)}".strip()


def translated(sentence: str) -> str:
    """A sentence of an error in the reader's language; as it is where it is not listed."""
    for template, pattern in _patterns():
        if match := pattern.fullmatch(sentence):
            return gettext(template) % _said(match.groupdict())
    return sentence


def _said(blanks: Mapping[str, str]) -> dict[str, str]:
    return {name: translated(text) if name == "sentence" else text for name, text in blanks.items()}


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = []
    for template in SENTENCES:
        pattern = re.escape(template)
        for name, shape in _BLANKS.items():
            pattern = pattern.replace(re.escape(f"%({name})s"), f"(?P<{name}>{shape})")
        patterns.append((template, re.compile(pattern, re.DOTALL)))
    return tuple(patterns)
