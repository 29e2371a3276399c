"""A planned 3-of-5 from the first question to the last, with everything private that can be; and its record."""
import re
import subprocess

import pytest

from people import SHEETS, QUICK, Plan, Room, rehearsal_end
from test_console import read_journal

PEOPLE = ("Olive Operator", "Wanda Witness", "Alice Anchor", "Bob Buoy", "Carol Cove", "Dora Dock", "Ed Ebb")
PLAN = """\
[plan]
name = Harbour root keys
organisation = Harbour Trust
ceremony = new-key-domain
label = Harbour
device = new
backup = m-of-n
custodians = 5
threshold = 3
""" + "[operator]\nname = {}\n[witness 1]\nname = {}\n".format(*PEOPLE[:2]) + "".join(
    f"[custodian {number}]\nname = {name}\n" for number, name in enumerate(PEOPLE[2:], 1))
PRIVATE = PLAN.replace("threshold = 3\n", "threshold = 3\nprivate = names, custodians, threshold\n"
                                          "salt = 00112233445566778899aabbccddeeff\n")
QUESTIONS_DECIDED = {"The device's label", "What to decide about the backup", "The form of the backup", "The custodians",
                     "How many are needed", "What stays private"}


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


def begin(folder, text):
    """The plan lies in the folder, and is offered there."""
    path = folder / "ceremonies" / "harbour.ini"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    room = Room(folder, Plan(threshold=3, total=5))
    room.press("f3").wait_for("Plan: Harbour root keys").choose("Plan: Harbour root keys")
    return room.wait_for("What will happen")


def copy_salts(room):
    """By hand, from the sheet as it is shown on the screen."""
    room.wait_for("This is in no file").press("down", "enter").wait_for("Salts of private fields")
    lines = room.text()
    for _ in range(20):
        before = room.text()
        if room.press("pgdn").text() == before:
            break
        lines += "\n" + room.text()
    words = re.sub(r"[\s│]+", " ", lines)
    found = {}
    for name in ("custodians", "threshold", "names"):
        value, salt = re.search(rf" {name} (\S.*?) its salt ((?:[0-9a-f]{{4}} ?){{8}})", words).groups()
        found[name] = (value.strip(), salt.replace(" ", ""))
    room.press("esc").wait_for("This is in no file").press("up", "enter")
    room.wait_for("Put the sheet of salts into an envelope").answer("sealed")
    return found


def opened(record, name, value, salt):
    done = subprocess.run([QUICK, "journal", "open", record, name, value, salt], capture_output=True, text=True, timeout=20)
    return done.returncode == 0 and "Proven" in done.stdout


def test_a_planned_ceremony_keeps_what_is_private(folder):
    with begin(folder, PRIVATE) as room:
        room.answer()
        assert "3 of 5" in room.all_words() and "SHA-256 of the plan" in room.all_words()
        room.answer()
        assert room.title() == "Who is here" and "Operator, Olive Operator: come to the keyboard" in room.words()
        asked = set()
        while room.title() != "The sheet of salts":
            asked.add(room.title())
            room.PARTS[room.title()](room)
        salts = copy_salts(room)
        assert salts["custodians"][0] == "5" and salts["threshold"][0] == "3"
        assert all(name in salts["names"][0] for name in PEOPLE)
        while room.title() != "Done":
            asked.add(room.title())
            if room.title().startswith("Custodian 3"):
                assert "It is the turn of Carol Cove." in room.words()
            (room.PARTS.get(room.title()) or Room.turn)(room)
        assert not asked & QUESTIONS_DECIDED
        place = room.ceremony_folder()
        assert {path.name for path in place.iterdir()} == {
            "Harbour.pbe", "journal.jsonl", *SHEETS}
        events, digest = read_journal(place / "journal.jsonl")
        text = (place / "journal.jsonl").read_text()
        papers = [path.read_text() for path in place.glob("*.txt")]
        papers += [subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
                   for path in place.glob("*.pdf")]
        for written in (text, *papers):
            assert not any(name in written or name.split()[0] in written for name in PEOPLE)
            assert not re.search(r"\b3 of (the )?5\b|\bany 3\b|of 5\b", written)
        # Neither as a number of its own, nor by how many lines there are of a kind that custodians have.
        assert not any(isinstance(value, int) and value in (3, 5) for event in events for name, value in event.items()
                       if name not in ("n", "version_major", "version_minor", "user_pin_tries"))
        assert not any("share-" in event["event"] and "custodian" in event for event in events)
        names = [event["event"] for event in events]
        assert not [name for name in set(names) if names.count(name) in (3, 5)]
        # The digest of the plan is in the record and on every sheet.
        plan = subprocess.run(["sha256sum", folder / "ceremonies/harbour.ini"], capture_output=True, text=True,
                              check=True).stdout.split()[0]
        assert next(event["sha256"] for event in events if event["event"] == "plan-agreed") == plan
        assert all(plan in re.sub(r"\s", "", paper) for paper in papers)
        # The sealed sheet opens them, and nothing near it does.
        record = place / "journal.jsonl"
        for name, (value, salt) in salts.items():
            assert opened(record, name, value, salt)
            assert not opened(record, name, value, salt[::-1])
        assert not opened(record, "threshold", "2", salts["threshold"][1])
        # The words of the digest stand on the last screen.
        assert digest in room.all_words().replace(" ", "")


def test_the_record_is_shown_verified_and_printed_for_signing(folder):
    with begin(folder, PLAN) as room:
        room.press("f6").wait_for("There is no record yet")
        room.play("The share file's name")
        room.press("f6").wait_for("whole and unchanged")
        assert "Wanda Witness is present, and agrees with the plan" in room.all_words()
        room.press("p").wait_for("This ceremony is not over").press("esc").wait_for("What shall the share file be called")
        room.play()
        place = room.ceremony_folder()
        assert (place / "plan.ini").read_text() == PLAN
        events, digest = read_journal(place / "journal.jsonl")
        software = next(event for event in events if event["event"] == "software")
        assert software["module"] == "PC/SC" and software["libcrypto"].startswith("OpenSSL 3")
        library = subprocess.run(["sha256sum", software["file"]], capture_output=True, text=True, check=True).stdout
        assert software["module_sha256"] == library.split()[0]
        shown = room.press("f6").wait_for(f"{len(events)} lines, whole and unchanged").all_words()
        assert digest in shown.replace(" ", "") and "Operator, Olive Operator confirmed what was done." in shown
        room.press("p").wait_for("record-to-sign.pdf").press("enter").wait_for("whole and unchanged")
        sheet = (place / "record-to-sign.txt").read_text()
        assert digest in re.sub(r"\s", "", sheet) and "Witness 1, Wanda Witness" in sheet
        assert "REHEARSAL" in sheet and "Custodian 4 wrote the share down" in re.sub(r"\s+", " ", sheet)
        # A second time beside it, never over it.
        room.press("p").wait_for("record-to-sign-2.pdf").press("esc", "esc").wait_for("The ceremony is complete")
        room.press("enter").wait_for("Which ceremony?").press("f6").wait_for("New key domain, Harbour")
        (place / "journal.jsonl").write_text((place / "journal.jsonl").read_text().replace("Alice", "Malle", 1))
        room.press("enter").wait_for("was changed after it was written")
        changed = next(number for number, event in enumerate(events, 1) if "Alice Anchor" in str(event))
        assert f"Line {changed}:" in room.words()
