"""The script of a child process: words and pictures as JSON in, a PowerPoint file in base64 out.

python-pptx stays out of the server; this file is run, never imported there, and knows nothing of
weightkit.
"""

import base64
import datetime
import io
import json
import sys

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.5)
INK, MUTED, BLUE = (
    RGBColor(0x1A, 0x1F, 0x24),
    RGBColor(0x55, 0x5D, 0x66),
    RGBColor(0x0B, 0x5C, 0x94),
)
PICTURE = (MARGIN, Inches(1.75), WIDTH - 2 * MARGIN, Inches(4.65))
FOOTER = Inches(6.5)
QR = Inches(0.9)


def main(said: dict) -> bytes:
    """The presentation of a `deck.Deck`."""
    made = Presentation()
    made.slide_width, made.slide_height = WIDTH, HEIGHT
    made.core_properties.title = said["title"]
    made.core_properties.author = "weightkit"
    then = datetime.datetime(2000, 1, 1)  # equal input, equal bytes
    made.core_properties.created = made.core_properties.modified = then
    front = added(made, said["title"], 40, top=Inches(2.2), height=Inches(1.2))
    written(front, said["question"], (MARGIN, Inches(3.5), WIDTH - 2 * MARGIN, Inches(1.6)), 26)
    footer(front, said)
    if said["prediction"]:
        asked = added(made, said["prediction"], 32, height=Inches(1.9))
        options = "\n".join(f"{chr(65 + i)}   {o}" for i, o in enumerate(said["options"]))
        place = (MARGIN, Inches(2.6), WIDTH - 2 * MARGIN, Inches(3.6))
        written(asked, options or "What is your estimate?", place, 26)
        footer(asked, said)
        asked.notes_slide.notes_text_frame.text = said["answer"]
    for one in said["slides"]:
        slide = added(made, one["title"], 26)
        written(slide, one["subtitle"], (MARGIN, Inches(1.2), WIDTH - 2 * MARGIN, Inches(0.5)), 14)
        pictured(slide, one["picture"], one["alt"], PICTURE)
        footer(slide, said)
        slide.notes_slide.notes_text_frame.text = f"{one['subtitle']}\n\n{said['notes']}"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def added(made, title: str, size: int, top=Inches(0.3), height=Inches(0.95)):
    """A new slide with this title."""
    slide = made.slides.add_slide(made.slide_layouts[5])  # "Title Only"
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = MARGIN, top, WIDTH - 2 * MARGIN, height
    filled(head.text_frame, title, size if len(title) < 110 else size - 4, INK)
    head.text_frame.paragraphs[0].font.bold = True
    head.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    return slide


def filled(frame, text: str, size: int, colour: RGBColor) -> None:
    """Left-aligned paragraphs of one size."""
    frame.word_wrap, frame.text = True, text
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.color.rgb = Pt(size), colour
        paragraph.alignment = 1  # left
        paragraph.space_after = Pt(size / 4)


def written(slide, text: str, place: tuple, size: int) -> None:
    """A box of text; small letters are muted."""
    box = slide.shapes.add_textbox(*place)
    filled(box.text_frame, text, size, MUTED if size < 20 else INK)


def pictured(slide, data: str, alt: str, place: tuple) -> None:
    """A picture as large as fits into a place, in its middle, with its alt text."""
    left, top, width, height = place
    picture = slide.shapes.add_picture(io.BytesIO(base64.b64decode(data)), left, top)
    scale = min(width / picture.width, height / picture.height)
    picture.width, picture.height = (
        Emu(int(picture.width * scale)),
        Emu(int(picture.height * scale)),
    )
    picture.left = Emu(int(left + (width - picture.width) / 2))
    picture.top = Emu(int(top + (height - picture.height) / 2))
    picture._element.nvPicPr.cNvPr.set("descr", alt)


def footer(slide, said: dict) -> None:
    """Settings, the link to them, and its QR code."""
    wide = WIDTH - 2 * MARGIN - QR - Inches(0.2)
    box = slide.shapes.add_textbox(MARGIN, FOOTER, wide, QR)
    filled(box.text_frame, said["settings"], 10, MUTED)
    if said["link"]:
        line = box.text_frame.add_paragraph()
        run = line.add_run()
        run.text, run.font.size, run.font.color.rgb = said["link"], Pt(10), BLUE
        if said["link"].startswith(("http://", "https://")):
            run.hyperlink.address = said["link"]
    if said["qr"]:
        place = (WIDTH - MARGIN - QR, FOOTER, QR, QR)
        pictured(slide, said["qr"], f"QR code of {said['link']}", place)


if __name__ == "__main__":
    sys.stdout.write(base64.b64encode(main(json.load(sys.stdin))).decode())
