"""New sheets for old shares, with the real program, on a pseudo-terminal: nothing changes but the paper."""
import dataclasses

from people import Plan, Room, slip
from test_console import assert_masked, folder, pieces, read_journal, room, seen  # noqa: F401


def test_old_shares_get_check_words(room):  # noqa: F811
    room.play()
    kcv, path, old = room.kcv(), room.share_file(), room.shares
    before = path.read_bytes()
    room.raw = b""
    bare = {number: dataclasses.replace(share, word="") for number, share in old.items()}
    room.press("enter").begin("New sheets for old shares").answer()
    room.wait_for("The share file").press("\x15").answer(str(path)).choose("2 shares")
    room.wait_for("The key check value").type(kcv[:7]).enter_and_wait("16 hex digits (0-9, a-f)")
    # What was typed is still there, and is completed.
    room.type(kcv[7:]).press("enter").wait_for("The ceremony's folder").answer()
    room.play("Share 1 of 2")
    for number in (3, 1):
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(bare[number])
        room.enter_and_wait("Your share is taken").answer()
    room.wait_for("this is the right key", 60).answer()
    room.wait_for("How many custodians have a share").choose("3 custodians").wait_for("a blank share sheet for each custodian").answer()
    room.shares = {}
    for turn, number in enumerate((2, 3, 1), 1):
        room.wait_for(f"New sheet {turn} of 3: a custodian").enter_and_wait("Type your share from the old sheet")
        if turn == 1:
            # A wrong one, which no check word tells of, is seen to be beside the others.
            room.type_share(dataclasses.replace(bare[2], value=slip(bare[2].value, 5)))
            room.enter_and_wait("This is wrong")
        room.type_share(bare[number])
        begin = len(room.raw)
        share = room.enter_and_wait("The share is hidden in").read_share()
        assert (share.number, share.value, share.word) == (str(number), old[number].value, old[number].word)
        room.shares[number] = share
        room.enter_and_wait("Now type your share from the new sheet")
        share.begin, share.end = begin, len(room.raw)
        room.type_share(share)
        room.wait_for("the check word fits").enter_and_wait("Your new sheet is right").answer()
    room.play().wait_for("All 3 custodians have their shares on new sheets")
    assert room.kcv() == kcv and path.read_bytes() == before
    assert_masked(room)
    events, _ = read_journal(room.ceremony_folder() / "journal.jsonl")
    assert [event["share"] for event in events if event["event"] == "sheet-renewed"] == [2, 3, 1]
    assert not list(room.ceremony_folder().glob("*.pbe"))

