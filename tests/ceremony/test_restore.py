"""From paper alone: what a ceremony printed is all that is left, and the same keys are there again."""
import re
import shutil
import subprocess

from people import QUICK, Plan, Room, rehearsal_end
from test_genuine import Tools
from test_printing import a_cups, select  # noqa: F401

LINE = re.compile(r"^ *\d+ +(?:[A-Za-z0-9+/=]{4} *){1,4} *[0-9a-f]{6}$", re.M)


def printed(cups):
    """The text of everything that came out of the printer, oldest first."""
    jobs = sorted(cups.out.glob("job.*"), key=lambda path: int(path.suffix[1:]))
    return [subprocess.run(["pdftotext", "-layout", str(job), "-"], capture_output=True, text=True, check=True).stdout
            for job in jobs]


def lines_of(sheet):
    found = LINE.findall(sheet)
    # The recovery instructions behind it have none.
    assert [int(line.split()[0]) for line in found] == list(range(1, len(found) + 1))
    return found


def digest_of(sheet):
    return re.search(r"SHA-256 of the file +([0-9a-f ]+)", sheet)[1].strip()


def type_lines(room, lines):
    """One line after the other, until the program says that all are there."""
    for line in lines[:-1]:
        before = room.words()
        room.type(line.strip()).press("enter")
        while room.words() == before or line.strip() in room.words():
            room.read(0.02)
    room.type(lines[-1].strip()).enter_and_wait("All lines are there and right")


def typing(room):
    return select(room, "Type the lines").enter_and_wait("Type a line as it stands")


def print_all(room):
    room.wait_for("Print on laser: ready")
    if "One sheet at a time" in room.words():
        select(room, "One sheet at a time").enter_and_wait("All sheets at once")
    select(room, "Print on laser").enter_and_wait("printer has all sheets", 30)
    return select(room, "Go on").answer()


def test_everything_is_lost_but_the_paper(tmp_path, cups):
    """Ceremony, print, throw all files away, type everything back from the text of the sheets: the same key check
    value, and the wrapped key restored on a second device signs."""
    cups.add("laser")
    folder = tmp_path / "room"
    with Room(folder, Plan(), settings=cups.settings) as room:
        room.begin().play("Sheets to be kept")
        print_all(room)
        kcv, shares = room.play().kcv(), room.shares
        shutil.rmtree(room.ceremony_folder())
    [paper] = printed(cups)
    file_lines, digest = lines_of(paper), digest_of(paper)
    assert len(file_lines) == 6 and kcv in re.search(r"Key check value \(KCV\) +([0-9A-F ]+)", paper)[1].replace(" ", "")

    # A key is born on the device, and its backup is printed as well.
    tools, key, wrapped = Tools(folder, room.plan), tmp_path / "key.der", tmp_path / "key.bin"
    tools.p11(1, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "05", "--label", "signing")
    tools.p11(1, "--read-object", "--type", "pubkey", "--id", "05", "-o", key)
    tools.hsm(1, "--wrap-key", wrapped, "--key-reference", 1, "--pin", room.plan.user_pin)
    subprocess.run([QUICK, "sheet", "wrapped-key", str(wrapped), "-o", str(tmp_path / "key.pdf")], check=True, timeout=20)
    cups.run("lp", "-d", "laser", data=(tmp_path / "key.pdf").read_bytes())
    key_paper = subprocess.run(["pdftotext", "-layout", str(tmp_path / "key.pdf"), "-"], capture_output=True, text=True,
                               check=True).stdout
    wrapped.unlink()

    with Room(folder, Plan(label="Second", reader="Rehearsal card 2"), settings=cups.settings) as room:
        room.begin("Restore from paper").play("The key check value").answer(kcv)
        room.play("The share-file sheet")
        typing(room)
        # Not in order, one with a slip that is named, and the rest after a look at the other ways.
        room.type(file_lines[4].strip()).press("enter").wait_for("Lines that are right: 1")
        slip = file_lines[1].strip()
        slip = slip[:5] + ("x" if slip[5] != "x" else "y") + slip[6:]
        room.type(slip).enter_and_wait("Line 2: character")
        room.press("f3").wait_for("Right so far: 1 line")
        typing(room)
        type_lines(room, [line for line in file_lines if line is not file_lines[4]])
        room.type("00000000").enter_and_wait("another one than on the sheet").press("\x15").answer(digest)
        room.choose("By shares").choose("2 shares")
        for number in (3, 1):
            room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(shares[number])
            room.wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
        room.wait_for("It is the one that was expected", 60).answer()
        typing(room.play("The wrapped keys"))
        type_lines(room, lines_of(key_paper))
        room.answer(digest_of(key_paper))
        room.wait_for("The user PIN").enter_pin(room.plan.user_pin)
        room.wait_for("The key signing is in the device", 30).enter_and_wait("That was the last one")
        room.choose("That was the last one")
        assert room.play().kcv() == kcv
        words = room.all_words()
        assert "1 wrapped key came back" in words and "The device shows the same value" in words

    # The same key: its signature fits the public half that was kept.
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_text("signed by what was paper\n")
    tools.p11(2, "--sign", "--mechanism", "ECDSA-SHA256", "--id", "05", "-i", message, "-o", signature,
              "--signature-format", "openssl")
    check = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature", signature, message]
    assert tools.run(*check) == "Verified OK\n"
    rehearsal_end(folder)


def test_a_printed_sheet_is_read_back_from_its_picture_and_by_a_scanner(tmp_path, cups):
    cups.add("laser")
    (cups.root / "usr/bin/zbarimg").symlink_to("/usr/bin/zbarimg")
    with Room(tmp_path / "room", settings=cups.settings) as room:
        room.begin("Create a share file only").play("Sheets to be kept")
        print_all(room)
        [job] = cups.out.glob("job.*")
        subprocess.run(["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", "-singlefile", str(job),
                        str(tmp_path / "scan")], check=True)
        (tmp_path / "white.pgm").write_bytes(b"P5 100 100 255\n" + b"\xff" * 10000)
        select(room.wait_for("The sheet is read back"), "Read a picture").enter_and_wait("Which file is the picture")
        room.type(str(tmp_path / "none.png")).enter_and_wait("no such file").press("\x15")
        room.type(str(tmp_path / "white.pgm")).enter_and_wait("No QR symbol was found", 30).press("\x15")
        room.type(str(tmp_path / "scan.png")).enter_and_wait("byte by byte", 30)
        assert re.search(r"Key check value \(KCV\): (?:[0-9A-F]{4} ?){4}", room.words())
        room.answer().play()
        first = (room.ceremony_folder() / "journal.jsonl").read_text()
        assert '"sheet-read-back"' in first and '"sheet-not-read-back"' not in first
    # A keyboard scanner types the symbol, and Enter.
    with Room(tmp_path / "room", settings=cups.settings) as room:
        typing(room.begin("Create a share file only").play("The sheet is read back"))
        symbol = subprocess.run(["openssl", "base64", "-A", "-in", str(room.share_file())], capture_output=True, text=True,
                                check=True).stdout
        room.type(symbol).enter_and_wait("byte by byte").answer().play()
    rehearsal_end(tmp_path / "room")
