"""The portal's texts in other languages: checks ``django.po`` against the source, and builds ``django.mo``.

    python tools/messages.py            write the .mo files; list what is not translated yet
    python tools/messages.py --missing  print the missing messages as .po text, to be translated
    python tools/messages.py --check    fail if a .mo is not what its .po makes, if the .po holds a text that the source
                                        no longer has, or if a text of a page for everyone is missing

Needs Django and nothing else: no gettext programs. Texts are found in templates (``translate``, ``blocktranslate``)
and in Python (``_``, ``gettext``, ``ngettext`` and their lazy forms with literal arguments).
"""

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PORTAL = ROOT / "src/charteroak/portal"
LANGUAGES = ("es",)
FOR_EVERYONE = (
    "base.html",
    "parts/",
    "forms",
    "errors/",
    "error_pages",
    "accounts/",
    "home/citizen",
    "navigation",
    "refusals",
    "reports/",
)
"""Where the texts stand that someone without an account may meet; these must all be translated."""
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}


@dataclass(slots=True)
class Message:
    """One text of the source, with the places it stands in."""

    singular: str
    plural: str | None = None
    places: set[str] = field(default_factory=set)

    @property
    def is_for_everyone(self) -> bool:
        """Whether someone without an account may meet it."""
        return any(place.removeprefix("templates/").startswith(FOR_EVERYONE) for place in self.places)


class POFormatError(ValueError):
    """A .po file cannot be read."""


def messages_of_source() -> dict[str, Message]:
    """Every translatable text of the portal, by its singular."""
    found: dict[str, Message] = {}
    for path in sorted(PORTAL.rglob("*")):
        place = path.relative_to(PORTAL).as_posix()
        if path.suffix == ".py":
            code = path.read_text(encoding="utf-8")
        elif path.suffix == ".html":
            code = _python_of_template(path.read_text(encoding="utf-8"), place)
        else:
            continue
        for singular, plural in _texts_of_python(code):
            message = found.setdefault(singular, Message(singular))
            message.plural = message.plural or plural
            message.places.add(place)
    return found


def _python_of_template(text: str, place: str) -> str:
    """The calls in what ``templatize`` makes of a template, one a line."""
    code = templatize(text, origin=place)
    calls = re.finditer(r"(?<![\w.])(?:ngettext|gettext|_)\(\s*u?['\"]", code)
    return "\n".join(_balanced(code, match.start()) for match in calls)


def _balanced(code: str, start: int) -> str:
    """The call that starts here, up to its closing parenthesis outside of strings."""
    depth, quote, position = 0, "", start
    while position < len(code):
        character = code[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return code[start : position + 1].replace("\n", "\\n")
        position += 1
    raise POFormatError(f"unbalanced call: {code[start : start + 80]}")


def _texts_of_python(code: str) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        literals = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in SINGULAR and len(literals) == 1 and literals[0]:
            yield literals[0], None
        elif name in PLURAL and len(literals) == 2:
            yield literals[0], literals[1]


def read_po(path: Path) -> dict[str, list[str]]:
    """The translations of a .po file by singular; the header stands under the empty text."""
    entries: dict[str, list[str]] = {}
    parts: dict[str, str] = {}
    key = ""

    def close() -> None:
        if "msgid" in parts:
            translations = [parts[name] for name in sorted(parts) if name.startswith("msgstr")]
            if parts["msgid"] in entries:
                raise POFormatError(f"{path}: {parts['msgid']!r} stands twice")
            entries[parts["msgid"]] = translations
        parts.clear()

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = re.fullmatch(r'(?:(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?("(?:[^"\\]|\\.)*")', text)
        if match is None:
            raise POFormatError(f"{path}, line {number}: not understood")
        if match[1] == "msgid":
            close()
        key = match[1] or key
        parts[key] = parts.get(key, "") + ast.literal_eval(match[2])
    close()
    return entries


def build_mo(entries: dict[str, list[str]], plurals: dict[str, str | None]) -> bytes:
    """A .mo file (GNU gettext manual, section 10.3), the same bytes for the same entries."""
    pairs = []
    for singular, translations in sorted(entries.items()):
        if not all(translations):
            continue
        plural = plurals.get(singular)
        key = singular if plural is None else f"{singular}\0{plural}"
        pairs.append((key.encode(), "\0".join(translations).encode()))
    offset = 28 + 16 * len(pairs)
    block, tables = b"", []
    for part in (*(original for original, _ in pairs), *(translation for _, translation in pairs)):
        tables.append((len(part), offset + len(block)))
        block += part + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return header + b"".join(struct.pack("<2I", *table) for table in tables) + block


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main() -> None:
    """Build, list or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something is missing or stale")
    parser.add_argument("--missing", action="store_true", help="print the missing messages as .po text")
    options = parser.parse_args()
    source = messages_of_source()
    faults: list[str] = []
    for language in LANGUAGES:
        po = PORTAL / "locale" / language / "LC_MESSAGES/django.po"
        entries = read_po(po)
        mo = build_mo(entries, {message.singular: message.plural for message in source.values()})
        target = po.with_suffix(".mo")
        missing = [message for key, message in source.items() if not all(entries.get(key, [""]))]
        if options.missing:
            for message in missing:
                print(f"#: {' '.join(sorted(message.places))}\nmsgid {_quoted(message.singular)}")
                if message.plural is None:
                    print('msgstr ""\n')
                else:
                    print(f'msgid_plural {_quoted(message.plural)}\nmsgstr[0] ""\nmsgstr[1] ""\n')
            continue
        if not options.check:
            target.write_bytes(mo)
            print(f"{language}: {len(entries) - 1} translated, {len(missing)} missing", file=sys.stderr)
        elif not target.is_file() or target.read_bytes() != mo:
            faults.append(f"{target.relative_to(ROOT)} is not what its .po makes; run tools/messages.py")
        faults += [
            f"{po.relative_to(ROOT)}: no longer in the source: {key!r}" for key in entries if key and key not in source
        ]
        faults += [
            f"{po.relative_to(ROOT)}: not translated: {message.singular!r}"
            for message in missing
            if message.is_for_everyone
        ]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
