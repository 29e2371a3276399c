"""The sheets, looked at with other people's programs: poppler, qpdf, zbarimg, openssl and Python itself."""
import itertools
import math
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import textwrap
import unicodedata

import pytest

TOOL = os.path.join(os.environ["QUORATE_BUILD"], "tests/oracle/paper_tool")
FONTS = "/usr/share/fonts/truetype/dejavu/"
MM = 72 / 25.4

# Published: davidbarkhuizen/nitrokey-hsm, doc/btc-key-export.md, made with a real Nitrokey HSM and sc-hsm-tool.
SHARE_FILE = bytes.fromhex(
    "53616c7465645f5fa24f5a8aef8e398445568310e4a699667642a614ff11bdc8"
    "54ccd1eca84164d2bc53ea682cda98af6080d0f37ef6d7a5ceb09d202a39abdd")
PASSWORD = "passwordpassword"
DKEK_SHARE = "5965add4f58b867f21795fe4a4a7641d1f57e784ccfd68453609c45d6326862b"
KCV = "ECC92C62E3F6189E"

# A secp256k1 key wrapped by a real Nitrokey HSM; its private scalar is published too.
with open(os.path.join(os.environ["QUORATE_SOURCE"], "tests/unit/published.h")) as published:
    PUBLISHED = {name: "".join(re.findall(r'"([^"]*)"', value)) for name, value in re.findall(
        r'#define (\w+)((?:\s|\\|"[^"]*")+)', published.read())}
KEY_FILE = bytes.fromhex(PUBLISHED["PUBLISHED_WRAPPED_FILE"])
SCALAR = "721fb160e3ae01226c38a79e70519119b406849f13faf878e787a6be111c0d0f"
DIGEST = "e58294f2e9a227486e8b061b31cc528fd7fa3f19" + "00ff" * 6
KINDS = ["share", "file", "password", "wrapped-key", "pins", "device", "script", "record", "recovery", "salts",
         "destruction"]
LISTS = {"key": KEY_FILE.hex(), "digest": DIGEST}

PLAIN = {"ceremony": "New key domain: fmd-alice", "stamp": "2026-11-23T09:41:07Z", "device": "fmd-alice (DENK0105700)",
         "set": "41fcacd9a4762ff2", "name": "fmd-alice.pbe", "threshold": 2, "total": 3, "number": 2,
         "file": SHARE_FILE.hex(), "kcv": KCV}
# A label has at most 22 characters, a text 256 bytes, a name of a file 255.
LONG = dict(PLAIN, ceremony=("New key domain: Ελληνικά Кириллица Žluťoučký " * 6)[:170], device="W" * 22 + " (DENK0105700)",
            name="M" * 251 + ".pbe", threshold=32, total=32, number=32)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, **options).stdout


def make(folder, what, how, facts, **more):
    out = folder / f"{what}-{how}"
    items = more.pop("items", [])
    run(TOOL, what, how, out, *(f"{name}={value}" for name, value in {**facts, **LISTS, **more}.items()),
        *(f"item={item}" for item in items))
    return out


def refusal(folder, what, facts):
    result = subprocess.run([TOOL, what, "a4", folder / "refused", *(f"{n}={v}" for n, v in facts.items())],
                            capture_output=True, text=True)
    assert result.returncode == 1 and not (folder / "refused").exists()
    return result.stderr.strip()


def text_of(pdf):
    return run("pdftotext", "-layout", pdf, "-").decode()


def words_of(pdf):
    """Words with their boxes, a list for each page, and the pages' sizes."""
    pages, sizes = [], []
    for line in run("pdftotext", "-bbox", pdf, "-").decode().splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            sizes.append((float(page[1]), float(page[2])))
            pages.append([])
        elif word := re.search(r'<word xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">(.*)</word>', line):
            pages[-1].append((*(float(word[i]) for i in range(1, 5)), word[5]))
    return pages, sizes


