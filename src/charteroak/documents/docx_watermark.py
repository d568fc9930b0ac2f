"""The mark behind the text of every page of a Word document: what was played must not pass for real.

Word has no element for a watermark; it writes a piece of word art (VML, ECMA-376 part 4, section 19.1) into the page
head, and so does this. A reader that cannot draw it still shows the banner, which stands in the same head as text.
"""

from typing import TYPE_CHECKING

from docx.oxml import parse_xml

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

_TEXT_ON_A_LINE = "_x0000_t136"
_RUN = """\
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
     xmlns:o="urn:schemas-microsoft-com:office:office"><w:rPr><w:noProof/></w:rPr><w:pict>
  <v:shapetype id="{kind}" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
    <v:formulas>
      <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
      <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
      <v:f eqn="if @0 @4 21600"/>
    </v:formulas>
    <v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>
  </v:shapetype>
  <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#{kind}" alt="" o:allowincell="f" stroked="f"
      fillcolor="#e8e8e8" style="position:absolute;margin-left:0;margin-top:0;width:480pt;height:120pt;rotation:308;\
z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
mso-position-vertical:center;mso-position-vertical-relative:margin">
    <v:textpath style="font-family:&quot;Public Sans&quot;;font-size:1pt;font-weight:bold" string="{word}"/>
  </v:shape>
</w:pict></w:r>"""


def mark_pages(head: "WordParagraph", word: str) -> None:
    """Put one word of ours behind the text of every page that has this paragraph in its head."""
    head._p.append(parse_xml(_RUN.format(kind=_TEXT_ON_A_LINE, word=word)))  # noqa: SLF001 - python-docx has no other way
