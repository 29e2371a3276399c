"""Whatever people, disks and devices do wrong: a clear sentence, and nothing is lost; the ceremony goes on to its end.

Files and shares that the commands read are in tests/commands.
"""
import os
import subprocess

import pytest

from people import QUICK, QUORATE, Room, Terminal, rehearsal_end, slip

ROOT = os.geteuid() == 0
# For root, rules of access hold only without this right.
ORDINARY = ["setpriv", "--bounding-set", "-dac_override"] if ROOT else []
OWN_MOUNTS = ["unshare", "-m"] if ROOT else ["unshare", "-rm"]


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


@pytest.fixture
def room(folder):
    with Room(folder) as made:
        yield made.begin()


def try_text(room, text, words):
    """An answer that is refused: the same is asked again, with the reason."""
    title = room.title()
    room.press("\x15").type(text).press("enter").wait_for(words)
    assert room.title() == title


def try_pin(room, pin, words, again=None):
    title = room.title()
    room.type(pin).press("enter")
    if again is not None:
        room.wait_for("Once more").type(again).press("enter")
    room.wait_for(words)
    assert room.title() == title and (not pin or pin not in room.text())
    room.press("\x15")


def test_labels_and_keyboards(room):
    room.play("The device's label")
    try_text(room, "", "Nothing was entered")
    try_text(room, "\u6e2c\u8a66", "cannot draw")
    room.press("\x15").type("x" * 300).wait_for("No more fits")
    room.press("\x15").answer("Harbour")
    try_text(room, "yz YZ 0123456789", "The line has 25 characters, and 16 were typed")
    try_text(room, "zy ZY 0123456789 -_/#@+=?", "Character 1 was to be y, and another one came.")
    try_text(room, "yz YZ 0123456789 -_/\u00a7@+=?", "this keyboard has another layout than you think")
    try_text(room, "", "Nothing was typed")
    room.play("The SO-PIN")


def test_pins(room):
    room.play("The SO-PIN")
    try_pin(room, "123456789012345", "exactly 16 digits")
    try_pin(room, "12345678901234ab", "other programs misread letters")
    try_pin(room, "3537363231383830", "known to everybody")
    try_pin(room, "1928374650918273", "The two entries differ", again="1928374650918274")
    room.type("\u00fc").wait_for("printable ASCII")
    room.type("9" * 500).wait_for("No more fits").press("\x15")
    room.play("The user PIN")
    try_pin(room, "12345", "6 to 15 characters")
    try_pin(room, "", "6 to 15 characters")
    try_pin(room, "94715286", "The two entries differ", again="94715287")
    room.play("The custodians")


def test_a_wrong_so_pin_costs_one_try_and_is_asked_again(room):
    room.play().press("enter").begin()
    right, room.plan.so_pin = room.plan.so_pin, "5" * 16
    room.play("The device is initialised").confirm()
    room.wait_for("The SO-PIN is wrong; one try is gone. 14 tries are left.")
    room.plan.so_pin, room.shares = right, {}
    room.play()
    log = (room.folder / "card1/pin-log").read_text().splitlines()
    assert log.count("SO-PIN wrong 14") == 1 and not any("wrong 13" in line for line in log)


def test_shares_that_cannot_be(room):
    room.play("Custodian 1 of 3")
    share = room.see_share(1)
    clear = "\x15"
    room.type("xyz").wait_for("Only the digits 0-9 and a-f")
    room.press(*["enter"] * 4).wait_for("Nothing was entered")
    room.press(*["up"] * 4).type(share.prime[:15]).press(*["enter"] * 4).wait_for("The prime has 16 hex digits")
    # An even number, and no prime.
    room.press(*["up"] * 4).press(clear).type(share.prime[:15] + "0").wait_for("This prime is not one")
    room.press(clear).type(share.prime + "77").wait_for("complete").press("enter")
    room.type("0").press(*["enter"] * 3).wait_for("There is no share with ID 0")
    room.press(*["up"] * 2).press(clear).type("1").press("enter").type("f" * 16).wait_for("not below the prime")
    room.press(clear).press(*["enter"] * 2).wait_for("Nothing was entered")
    room.press("up").type("0" * 5000).wait_for("complete")
    room.press(clear).type(share.value).press("enter").type(share.word[:5]).press("enter").wait_for("six characters")
    room.press(clear).type(slip(share.word, 2)).wait_for("Probably wrong here: Check word, character 2")
    room.press(clear).type(share.word)
    room.finish_turn(1).play()


