"""What stands around the text of a Word document: settings, fonts, styles; nothing that the template left behind.

python-docx begins each document with a template of its own, made on somebody's Mac for an older Word. Left as it is,
Word opens the file in its compatibility mode, puts a serif in the place of a font that is not installed, and reports an
author's program and page counts that are not true.
"""

from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

FONT, MONO = "Public Sans", "Roboto Mono"
"""Where they are not installed, a reader takes what ``_FONTS`` names beside them; nothing is embedded."""
_FONTS = f"""\
<w:fonts {nsdecls("w")}>
  <w:font w:name="{FONT}"><w:altName w:val="Arial"/><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/>\
<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>
  <w:font w:name="{MONO}"><w:altName w:val="Courier New"/><w:panose1 w:val="02070309020205020404"/>\
<w:charset w:val="00"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font>
  <w:font w:name="Symbol"><w:panose1 w:val="05050102010706020507"/><w:charset w:val="02"/><w:family w:val="roman"/>\
<w:pitch w:val="variable"/></w:font>
</w:fonts>"""
_WORD_2013 = "15"
"""The newest mode that there is: no *Compatibility Mode* in the title bar, and a table's edge stands on the margin."""
_LEFTOVERS = ("/thumbnail", "/stylesWithEffects", "/customXml", "/extended-properties")


def tidy_package(word: "WordDocument", language: str) -> None:
    """Put our fonts and settings in, and take out the template's picture, statistics, and second copy of the styles."""
    for relations in (word.part.package.rels, word.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(_LEFTOVERS):
                del relations[name]
    word.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = _FONTS.encode()  # noqa: SLF001 - no other way
    settings = word.settings.element
    for name in ("rsids", "savePreviewPicture", "proofState", "zoom", "themeFontLang"):
        for old in settings.findall(qn(f"w:{name}")):
            settings.remove(old)
    compatibility = settings.find(qn("w:compat"))
    for old in compatibility.findall(qn("w:useFELayout")):
        compatibility.remove(old)
    for setting in compatibility.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _WORD_2013)
    scheme = settings.find(qn("w:clrSchemeMapping"))
    scheme.addprevious(parse_xml(f'<w:themeFontLang {nsdecls("w")} w:val="{language}"/>'))


def keep_only(word: "WordDocument", names: frozenset[str]) -> None:
    """Take the template's hundreds of other styles away; those that a kept one names stay with it."""
    root = word.styles.element
    styles = {style.get(qn("w:styleId")): style for style in root.findall(qn("w:style"))}
    wanted = [number for number, style in styles.items() if style.find(qn("w:name")).get(qn("w:val")) in names]
    kept: set[str | None] = set()
    while wanted:
        number = wanted.pop()
        if number in styles and number not in kept:
            kept.add(number)
            links = (styles[number].find(qn(f"w:{tie}")) for tie in ("basedOn", "next", "link"))
            wanted += [link.get(qn("w:val")) for link in links if link is not None]
    for number, style in styles.items():
        if number not in kept:
            root.remove(style)
    for level in word.part.numbering_part.element.iter(qn("w:lvl")):
        for tie in level.findall(qn("w:pStyle")):
            if tie.get(qn("w:val")) not in kept:
                level.remove(tie)
