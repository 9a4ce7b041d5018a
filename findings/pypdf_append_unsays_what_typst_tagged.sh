#!/usr/bin/env bash
# typst 0.15.2 writes tagged PDF unasked: headings and their order for a screen reader, the language, a title. pypdf 7.1.0
# puts such files one behind the other without them: PdfWriter().append takes pages and outlines, and leaves the tree of
# tags, /Lang, /MarkInfo and the title, while the pages still carry the marks (/MCID) that led into that tree. With
# PdfWriter(clone_from=first) and append(second) the file goes on saying /Marked true, and no tag leads to a page of the
# second: to a screen reader they may be empty. Neither warns, and on the screen nothing is missing.
# Guess before: append brings along what the pages need, tags and language with them.
# What follows for us: the packet is one document of typst's, and pypdf only reads. Who wants a letter before it puts it
# into typst's source, and joins no finished files.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "typst==0.15.2" "pypdf==7.1.0" 2>/dev/null
cat >"$folder/join.py" <<'PYTHON'
from io import BytesIO

import typst
from pypdf import PdfReader, PdfWriter


def made(heading):
    source = f'#set document(title: "Packet")\n#set text(lang: "en")\n= {heading}\nA sentence.\n'
    return BytesIO(typst.compile(source.encode()))


def tagged_pages(element, found):
    """The object numbers of pages that the tree of tags leads to."""
    element = element.get_object()
    if isinstance(element, list):
        for inner in element:
            tagged_pages(inner, found)
    elif isinstance(element, dict):
        if "/Pg" in element:
            found.add(element.raw_get("/Pg").idnum)
        tagged_pages(element.get("/K", []), found)
    return found


def tell(name, writer):
    written = BytesIO()
    writer.write(written)
    reader = PdfReader(written)
    root = reader.root_object
    led_to = tagged_pages(root["/StructTreeRoot"], set()) if "/StructTreeRoot" in root else set()
    print(f"{name}: language {root.get('/Lang')}, marked {root.get('/MarkInfo', {}).get('/Marked')}, title {reader.metadata.title}")
    for page in reader.pages:
        heading = page.extract_text().split("\n")[0]
        marks = b"/MCID" in page.get_contents().get_data()
        print(f"  {heading}: marks {marks}, led to {page.indirect_reference.idnum in led_to}")


tell("as typst wrote it", PdfWriter(clone_from=made("First")))
appended = PdfWriter()
appended.append(made("First"))
appended.append(made("Second"))
tell("append and append", appended)
cloned = PdfWriter(clone_from=made("First"))
cloned.append(made("Second"))
tell("clone and append", cloned)
PYTHON
seen=$("$folder/venv/bin/python" "$folder/join.py" 2>&1)
printf '%s\n' "$seen"
expected='as typst wrote it: language en, marked True, title Packet
  First: marks True, led to True
append and append: language None, marked None, title None
  First: marks True, led to False
  Second: marks True, led to False
clone and append: language en, marked True, title Packet
  First: marks True, led to True
  Second: marks True, led to False'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