def test_places(room, folder, tmp_path):
    room.play("The ceremony's folder")
    (tmp_path / "file").write_text("mine\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/journal.jsonl").write_text("theirs\n")
    try_text(room, "", "Nothing was entered")
    try_text(room, "here", "it begins with a slash")
    try_text(room, str(tmp_path / "file"), "A file stands where the folder should be")
    try_text(room, str(tmp_path / "other"), "the record of another ceremony")
    try_text(room, "/proc/here", "no such file")
    room.press("\x15").answer(str(tmp_path / "some" / "good/"))
    (tmp_path / "some/good/taken.pbe").write_text("older\n")
    try_text(room, "../share.pbe", "no slash in it")
    try_text(room, "taken.pbe", "A file of this name is there already; nothing was overwritten")
    room.press("\x15").answer("share.pbe")
    room.play("Custodian 1 of 3")
    assert (tmp_path / "file").read_text() == "mine\n" and (tmp_path / "some/good/taken.pbe").read_text() == "older\n"
    assert (tmp_path / "other/journal.jsonl").read_text() == "theirs\n"


def test_a_folder_without_write_permission(folder, tmp_path):
    closed, opened = tmp_path / "closed", tmp_path / "open"
    closed.mkdir(mode=0o555)
    with Room(folder, within=ORDINARY) as room:
        room.begin().play("The ceremony's folder")
        try_text(room, str(closed / "ceremony"), "The system refuses access")
        try_text(room, str(closed), "The system refuses access")
        assert list(closed.iterdir()) == []
        room.press("\x15").answer(str(opened)).press("\x15").answer("share.pbe").wait_for("a blank share sheet for each custodian")
        # It closes before the share file is there: nobody has seen a share, and no device was changed.
        opened.chmod(0o555)
        room.press("enter").wait_for("The system refuses access").wait_for("could not be saved in the folder")
        assert "no device was changed" in room.words()
        opened.chmod(0o700)
        room.press("enter").leave("The share file is made").play()
        assert (opened / "share.pbe").stat().st_size == 64


def test_a_full_disk(folder, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["sh", "-c", 'mount -t tmpfs -o size=64k none "$0" && exec "$@"', str(disk)]
    with Room(folder, within=OWN_MOUNTS + mount) as room:
        room.begin().play("The ceremony's folder").press("\x15").answer(str(disk / "ceremony")).press("enter")
        room.wait_for("The disk is full").wait_for("Nothing else is affected")
        room.press("enter").wait_for("The disk is full")
        inside = ["nsenter", "-t", str(room.child.pid), "-m"] + ([] if ROOT else ["-U", "--preserve-credentials"])
        subprocess.run([*inside, "mount", "-o", "remount,size=4m", str(disk)], check=True)
        room.enter_and_wait("a blank share sheet for each").play()
        listing = subprocess.run([*inside, "ls", str(disk / "ceremony")], check=True, capture_output=True, text=True).stdout
        assert sorted(listing.split()) == sorted(["Harbour.pbe", "journal.jsonl", *(f"{name}.{ending}" for ending in ("pdf", "txt")
                                            for name in ("sheets-before", "sheets-after", "record-sheet"))])


def take_out(folder, card):
    (folder / f"card{card}/removed").touch()


def put_back(folder, card):
    (folder / f"card{card}/removed").unlink()


def test_no_token(room, folder):
    room.press("esc").press("down").press("enter").read(0.2)
    for card in (1, 2):
        take_out(folder, card)
    room.press("enter", "esc").read(0.3)
    room.press("f3", "enter").wait_for("What will happen").press("enter")
    room.wait_for("Plug in the SmartCard-HSM").wait_for("Rehearsal card 1: empty").wait_for("Waiting")
    put_back(folder, 1)
    room.wait_for("Which device shall it be?").play()


def test_a_token_taken_out_in_the_middle(room, folder):
    room.play("The device is initialised")
    take_out(folder, 1)
    room.type("REHE0000001").press("enter").wait_for("Wanted is this device and no other")
    put_back(folder, 1)
    room.wait_for("to go on", 10).play("Custodian 3 of 3")
    take_out(folder, 1)
    share = room.see_share(3)
    room.type_share(share).wait_for("the check word fits").enter_and_wait("Custodian 3 is done")
    room.press("enter").wait_for("Wanted is this device and no other")
    put_back(folder, 1)
    room.play()
    assert "The device shows the same value" in room.words()


@pytest.mark.parametrize("words", [[QUORATE], [QUORATE, "rehearse", "--folder"]])
def test_no_terminal(words, tmp_path):
    words = words + [str(tmp_path / "r")] if len(words) > 1 else words + ["--folder", str(tmp_path / "r")]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "quorate: quorate needs a terminal for its screens.\n")


def test_dumb_terminal(folder):
    with Terminal("rehearse", "--folder", str(folder), program=QUICK, term="dumb") as terminal:
        terminal.wait_for("This terminal cannot place a cursor. Set TERM to its real kind")
        assert terminal.is_over() and terminal.child.exitstatus == 1


def test_a_rehearsal_that_cannot_be_kept(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    done = subprocess.run([*ORDINARY, QUICK, "rehearse", "--env", "--folder", closed / "r"], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode == 1 and done.stdout == "" and "The system refuses access" in done.stderr
    done = subprocess.run([QUICK, "rehearse", "--env", "--folder", tmp_path / ("x" * 200)], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode == 1 and done.stdout == "" and "too long" in done.stderr
