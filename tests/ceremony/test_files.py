"""A key in several share files, each opened in its own way, with the real program, on a pseudo-terminal."""
import re

from people import Plan, Room
from test_console import assert_masked, folder, read_journal  # noqa: F401

PASSWORD = "Forty-two grey herons"


def choose_password(room, password=PASSWORD):
    room.wait_for("comes to the keyboard").enter_and_wait("you choose it").select("I choose a password")
    room.enter_and_wait("Choose the password").type(password).enter_and_wait("Once more").type(password)
    return room.enter_and_wait("opened with the password", 60)


def shares_turn(room, number):
    room.wait_for(f"Custodian {number} of {room.plan.total}: come to the keyboard")
    begin = len(room.raw)
    share = room.shares[number] = room.enter_and_wait("The share is hidden in").read_share()
    room.enter_and_wait("Now type your share")
    share.begin, share.end = begin, len(room.raw)
    room.type_share(share)
    return room.wait_for("the check word fits").enter_and_wait(f"Custodian {number} is done").answer()


def test_a_password_beside_two_custodians(folder):  # noqa: F811
    with Room(folder, Plan(total=2, threshold=2, form="several share files")) as room:
        room.begin("Create a share file only").play("How many share files").choose("► 2 share files")
        room.wait_for("Share file 1 of 2").choose("By the password")
        room.wait_for("Share file 2 of 2").select("By shares").enter_and_wait("How many custodians does this file have")
        room.select("► 2 custodians").enter_and_wait("must come together").choose("► 2 of 2")
        room.play("Sheets for this ceremony")
        assert "4 sheets are saved" in room.words() and "a blank password sheet" in room.words()
        room.answer().wait_for("one person's password opens").answer()
        choose_password(room).answer()
        room.wait_for("any 2 of its 2 custodians").answer().wait_for("File 2 of 2: custodian 1 of 2", 60)
        shares_turn(room, 1)
        shares_turn(room, 2)
        room.wait_for("Sheets to be kept", 60).play()
        room.wait_for("All 2 share files are there")
        kcv, place = room.kcv(), room.ceremony_folder()
        assert_masked(room)
        raw = bytes(room.raw)
        assert PASSWORD.encode() not in raw and PASSWORD not in (place / "journal.jsonl").read_text()
        events, _ = read_journal(place / "journal.jsonl")
    assert [event.get("share_file") for event in events if event["event"] == "plan-of-file"] == [1, 2]
    files = sorted(place.glob("*.pbe"))
    assert [re.sub(r".*-", "", path.name) for path in files] == ["1.pbe", "2.pbe"]
    with Room(folder) as second:
        second.begin("Join a key domain").play("The share files").choose("► 2 share files")
        second.play("The key check value").answer(kcv)
        second.play("Share file 1 of 2").answer(str(files[1])).choose("By shares").choose("2 shares")
        for number in (2, 1):
            second.wait_for("whoever is next").enter_and_wait("Type your share").type_share(room.shares[number])
            second.enter_and_wait("Your share is taken").answer()
        second.wait_for("Share file 1 of 2 is open", 60).answer()
        second.wait_for("Share file 2 of 2").press("\x15").answer(str(files[0])).choose("By the password")
        second.wait_for("comes to the keyboard").enter_and_wait("Type the password").type(PASSWORD)
        second.enter_and_wait("Your password is taken").answer()
        second.wait_for("this is the right key", 60).answer().play()
        assert second.kcv() == kcv and "The device shows the same value" in second.all_words()
