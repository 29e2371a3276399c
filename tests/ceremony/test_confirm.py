"""Confirm receipt, and destruction before witnesses, with the real program, on a pseudo-terminal."""
import dataclasses

from people import slip
from test_console import assert_masked, folder, read_journal, room  # noqa: F401


def test_every_sheet_is_typed_once_more(room):  # noqa: F811
    room.play()
    kcv, path, shares = room.kcv(), room.share_file(), room.shares
    before = path.read_bytes()
    room.raw = b""
    room.press("enter").begin("Confirm receipt").answer()
    room.wait_for("The share file").press("\x15").answer(str(path)).choose("2 shares")
    room.wait_for("The key check value").answer(kcv)
    room.play("Share 1 of 2")
    for number in (3, 1):
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(shares[number])
        room.wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
    room.wait_for("this is the right key", 60).answer()
    room.wait_for("How many custodians have a share").choose("3 custodians")
    room.wait_for("Sheet 3 of 3").enter_and_wait("Type your share from your sheet")
    room.type_share(dataclasses.replace(shares[2], value=slip(shares[2].value, 9)))
    room.wait_for("Probably wrong here: Share value, digit 9")
    room.press("up", "home", *["right"] * 8).type(shares[2].value[8]).wait_for("the check word fits")
    room.press("down").enter_and_wait("Your sheet is right").answer().play()
    room.wait_for("All 3 custodians hold their shares")
    assert room.kcv() == kcv and path.read_bytes() == before
    for share in shares.values():
        assert share.value.encode() not in room.raw and share.word.encode() not in room.raw
    events, _ = read_journal(room.ceremony_folder() / "journal.jsonl")
    assert sorted(event["share"] for event in events if event["event"] == "receipt-confirmed") == [1, 2, 3]


def test_old_things_are_destroyed(room):  # noqa: F811
    room.press("esc").wait_for("Stop here?").press("down").enter_and_wait("ended before it was complete").press("enter")
    room.begin("Destroy before witnesses").answer().wait_for("The ceremony's folder").answer()
    for thing in ("Share sheet 2 of 3 of Harbour", "USB stick with Harbour.pbe"):
        room.wait_for("What is destroyed").type(thing).enter_and_wait("Destroy it now")
        room.type("destroyed").press("enter")
    room.wait_for("Leave it empty when that was all").press("enter").wait_for("Sheets to be kept").play()
    room.wait_for("2 things were destroyed before everybody's eyes")
    place = room.ceremony_folder()
    assert "USB stick with Harbour.pbe" in (place / "sheets-after.txt").read_text()
    events, _ = read_journal(place / "journal.jsonl")
    assert [event["thing"] for event in events if event["event"] == "destroyed"] == ["Share sheet 2 of 3 of Harbour",
                                                                                  "USB stick with Harbour.pbe"]