def rectangles_of(pdf):
    """Rectangles that are stroked, from the foot of the page, a list for each page."""
    content = run("qpdf", "--qdf", "--object-streams=disable", pdf, "-").decode("latin-1")
    streams = re.findall(r"%% Contents for page \d+\n.*?stream\n(.*?)endstream", content, re.S)
    number = r"(-?[\d.]+)"
    return [[tuple(map(float, found)) for found in re.findall(rf"{number} {number} {number} {number} re\n", stream)
             if float(found[3]) > 20 and float(found[2]) < 30] for stream in streams]


def overlap(a, b, slack=0.3):
    return a[0] + slack < b[2] and b[0] + slack < a[2] and a[1] + slack < b[3] and b[1] + slack < a[3]


def squeeze(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("how", ["a4", "letter", "plain"])
@pytest.mark.parametrize("facts", [PLAIN, LONG], ids=["plain", "long"])
def test_every_field_is_found(tmp_path, how, facts):
    share, file = (make(tmp_path, what, how, facts) for what in ("share", "file"))
    share, file = (out.read_text() if how == "plain" else text_of(out) for out in (share, file))
    for sheet in (share, file):
        for label in ("Ceremony", "Date (UTC)", "Device", "Set", "Share file", "Needed", "Return to", "Check again by",
                      "If you find this sheet", "quorate verify share.pbe", "sc-hsm-tool --import-dkek-share share.pbe"):
            assert label in sheet, label
        for name in ("ceremony", "stamp", "device", "set"):
            assert squeeze(facts[name]) in squeeze(sheet), name
    # A name so long that a page break falls beside it still begins and ends on the sheet.
    assert facts["name"][:20] in share and ".pbe" in share
    for label in ("Prime", "Share ID", "Share value", "Check word", "Custodian", "Witness", "2027-11-23", "REHEARSAL"):
        assert (label in share) == (label != "REHEARSAL"), label
    assert f"{facts['number']} of {facts['total']}" in share
    assert f"--pwd-shares-total {facts['threshold']}" in share
    assert "ECC9 2C62 E3F6 189E" in file
    digest = run("openssl", "dgst", "-sha256", "-r", input=SHARE_FILE).decode().split()[0]
    assert digest in squeeze(file)
    assert ("in sc-hsm-tool type: 20" in share.replace("\n", " ")) == (facts is LONG)


def test_private_facts_leave_no_trace(tmp_path):
    facts = dict(PLAIN, threshold=0, total=0, number=0, device="", ceremony="", set="")
    text = text_of(make(tmp_path, "both", "a4", facts))
    for label in ("Needed", "Share sheet", "Device", "Ceremony", "custodian 2", "0 of 0"):
        assert label not in text
    assert "--pwd-shares-total M" in text and "type a for 10" in text
    # A key check value that is not known is a line to write on.
    del facts["kcv"]
    assert "ECC9" not in text_of(make(tmp_path, "file", "a4", facts))


def items(count, text="Custodian {} came to the keyboard while everybody else turned away"):
    return [text.format(i + 1) for i in range(count)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["a4", "plain"])
def test_every_sheet_explains_itself(tmp_path, how, kind):
    sheet = make(tmp_path, kind, how, PLAIN, items=items(32))
    text = sheet.read_text() if how == "plain" else text_of(sheet)
    words = " ".join(text.split())
    for label in ("New key domain: fmd-alice", "2026-11-23T09:41:07Z", "fmd-alice (DENK0105700)", "41fc acd9 a476 2ff2",
                  "fmd-alice.pbe", "If you find this sheet", "Return to (address)", "Check again by", "2027-11-23"):
        assert label in words, label
    assert re.search(r"\bquorate\b", words, re.I) and "2 of 3" in words
    if kind in ("device", "script", "record", "salts", "destruction"):
        assert all(item in squeeze(text) or all(word in words for word in item.split()) for item in items(32))
    if how == "plain":
        assert max(map(len, text.replace("\f", "\n").splitlines())) <= 80


def test_record_has_its_digest_in_hex_and_in_words(tmp_path):
    text = " ".join(text_of(make(tmp_path, "record", "letter", PLAIN, items=items(3))).split())
    assert "e582 94f2 e9a2 2748 6e8b 061b 31cc 528f d7fa 3f19" in text.replace("Digest (SHA-256) ", "")
    # The published example of the PGP word list, as the beginning of the digest.
    assert squeeze("topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict "
                   "bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless aardvark Yucatan"
                   ) in squeeze(text.replace("The digest in words ", ""))


LONG_ITEMS = [LONG["ceremony"], "W" * 60, *items(32, "Θεοδώρα-Αλεξάνδρα Παπαδημητροπούλου фон Кириллица {}")]


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("what,facts", [("both", PLAIN), ("both", LONG), ("longest", LONG),
                                        *((kind, LONG) for kind in KINDS[2:])])
def test_nothing_overlaps_or_leaves_the_page(tmp_path, size, what, facts):
    pdf = make(tmp_path, what, size, facts, items=LONG_ITEMS)
    pages, sizes = words_of(pdf)
    boxes = rectangles_of(pdf)
    assert {tuple(round(side) for side in paper) for paper in sizes} == {{"a4": (595, 842), "letter": (612, 792)}[size]}
    assert len(pages) == len(boxes) and sum(map(len, boxes)) >= (41 if what in ("both", "longest") else 0)
    for words, rectangles, (width, height) in zip(pages, boxes, sizes):
        # The large letters behind the text are meant to lie there.
        words = [word for word in words if word[3] - word[1] < 40]
        for x, y, right, top, word in words:
            assert x >= 15 * MM and right <= width - 12 * MM and y >= 12 * MM and top <= height - 5 * MM, word
        for a, b in itertools.combinations(words, 2):
            assert not overlap(a, b), (a, b)
        drawn = [(x, height - y - h, x + w, height - y) for x, y, w, h in rectangles]
        for box, (x, y, w, h) in zip(drawn, rectangles):
            assert abs(w - 7 * MM) < 0.1 and abs(h - 9 * MM) < 0.1
            assert x >= 15 * MM and x + w <= width - 12 * MM and y >= 15 * MM and y + h <= height - 12 * MM
            assert not [word for word in words if overlap(word, box)]
        for a, b in itertools.combinations(drawn, 2):
            assert not overlap(a, b)


def test_pages_are_numbered(tmp_path):
    pdf = make(tmp_path, "both", "a4", PLAIN)
    numbers = re.findall(r"page (\d+) of (\d+)", text_of(pdf))
    first = [pair for pair in numbers if pair[1] == numbers[0][1]]
    assert numbers[0][0] == "1" and ("1", numbers[-1][1]) in numbers and numbers[-1][0] == numbers[-1][1]
    assert len(words_of(pdf)[0]) == len(numbers) >= len(first)


def test_rehearsal_is_on_every_page(tmp_path):
    pdf = make(tmp_path, "both", "a4", PLAIN, rehearsal=1)
    pages, _ = words_of(pdf)
    for number, words in enumerate(pages, 1):
        assert any(word[4].startswith("REHEARSAL") and word[3] - word[1] < 40 for word in words)
        text = run("pdftotext", "-raw", "-f", number, "-l", number, pdf, "-").decode()
        assert "REHEARSAL" in "".join(line for line in text.splitlines() if re.fullmatch("[REHASL]+", line)), "across"
    for sheet in make(tmp_path, "both", "plain", PLAIN, rehearsal=1).read_text().split("\f")[:-1]:
        assert "REHEARSAL" in sheet.splitlines()[1 if sheet.startswith("\n") else 0]


@pytest.mark.parametrize("what,facts", [("longest", LONG), *((kind, PLAIN) for kind in KINDS)])
def test_pdf_is_valid_and_whole_and_always_the_same(tmp_path, what, facts):
    pdf = make(tmp_path, what, "a4", facts, items=items(3))
    assert b"No syntax or stream encoding errors found" in run("qpdf", "--check", pdf)
    fonts = run("pdffonts", pdf).decode().splitlines()[2:]
    assert {re.search(r"\+(\S+),", line)[1] for line in fonts} >= {"DejaVuSans", "DejaVuSans-Bold"}
    for line in fonts:
        assert re.search(r"Identity-H +yes yes yes ", line), line
    before = pdf.read_bytes()
    assert make(tmp_path, what, "a4", facts, items=items(3)).read_bytes() == before


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("dpi", [150, 300])
def test_qr_symbol_is_the_file(tmp_path, size, dpi):
    expected = run("openssl", "base64", "-A", input=SHARE_FILE)
    for rehearsal in ({}, {"rehearsal": 1}):
        pdf = make(tmp_path, "file", size, PLAIN, **rehearsal)
        run("pdftoppm", "-r", dpi, "-f", 1, "-l", 1, "-gray", "-singlefile", pdf, tmp_path / "page")
        assert run("zbarimg", "--nodbus", "-q", "--raw", tmp_path / "page.pgm").rstrip(b"\n") == expected


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("kind", KINDS)
def test_first_page_looks_as_it_did(tmp_path, kind, size):
    """Against pictures of six dots an inch. After a wanted change: QUORATE_PICTURES=new writes them anew."""
    pdf = make(tmp_path, kind, size, PLAIN, items=items(8), rehearsal=1)
    run("pdftoppm", "-r", 6, "-f", 1, "-l", 1, "-gray", "-singlefile", pdf, tmp_path / "page")
    reference = os.path.join(os.environ["QUORATE_SOURCE"], "tests/oracle/pictures", f"{kind}-{size}.pgm")
    if os.environ.get("QUORATE_PICTURES") == "new":
        shutil.copy(tmp_path / "page.pgm", reference)
    (width, now), (expected_width, expected) = read_pgm(tmp_path / "page.pgm"), read_pgm(pathlib.Path(reference))
    assert (width, len(now)) == (expected_width, len(expected))
    # Another poppler smooths its edges otherwise, but a line that moved is a row of the page that is darker or lighter.
    for at in range(0, len(now), width):
        assert abs(sum(now[at:at + width]) - sum(expected[at:at + width])) < 6 * width, f"row {at // width}"


def turned(width, pixels, degrees):
    """A greyscale picture, turned around its middle; the nearest dot."""
    height, angle = len(pixels) // width, math.radians(degrees)
    sine, cosine, mid_x, mid_y = math.sin(angle), math.cos(angle), width / 2, height / 2
    out = bytearray(b"\xff" * len(pixels))
    for y in range(height):
        for x in range(width):
            from_x = int(cosine * (x - mid_x) + sine * (y - mid_y) + mid_x)
            from_y = int(cosine * (y - mid_y) - sine * (x - mid_x) + mid_y)
            if 0 <= from_x < width and 0 <= from_y < height:
                out[y * width + x] = pixels[from_y * width + from_x]
    return out


@pytest.mark.parametrize("dpi,hole", [(150, (0.55, 0.55)), (300, (0.3, 0.62))])
def test_qr_symbol_turned_and_with_a_hole_is_the_file(tmp_path, dpi, hole):
    """By 3 degrees, and with a stain of 5 % of the symbol."""
    pdf = make(tmp_path, "file", "a4", PLAIN)
    word = next(word for word in words_of(pdf)[0][0] if word[4] == "readable")
    side = 57 * MM  # 49 modules of level Q and the quiet zone, a millimetre each
    area = [round(n * dpi / 72) for n in (22 * MM, (word[1] + word[3]) / 2 - side / 2, side, side)]
    run("pdftoppm", "-r", dpi, "-f", 1, "-l", 1, "-gray", "-singlefile",
        "-x", area[0], "-y", area[1], "-W", area[2], "-H", area[3], pdf, tmp_path / "symbol")
    width, pixels = read_pgm(tmp_path / "symbol.pgm")
    pixels = bytearray(pixels)
    inner, stain = width * 49 / 57, math.sqrt(0.05) * width * 49 / 57
    left, top = (int(width * 4 / 57 + part * inner) for part in hole)
    for y in range(top, int(top + stain)):
        pixels[y * width + left:y * width + int(left + stain)] = b"\0" * (int(left + stain) - left)
    pixels = turned(width, pixels, 3)
    (tmp_path / "turned.pgm").write_bytes(b"P5\n%d %d\n255\n" % (width, len(pixels) // width) + pixels)
    read = run("zbarimg", "--nodbus", "-q", "--raw", tmp_path / "turned.pgm").rstrip(b"\n")
    assert read == run("openssl", "base64", "-A", input=SHARE_FILE)


def test_symbols_of_a_wrapped_key_are_the_file_in_order(tmp_path):
    pdf = make(tmp_path, "wrapped-key", "a4", PLAIN)
    run("pdftoppm", "-r", 150, "-gray", pdf, tmp_path / "page")
    found = set()
    for page in sorted(tmp_path.glob("page*.pgm")):
        # Pages without a symbol make zbarimg fail.
        found |= set(subprocess.run(["zbarimg", "--nodbus", "-q", "--raw", page], capture_output=True,
                                    check=False).stdout.split())
    read = run("openssl", "base64", "-A", input=KEY_FILE)
    assert found == {read[i:i + 256] for i in range(0, len(read), 256)}
    text = text_of(pdf)
    lines = re.findall(r"^ *(\d+) +((?:[A-Za-z0-9+/=]{4} ){1,4}) +([0-9a-f]{6})$", text, re.M)
    assert squeeze("".join(line[1] for line in lines)).encode() == read
    assert len(re.findall(r"Part \d of 5: lines \d+ to \d+", " ".join(text.split()))) == 5
    assert "ECC9 2C62 E3F6 189E" in text and DIGEST in squeeze(text)


def test_printed_program_opens_the_wrapped_key(tmp_path):
    lines = text_of(make(tmp_path, "wrapped-key", "letter", PLAIN)).replace("\f", "").splitlines()
    first = next(i for i, line in enumerate(lines) if "# Opens a wrapped key" in line)
    last = next(i for i, line in enumerate(lines) if "at += 2 + size" in line)
    (tmp_path / "open_key.py").write_text(textwrap.dedent("\n".join(lines[first:last + 1])) + "\n")
    (tmp_path / "key.bin").write_bytes(KEY_FILE)
    out = run(sys.executable, tmp_path / "open_key.py", tmp_path / "key.bin", input=DKEK_SHARE.encode()).decode()
    assert f"D {SCALAR}" in out and "bits 256" in out
    for change, complaint in ((30, "Damaged."), (5, "Another DKEK.")):
        damaged = bytearray(KEY_FILE)
        damaged[8 + change if change > 9 else 8] ^= 1
        (tmp_path / "key.bin").write_bytes(damaged)
        wrong = subprocess.run([sys.executable, tmp_path / "open_key.py", tmp_path / "key.bin"], text=True,
                               capture_output=True, input=DKEK_SHARE)
        assert wrong.returncode == 1 and complaint in wrong.stderr


def test_lines_are_the_file(tmp_path):
    for text in (text_of(make(tmp_path, "file", "letter", PLAIN)), make(tmp_path, "file", "plain", PLAIN).read_text()):
        lines = re.findall(r"^ *(\d+) +((?:[A-Za-z0-9+/=]{4} ){1,4}) +([0-9a-f]{6})$", text, re.M)
        assert [int(line[0]) for line in lines] == [1, 2, 3, 4, 5, 6]
        for number, characters, check in lines:
            assert crc24(f"{number}:{squeeze(characters)}".encode()) == int(check, 16)
        # The commands of the sheet, on what was typed from it.
        (tmp_path / "share.txt").write_text("\n".join(line[1] for line in lines) + "\n")
        command = re.search(r"tr -d .*share\.pbe", text)[0]
        run("sh", "-c", command, cwd=tmp_path)
        assert (tmp_path / "share.pbe").read_bytes() == SHARE_FILE


def crc24(data):
    """RFC 4880, section 6.1, as there written, bit by bit."""
    crc = 0xB704CE
    for byte in data:
        for bit in range(7, -1, -1):
            top = crc >> 23 & 1
            crc = crc << 1 & 0xFFFFFF
            if top != byte >> bit & 1:
                crc ^= 0x864CFB
    return crc


def test_plain_text_fits_80_columns(tmp_path):
    for facts in (PLAIN, LONG):
        text = make(tmp_path, "both", "plain", facts).read_text()
        assert max(map(len, text.replace("\f", "\n").splitlines())) <= 80
        assert text.count("\f") == 2 and text.endswith("\f")
        assert text.count("[_]") == 16 + 3 + 16 + 6


@pytest.mark.parametrize("name", ["שלום", "محمد", "山田", "नमस्ते", "e\u0301", "\U0001f511"])
def test_what_the_font_cannot_draw_is_refused(tmp_path, name):
    assert refusal(tmp_path, "share", dict(PLAIN, device=name)) == "FAIL_GLYPH"


def test_every_drawable_character_is_drawn_whole(tmp_path):
    """In the font, found again in the text, and accented letters with their accents: more ink than without."""
    run(TOOL, "drawable", "-", tmp_path / "drawable")
    characters = (tmp_path / "drawable").read_text().split()
    assert len(characters) > 1200
    assert not set(map(ord, characters)) - cmap("DejaVuSans.ttf") & cmap("DejaVuSans-Bold.ttf")
    letters = [c for c in characters if len(unicodedata.normalize("NFD", c)) > 1]
    bases = {c: unicodedata.normalize("NFD", c)[0] for c in letters}
    letters = [c for c in letters if bases[c] in characters]
    assert len(letters) > 700
    # Bases on a sheet of their own: a part of a letter must be embedded though nothing else on its sheet uses it.
    ink = {**ink_of(tmp_path, "letters", letters), **ink_of(tmp_path, "bases", sorted({bases[c] for c in letters}))}
    assert not [c for c in letters if ink[c] <= 1.01 * ink[bases[c]]]


def ink_of(folder, name, words):
    """How dark each word comes out."""
    pdf = make(folder, "words", "a4", {"ceremony": " ".join(words)})
    run("pdftoppm", "-r", 150, "-gray", pdf, folder / name)
    ink = {}
    for found, (width, pixels) in zip(words_of(pdf)[0], map(read_pgm, sorted(folder.glob(name + "*.pgm")))):
        for x, y, right, top, word in found:
            x, y, right, top = (round(length * 150 / 72) for length in (x - 1, y, right + 1, top))
            ink[word] = sum(255 * (right - x) - sum(pixels[row * width + x:row * width + right])
                            for row in range(y, top))
    assert not set(words) - set(ink), "found again in the text"
    return ink


def read_pgm(path):
    data = path.read_bytes()
    width, height = map(int, data.split(b"\n", 3)[1].split())
    return width, data[-width * height:]


def cmap(name):
    """The characters of a TrueType font: its cmap of format 4."""
    with open(FONTS + name, "rb") as file:
        data = file.read()
    tables = {data[i:i + 4]: struct.unpack(">I", data[i + 8:i + 12])[0]
              for i in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)}
    start, found = tables[b"cmap"], set()
    for i in range(struct.unpack(">H", data[start + 2:start + 4])[0]):
        at = start + struct.unpack(">I", data[start + 8 + 8 * i:start + 12 + 8 * i])[0]
        form, _, _, twice = struct.unpack(">4H", data[at:at + 8])
        if form != 4:
            continue
        ends, starts, deltas, offsets = (
            struct.unpack(f">{twice // 2}H", data[at + skip + twice * k:at + skip + twice * (k + 1)])
            for k, skip in ((0, 14), (1, 16), (2, 16), (3, 16)))
        for segment, (first, last) in enumerate(zip(starts, ends)):
            for c in range(first, last + 1):
                place = at + 16 + 3 * twice + 2 * segment + offsets[segment] + 2 * (c - first)
                glyph = (struct.unpack(">H", data[place:place + 2])[0] if offsets[segment]
                         else c + deltas[segment] & 0xFFFF)
                if glyph:
                    found.add(c)
    return found


def printed_program(pdf):
    lines = text_of(pdf).replace("\f", "").splitlines()
    first = next(i for i, line in enumerate(lines) if "# Opens a DKEK share file" in line)
    last = next(i for i, line in enumerate(lines) if "sys.exit('This does not open the file.')" in line)
    return textwrap.dedent("\n".join(lines[first:last + 1])) + "\n"


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "open_share.py"
    path.write_text(printed_program(make(tmp_path, "file", "letter", PLAIN)))
    (tmp_path / "share.pbe").write_bytes(SHARE_FILE)
    return path


def test_printed_program_opens_the_published_file(program):
    """The whole count of MD5, once: some twelve seconds."""
    out = run(sys.executable, program, program.parent / "share.pbe", input=f"0\n{PASSWORD}\n".encode()).decode()
    assert DKEK_SHARE in out and KCV in out


def encrypt(folder, password, salt, count):
    """A share file as sc-hsm-tool makes it, with fewer steps of MD5."""
    import hashlib
    key = block = b""
    while len(key) < 48:
        block = block + password + salt
        for _ in range(count):
            block = hashlib.md5(block).digest()
        key += block
    sealed = run("openssl", "enc", "-aes-256-cbc", "-K", key[:32].hex(), "-iv", key[32:].hex(),
                 input=bytes.fromhex(DKEK_SHARE))
    (folder / "share.pbe").write_bytes(b"Salted__" + salt + sealed)


PRIME = 0xE28C4E2A93CCA877


@pytest.mark.parametrize("secret,password", [
    (0x0123456789ABCDEF, bytes.fromhex("0123456789abcdef")),
    (0x0000456789ABCDEF, bytes.fromhex("0000456789abcdef")),
    # what sc-hsm-tool itself makes of leading zeros, and a secret above the prime as in OpenSC 0.14
    (0x0000456789ABCDEF, bytes.fromhex("456789abcdef")),
    (0xE28C4E2A93CCA877 + 5, bytes.fromhex("e28c4e2a93cca87c")),
], ids=["ordinary", "leading zeros", "without leading zeros", "above the prime"])
def test_printed_program_joins_three_of_five_shares(program, secret, password):
    text = program.read_text()
    assert text.count("10000000") == 1
    program.write_text(text.replace("10000000", "100"))
    encrypt(program.parent, password, SHARE_FILE[8:16], 100)
    shares = {x: (secret + 0x1122334455667788 * x + 0x99AABBCCDDEEFF00 * x * x) % PRIME for x in (2, 4, 11)}
    typed = "3\ne28c 4e2a 93cc a877\n" + "".join(f"{x}\n{value:016x}\n" for x, value in shares.items())
    assert DKEK_SHARE in run(sys.executable, program, program.parent / "share.pbe", input=typed.encode()).decode()
    wrong = subprocess.run([sys.executable, program, program.parent / "share.pbe"], text=True, capture_output=True,
                           input=typed.replace("11\n", "12\n"))
    assert wrong.returncode == 1 and "does not open" in wrong.stderr


def test_printed_program_opens_a_set_as_quorate_makes_it(program):
    """At the full count in the long run: half a minute; else as the quick program counts."""
    count = 10000000 if os.environ.get("QUORATE_LONG") else 1000
    secret = 0x0123456789ABCDEF
    program.write_text(program.read_text().replace("10000000", str(count)))
    encrypt(program.parent, secret.to_bytes(8, "big"), SHARE_FILE[8:16], count)
    shares = {x: (secret + 0x1122334455667788 * x + 0x99AABBCCDDEEFF00 * x * x) % PRIME for x in (1, 3, 5)}
    typed = "3\ne28c4e2a93cca877\n" + "".join(f"{x}\n{value:016x}\n" for x, value in shares.items())
    out = run(sys.executable, program, program.parent / "share.pbe", input=typed.encode()).decode()
    assert DKEK_SHARE in out and KCV in out
