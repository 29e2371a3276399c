"""Other custodians for the same key, with the real program, on a pseudo-terminal."""
from people import SHEETS, Plan, Room, slip
from test_console import assert_masked, find_secrets, folder, pieces, read_journal, room, seen, verify  # noqa: F401


def begin_change(room):
    """From the end of the first ceremony; the old set is what was written there."""
    room.old, room.old_file, room.old_threshold = room.shares, room.share_file(), room.plan.threshold
    room.shares, room.raw = {}, b""
    room.press("enter").wait_for("Which ceremony?").choose("Change custodians")
    return room.wait_for("open the same key for ever")


def old_turn(room, number):
    room.wait_for("whoever is next").enter_and_wait("Type your share")
    room.type_share(room.old[number])
    room.wait_for("the check word fits").enter_and_wait("Your share is taken")
    return room.answer()


def to_old_turns(room, kcv):
    room.answer().wait_for("The old share file").answer(str(room.old_file))
    room.choose("By shares").choose(f"{room.old_threshold} shares").wait_for("Which key check value").answer(kcv)
    room.choose("Nothing is private")
    return room.wait_for("The ceremony's folder").answer()


def count_old_sheets(room, sheets, destroyed, copies):
    room.wait_for("How many sheets did the old set have?").type(sheets)
    room.enter_and_wait("How many old sheets were destroyed").type(destroyed)
    room.enter_and_wait("How many copies of the old share file").type(copies)
    return room.answer().play().wait_for("The ceremony is complete")


def test_three_of_five_to_two_of_three(folder):  # noqa: F811
    with Room(folder, Plan(threshold=3, total=5)) as room:  # noqa: F811
        room.begin().play()
        kcv = room.kcv()
        before = (room.share_file()).read_bytes()
        to_old_turns(begin_change(room), kcv)

        # The first one slips; the place is pointed at. The others come in any order.
        room.wait_for("whoever is next").enter_and_wait("Type your share")
        share = room.old[4]
        room.type(share.prime).press("enter").type("4").press("enter").type(slip(share.value, 7)).press("enter")
        room.type(share.word).wait_for("Probably wrong here: Share value, digit 7.")
        room.press("up", "home", *["right"] * 6).type(share.value[6]).wait_for("the check word fits")
        room.press("down").enter_and_wait("Your share is taken").answer()
        old_turn(room, 1)
        # The same sheet does not count twice.
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(share)
        room.wait_for("the check word fits").enter_and_wait("A share with this ID was already given")
        room.type_share(room.old[5]).wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
        room.wait_for("It is the one that was expected", 20)
        assert room.kcv() == kcv
        room.answer()

        room.plan.threshold, room.plan.total = 2, 3
        room.play("The old sheets")
        count_old_sheets(room, "5", "3", "1").wait_for("and 2 are still out there")
        assert room.kcv() == kcv

        assert_masked(room)
        stream = seen(room.raw)
        for share in room.old.values():
            assert not any(piece in stream for piece in pieces(share.value) + [share.word.encode()])
        place = room.ceremony_folder()
        assert place != room.old_file.parent and room.old_file.read_bytes() == before
        assert {path.name for path in place.iterdir()} == {
            "Harbour.pbe", "journal.jsonl", *SHEETS}
        for numbers in ((1, 2), (3, 1)):
            assert verify(room, *numbers) == (0, f"KCV {kcv}\n", "")
        new = room.shares
        room.shares = {**new, **{10 + number: share for number, share in room.old.items()}}
        for path in place.iterdir():
            assert path.stat().st_mode & 0o777 == 0o600
            assert find_secrets(room, path) == set(), path.name
        events, digest = read_journal(place / "journal.jsonl")
        names = [event["event"] for event in events]
        assert names[0] == "begun" and events[0]["ceremony"] == "change-custodians"
        assert digest in room.all_words().replace(" ", "")
        assert [event["share"] for event in events if event["event"] == "old-share-typed"] == [4, 1, 5]
        assert names.index("old-file-opened") < names.index("share-file-proven") < names.index("share-written")
        assert names.index("set-proven") < names.index("old-sheets-counted")
        counted = next(event for event in events if event["event"] == "old-sheets-counted")
        assert (counted["sheets"], counted["destroyed"], counted["still_out"]) == (5, 3, 2)


def test_a_wrong_file_is_said_and_no_share_is_typed_twice(room):  # noqa: F811
    room.play()
    right, kcv = room.share_file(), room.kcv()
    begin_change(room)
    wrong = room.folder / "wrong.pbe"
    wrong.write_bytes(right.read_bytes()[:40] + bytes(24))
    room.old_file = wrong
    to_old_turns(room, "")
    old_turn(room, 3)
    old_turn(room, 2)
    room.wait_for("There are three causes", 20).choose("Name another file")
    room.wait_for("The old share file").press("\x15").answer(str(right))
    room.wait_for("Compare it with a share-file sheet", 20)
    assert room.kcv() == kcv
    room.press("esc").wait_for("Stop here?").wait_for("the old share file is as it was")
    room.press("down").enter_and_wait("The ceremony ended before it was complete")
    assert right.read_bytes()[:40] == wrong.read_bytes()[:40]
    assert {path.name for path in room.ceremony_folder().iterdir()} == {"journal.jsonl"}
