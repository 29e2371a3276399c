"""Another device for a key domain that is there already, with the real program, on a pseudo-terminal."""
from people import Plan, Room
from test_console import assert_masked, folder, read_journal, room, seen, pieces  # noqa: F401


def test_a_second_device_joins(folder):  # noqa: F811
    with Room(folder) as first:
        first.begin().play()
        kcv, path, shares = first.kcv(), first.share_file(), first.shares
    before = path.read_bytes()
    with Room(folder, Plan(label="Second", reader="Rehearsal card 2")) as second:
        # The third and the second, for no order is asked for.
        second.join(path, [shares[3], shares[2]])
        assert second.kcv() == kcv and "The device shows the same value" in second.all_words()
        assert_masked(second)
        stream = seen(second.raw)
        for share in shares.values():
            assert not any(piece in stream for piece in pieces(share.value) + [share.word.encode()])
        events, _ = read_journal(second.ceremony_folder() / "journal.jsonl")
    names = [event["event"] for event in events]
    assert names[0] == "begun" and events[0]["ceremony"] == "join"
    # No device is touched before the file is open.
    order = ["old-file-opened", "initialise-intended", "initialised", "import-intended", "imported", "done"]
    assert [name for name in names if name in order] == order
    assert path.read_bytes() == before


def test_shares_that_do_not_open_the_file_change_no_device(folder):  # noqa: F811
    with Room(folder, Plan(threshold=3)) as first:
        first.begin().play()
        path, shares = first.share_file(), first.shares
    with Room(folder, Plan(label="Second", reader="Rehearsal card 2")) as second:
        # Two of a set that needs three: consistent, but not enough.
        second.begin("Join a key domain")
        second.play("The key check value").answer()
        second.play("The share file").type("/nowhere.pbe").enter_and_wait("There is no such file").press("\x15").answer(str(path))
        second.choose("By shares").choose("2 shares")
        second.play("Share 1 of 2")
        for number in (1, 3):
            second.wait_for("whoever is next").enter_and_wait("Type your share").type_share(shares[number])
            second.wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
        second.wait_for("the file does not open", 20).choose("More shares are needed")
        second.wait_for("How many shares").choose("3 shares")
        second.wait_for("whoever is next").enter_and_wait("Type your share").type_share(shares[2])
        second.wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
        second.wait_for("The key check value is", 20)
        assert "No device was changed" in second.press("esc").wait_for("Stop here?").words()


def test_a_share_file_without_a_device(folder):  # noqa: F811
    with Room(folder, Plan(total=2, threshold=2)) as first:
        first.begin("Create a share file only").play()
        kcv, path, shares = first.kcv(), first.share_file(), first.shares
        assert_masked(first)
        events, _ = read_journal(first.ceremony_folder() / "journal.jsonl")
    assert [event["event"] for event in events][-1] == "done"
    with Room(folder) as second:
        second.join(path, [shares[2], shares[1]])
        assert second.kcv() == kcv and "The device shows the same value" in second.all_words()
