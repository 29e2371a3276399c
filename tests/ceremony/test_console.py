"""A new key domain from the first question to the last, on a pseudo-terminal, as the people in the room hold it."""
import base64
import hashlib
import json
import re
import subprocess

import pytest

from people import QUICK, SHEETS, Plan, Room, rehearsal_end, slip

ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
REPEAT = re.compile(rb"(.)\x1b\[(\d+)b", re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


@pytest.fixture
def room(folder):
    with Room(folder) as made:
        yield made.begin()


def seen(raw):
    """What a terminal was sent, without commands to it and without blanks."""
    raw = REPEAT.sub(lambda found: found[1] * (int(found[2]) + 1), raw)
    return re.sub(rb"\s", b"", ESCAPE.sub(b"", raw))


def pieces(digits):
    """Half of a secret is too much already."""
    return [digits[at:at + 8].encode() for at in range(len(digits) - 7)]


def masked_parts(room):
    """The stream without what was sent while somebody's share was shown."""
    at, parts = 0, []
    for share in sorted(room.shares.values(), key=lambda share: share.begin):
        parts.append(room.raw[at:share.begin])
        at = share.end
    return parts + [room.raw[at:]]


def assert_masked(room):
    """No share and no PIN was sent but each share in its own turn, where it is found: the control."""
    parts = [seen(part) for part in masked_parts(room)]
    for share in room.shares.values():
        shown = seen(room.raw[share.begin:share.end])
        assert share.prime.encode() in shown and share.value.encode() in shown and share.word.encode() in shown
        for secret in pieces(share.prime) + pieces(share.value) + [share.word.encode()]:
            assert not any(secret in part for part in parts)
        others = [other for other in room.shares.values() if other is not share]
        assert not any(piece in shown for other in others for piece in pieces(other.value))
    for pin in (room.plan.so_pin, room.plan.user_pin):
        assert not any(piece in seen(room.raw) for piece in pieces(pin))


def forms(text):
    """How a secret might stand in a file."""
    grouped = " ".join(re.findall(".{1,4}", text))
    found = {text, text.upper(), grouped, grouped.upper(), text[::-1], text.encode().hex()}
    found |= {base64.b64encode(form.encode()).decode().rstrip("=")[:-1] for form in (text, text.upper())}
    found = {form.encode() for form in found}
    if re.fullmatch("[0-9a-f]{16}", text):
        found |= {bytes.fromhex(text), bytes.fromhex(text)[::-1]}
    return found


def find_secrets(room, path):
    """The secrets of a ceremony that stand in a file; a PDF is looked at with its streams unpacked and as text."""
    contents = [path.read_bytes()]
    if path.suffix == ".pdf":
        contents += [subprocess.run(command, capture_output=True, check=True).stdout for command in
                     (["qpdf", "--stream-data=uncompress", "--object-streams=disable", path, "-"], ["pdftotext", path, "-"])]
    secrets = {room.plan.so_pin, room.plan.user_pin}
    for share in room.shares.values():
        secrets |= {share.prime, share.value, share.word}
    return {secret for secret in secrets for content in contents for form in forms(secret) if form in content}


def read_journal(path):
    """Each line names the one before it by its SHA-256. Returns the events and the digest of the last line."""
    chain, events = "0" * 64, []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        entry = json.loads(line)
        assert entry["chain"] == chain and entry["n"] == number
        chain = hashlib.sha256(line).hexdigest()
        events.append(entry)
    return events, chain


def assert_saved(room, is_new):
    """Everything is there after a whole ceremony, whole, and without a secret."""
    place, plan = room.ceremony_folder(), room.plan
    assert place.stat().st_mode & 0o777 == 0o700
    names = {path.name for path in place.iterdir()}
    assert names == {f"{plan.label}.pbe", "journal.jsonl", *SHEETS}
    for path in place.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert find_secrets(room, path) == set(), path.name
    share_file = room.share_file().read_bytes()
    assert len(share_file) == 64 and share_file.startswith(b"Salted__")
    # Blank: a sheet for each custodian, with boxes, and nothing that only the shares' owners know.
    sheets = (place / "sheets-before.txt").read_text()
    for number in range(1, plan.total + 1):
        assert f"{number} of {plan.total}" in sheets
    assert not re.search(r"\b[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}\b", sheets)
    paper = (place / "sheets-after.txt").read_text()
    assert room.kcv() in re.sub(r"[ :]", "", paper) and hashlib.sha256(share_file).hexdigest()[:4] in paper

    events, digest = read_journal(place / "journal.jsonl")
    names = [event["event"] for event in events]
    assert names[0] == "begun" and digest in room.all_words().replace(" ", "")
    for intent, result in (("initialise-intended", "initialised"), ("user-pin-proof-intended", "user-pin-proven"),
                           ("so-pin-proof-intended", "so-pin-proven"), ("import-intended", "imported")):
        assert names.count(intent) == names.count(result) == 1 and names.index(intent) < names.index(result)
    assert names.index("share-file-proven") < names.index("initialise-intended")
    before = events[names.index("initialise-intended")]
    assert (before["so_pin"] == "not set") == is_new
    assert events[names.index("imported")]["dkek_outstanding"] == 0
    value = next(event for event in events if event["event"] == "key-check-value")
    assert value["predicted"].upper() == room.kcv() and value["of_device"] == "equal"
    assert names.count("share-written") == plan.total
    return names


def verify(room, *numbers):
    done = subprocess.run([QUICK, "verify", "--shares-stdin", room.share_file()], input=room.shares_text(*numbers),
                          text=True, capture_output=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


def test_two_of_three_on_a_new_device_and_then_on_the_used_one(room):
    room.play("The SO-PIN")
    assert "Choose the SO-PIN" in room.words()
    room.play()
    first = room.kcv()
    names = assert_saved(room, is_new=True)
    assert "share-mistyped" not in names
    for numbers in ((1, 2), (1, 3), (3, 2)):
        assert verify(room, *numbers) == (0, f"KCV {first}\n", "")
    assert_masked(room)

    # The same device again: its SO-PIN is set, and only the right one gets further.
    room.press("enter").begin()
    old, room.shares, room.raw = room.shares, {}, b""
    room.plan = Plan(label="Harbour again", user_pin="85263741")
    room.play("The SO-PIN")
    assert "Enter the SO-PIN that the device has now" in room.words() and "15 tries are left" in room.words()
    room.play("The device is initialised").wait_for("It leaves the key domain that it belongs to now")
    room.play()
    assert room.kcv() != first
    room.plan.label = "Harbour-again"
    assert_saved(room, is_new=False)
    assert_masked(room)
    code, out, err = verify(room, 2, 3)
    assert (code, out, err) == (0, f"KCV {room.kcv()}\n", "")
    # Shares of the domain before do not open this file.
    room.shares = old
    code, out, err = verify(room, 1, 2)
    assert code == 1 and "KCV" not in out and "do not open this file" in err


def test_the_search_for_secrets_finds_them(room, tmp_path):
    """The control of find_secrets and of assert_masked."""
    room.play("Custodian 1 of 3").turn()
    share = room.shares[1]
    for content in (f"x{share.value}y".encode(), bytes.fromhex(share.prime), room.plan.user_pin.encode(),
                    base64.b64encode(room.plan.so_pin.encode()), " ".join(re.findall("....", share.value)).encode()):
        (tmp_path / "planted").write_bytes(b"before " + content + b" after")
        assert find_secrets(room, tmp_path / "planted")
    assert_masked(room)
    room.raw += b"\x1b[3;4H" + "\x1b[m ".join(share.value).encode()
    with pytest.raises(AssertionError):
        assert_masked(room)


def test_three_of_five(folder):
    with Room(folder, Plan(threshold=3, total=5, label="Lighthouse"), rows=30, columns=100) as room:
        room.begin().play()
        assert_saved(room, is_new=True)
        for numbers in ((1, 2, 3), (5, 3, 1), (2, 4, 5)):
            assert verify(room, *numbers) == (0, f"KCV {room.kcv()}\n", "")
        code, out, err = verify(room, 1, 5)
        assert code == 1 and "KCV" not in out and "too few" in err
        assert_masked(room)


def test_a_slip_of_the_pen_is_pointed_at_once(room):
    room.play("Custodian 2 of 3")
    share = room.see_share(2)
    # Digit 7 of the value: the custodian is told where it probably is before any Enter, and corrects it.
    room.type(share.number).press("enter").type(slip(share.value, 7)).press("enter").type(share.word)
    room.wait_for("Probably wrong here: Share value, digit 7. Compare it with your sheet.")
    room.press("enter")
    assert "Custodian 2 is done" not in room.words()
    room.press("up", "home", *["right"] * 6).type(share.value[6]).wait_for("the check word fits")
    room.press("down").finish_turn(2).play()
    assert_saved(room, is_new=True)
    assert_masked(room)


def test_another_custodians_sheet_is_refused(room):
    room.play("Custodian 2 of 3")
    room.see_share(2)
    # A sheet that is right in itself, and not the one of this turn.
    room.type_share(room.shares[1]).wait_for("the check word fits")
    room.enter_and_wait("The share ID differs: share 2 was shown. The value differs from what was shown.")
    room.type_share(room.shares[2])
    room.finish_turn(2).play()
    assert "share-mistyped" in assert_saved(room, is_new=True)
    assert_masked(room)


def test_a_lost_sheet_is_shown_once_more(room):
    room.play("Custodian 1 of 3")
    share = room.see_share(1)
    room.press("f3").wait_for("The share is hidden in")
    again = room.read_share()
    assert (again.prime, again.value, again.word) == (share.prime, share.value, share.word)
    room.enter_and_wait("Now type your share")
    share.end = len(room.raw)
    room.type_share(share).finish_turn(1)
    assert_masked(room)


def test_escape_asks_and_nothing_is_lost(room):
    room.play("Custodian 2 of 3")
    share = room.see_share(2)
    room.type(share.number).press("enter").type(share.value[:9])
    room.press("esc").wait_for("Stop here?").wait_for("The device was initialised: what was on it is gone.")
    assert "only 1 custodian of 3 finished writing down a share" in room.words()
    assert str(room.ceremony_folder()) in room.words().replace(" ", "")
    # No is chosen: half a value is still there, and still masked.
    room.enter_and_wait("digit 10 of 16").type(share.value[9:]).press("enter").type(share.word)
    room.finish_turn(2).play()
    assert_saved(room, is_new=True)
    assert_masked(room)


def test_stopping_keeps_the_record(room):
    room.play("Custodian 2 of 3")
    room.see_share(2)
    room.press("esc").wait_for("Stop here?").press("down").enter_and_wait("The ceremony ended before it was complete")
    assert "only 1 custodian of 3 finished" in room.words()
    place = room.ceremony_folder()
    events, _ = read_journal(place / "journal.jsonl")
    assert events[-1]["event"] == "stopped" and events[-1]["step"] == "turns"
    assert "import-intended" not in [event["event"] for event in events]
    assert all(find_secrets(room, path) == set() for path in place.iterdir())
    assert_masked(room)
    # The next ceremony begins on the device as it is.
    room.press("enter").begin().play("The SO-PIN")
    assert "SO-PIN that the device has now" in room.words()


def test_help_covers_a_share_and_leads_back(room):
    room.play("Custodian 1 of 3").wait_for("come to the keyboard")
    begin = len(room.raw)
    room.enter_and_wait("The share is hidden in")
    share = room.read_share()
    room.press("f1").wait_for("Keys that work")
    assert share.value not in room.words().replace(" ", "")
    room.press("esc").wait_for("The share is hidden")
    assert share.value not in room.words().replace(" ", "")
    room.enter_and_wait("The share is hidden in")
    assert room.read_share().value == share.value
    room.enter_and_wait("Now type your share")
    share.begin, share.end, room.shares[1] = begin, len(room.raw), share
    # And in the middle of a masked field.
    room.type(share.prime[:5]).press("f1").wait_for("Keys that work").press("esc").wait_for("digit 6 of 16")
    room.type(share.prime[5:]).press("enter").type("1").press("enter").type(share.value).press("enter").type(share.word)
    room.finish_turn(1)
    assert_masked(room)


def test_resizing_in_a_masked_field_shows_and_loses_nothing(room):
    room.play("Custodian 1 of 3")
    share = room.see_share(1)
    for at, digit in enumerate(share.prime):
        room.type(digit)
        if at % 4 == 1:
            room.resize(24 + at, 80 + 2 * at)
    room.resize(20, 60).wait_for("too small").resize(24, 80)
    room.wait_for("complete").press("enter").type("1").press("enter").type(share.value).press("enter").type(share.word)
    room.finish_turn(1).play()
    assert_masked(room)


def test_what_is_typed_before_a_gate_is_thrown_away(room):
    room.play("Custodian 1 of 3")
    share = room.see_share(1)
    room.type_share(share).wait_for("the check word fits")
    # The custodian leans on Enter: no further than out of the own turn.
    room.child.send("\r" * 20)
    room.wait_for("Custodian 1 is done").read(0.3)
    assert "Custodian 1 is done" in room.words()
    # Nor does the next one's share pass by.
    room.enter_and_wait("Custodian 2 of 3: come to the keyboard")
    begin = len(room.raw)
    room.child.send("\r" * 20)
    room.wait_for("The share is hidden in").read(0.3)
    share = room.read_share()
    share.begin = begin
    room.enter_and_wait("Now type your share")
    share.end, room.shares[2] = len(room.raw), share
    assert_masked(room)


def test_not_one_typed_character_is_echoed(room):
    room.play("Custodian 1 of 3")
    room.see_share(1)
    # Letters stand in nothing that changes on the screen while a field is filled, so that any letter is an echo.
    for letter in "fabcdefabcdefab":
        before = len(room.raw)
        room.press(letter)
        assert not re.search(rb"[a-f]", re.sub(rb"\d+of\d+", b"", seen(room.raw[before:]))), room.raw[before:]
