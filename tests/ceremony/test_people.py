"""Custodians as they are: late, called away, with the wrong sheet, in a hurry. Each is told what is the matter, and the
ceremony goes on to its end."""
import json
import os
import pathlib
import signal

import pytest

from people import Room, rehearsal_end
from test_figures import processes


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


@pytest.fixture
def room(folder):
    with Room(folder) as made:
        yield made.begin()


def events(room):
    lines = (room.ceremony_folder() / "journal.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_one_is_late_and_one_is_called_away(room):
    room.play("Custodian 1 of 3").wait_for("Still to come: 2, 3. Any order will do")
    room.press("f4").wait_for("Who comes to the keyboard next?").choose("Custodian 3")
    room.wait_for("Custodian 3 of 3: come to the keyboard").turn()
    room.wait_for("Custodian 1 of 3: come to the keyboard")
    # Put off by mistake, and taken back: nothing has happened.
    room.press("f4").wait_for("Who comes to the keyboard next?").choose("Custodian 1")
    room.wait_for("Custodian 1 of 3: come to the keyboard").turn()
    room.wait_for("Custodian 2 of 3: come to the keyboard")
    assert "F4" not in room.text()
    room.press("f4").wait_for("F4 does nothing here")
    room.play()
    assert "The device shows the same value" in room.words()
    put_off = [(event["custodian"], event["called"]) for event in events(room) if event["event"] == "turn-put-off"]
    written = [event["custodian"] for event in events(room) if event["event"] == "share-written"]
    assert put_off == [(1, 3)] and written == [3, 1, 2]


# As a terminal gives it that takes line ends and escapes out of what is pasted.
PAGE = " ".join(f"{line:03d} The quick brown fox, 0123456789abcdef;\tand so on." for line in range(60))


def test_a_page_of_text_is_pasted(room):
    """Into a PIN and into a share: each takes what it can, says what it cannot, and goes on."""
    room.play("The SO-PIN").child.send(PAGE)
    room.wait_for("No more fits").press("\x15").play("Custodian 1 of 3")
    room.wait_for("come to the keyboard")
    share = room.see_share(1)
    room.child.send("\x15" + PAGE)
    # Its tabs go from field to field; all of them are told from a share, and emptied.
    room.wait_for("A check word has letters and digits").enter_and_wait("a digit is missing or wrong.")
    assert "Custodian 1 is done" not in room.words()
    room.press("\x15", "up", "\x15", "up", "\x15", "up", "\x15")
    room.type_share(share).wait_for("the check word fits").enter_and_wait("Custodian 1 is done").answer()
    room.play()
    assert "The device shows the same value" in room.words()


def test_the_device_is_swapped_for_another(room, folder):
    """At the moment at which the share would go in; the other one is named as wrong, and gets nothing."""
    (folder / "card2/removed").touch()
    room.play("Custodian 3 of 3")
    (folder / "card1/removed").touch()
    room.turn()
    room.wait_for("Wanted is this device and no other")
    (folder / "card2/removed").unlink()
    room.wait_for("This is another token than before.", 20)
    assert "REHE0000001" in room.words()
    (folder / "card1/removed").unlink()
    room.wait_until(lambda text: "Wanted is this device" not in text)
    room.play()
    assert "The device shows the same value" in room.words()
    assert not (folder / "card2/pin-log").exists()


def workers(room):
    """The console's helper processes for cards and modules."""
    for pid in processes(room.child.pid, room.folder):
        try:
            if b"--role" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                yield pid
        except OSError:
            continue


def test_the_helper_processes_are_gone(room):
    """Killed while a custodian types; they are started anew, and nothing is lost."""
    room.play("Custodian 3 of 3")
    share = room.see_share(3)
    killed = list(workers(room))
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    room.type_share(share)
    room.finish_turn(3)
    while room.title() != "Done":
        # Where the reader was not there yet, the device is asked for, and nothing is sent twice.
        if "Wanted is this device" in room.words():
            room.press("enter").read(0.3)
        elif room.title() in room.PARTS:
            room.PARTS[room.title()](room)
        else:
            room.read(0.1)
    assert killed and "The device shows the same value" in room.words()
    names = [event["event"] for event in events(room)]
    assert names.count("imported") + names.count("import-found-done") == 1


def test_a_pin_is_locked(room, folder):
    """A used device whose SO-PIN has one try left: a sentence is typed in full; then it is named as locked."""
    room.play().press("enter").begin()
    right = room.plan.so_pin
    room.plan.so_pin, room.shares = "5" * 16, {}
    room.play("The device is initialised").confirm()
    for left in range(14, 1, -1):
        room.wait_for(f"{left} tries are left")
        room.play("The device is initialised").confirm()
    room.wait_for("One single try of the SO-PIN is left").type("yes").enter_and_wait("not the word")
    room.press("\x15").type("I risk the last try").press("enter").wait_for("LAST TRY").type("5" * 16).press("enter")
    room.wait_for("to go on", 20).type("Harbour").press("enter").wait_for("The SO-PIN is locked, for ever", 20)
    assert right not in room.text()
    log = (folder / "card1/pin-log").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("SO-PIN wrong") for line in log) == 15
    # The screen of the next ceremony does not let anybody choose it.
    room.press("enter").begin().answer()
    room.press("enter").wait_for("cannot be chosen")


def test_one_has_to_leave_for_good_that_day(room):
    """The ceremony is left and not stopped; whoever has confirmed a sheet need not write another one."""
    room.play("Custodian 3 of 3").press("esc").wait_for("Stop here?")
    room.press("down", "down").wait_for("► Leave it for now").enter_and_wait("Unfinished: New key domain")
    assert events(room)[-1]["event"] == "interrupted"
    room.press("home").enter_and_wait("This ceremony was interrupted")
    assert "Confirmed are the sheets of the custodians 1, 2" in room.all_words()
    room.answer().press("enter")
    for number in (1, 2):
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(room.shares[number])
        room.enter_and_wait("Your share is taken").answer()
    room.wait_for("The keyboard", 60).play("The user PIN").type(room.plan.user_pin).press("enter")
    room.wait_for("Custodian 3 of 3", 20).turn()
    room.play()
    names = [event["event"] for event in events(room)]
    assert names.count("imported") == names.count("initialised") == 1 and "set-void" not in names and names[-1] == "done"
