"""A console killed with SIGKILL in the middle of a ceremony, and the people who come back to it."""
import json
import signal

import pytest

from people import Plan, Room, rehearsal_end


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "rehearsal"
    rehearsal_end(tmp_path / "rehearsal")


def killed(folder, until, turns=0):
    """The room as far as it came, with its console dead."""
    room = Room(folder, Plan(threshold=2, total=3))
    room.begin().play(until)
    for _ in range(turns):
        room.turn()
    room.child.kill(signal.SIGKILL)
    room.child.wait()
    return room


def come_back(before):
    room = Room(before.folder, before.plan)
    room.shares = before.shares
    room.wait_for("Unfinished: New key domain. F3 leads to it.")
    room.press("f3").wait_for("Unfinished: New key domain, Harbour, begun").enter_and_wait("This ceremony was interrupted")
    return room


def events(room):
    lines = (room.ceremony_folder() / "journal.jsonl").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


def test_two_of_three_have_their_sheets(folder):
    room = come_back(killed(folder, "Custodian 1 of 3", turns=2))
    assert "Confirmed are the sheets of the custodians 1, 2" in room.all_words()
    assert "it still waits for its key" in room.all_words()
    room.answer().press("enter")
    for number in (2, 1):
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(room.shares[number])
        room.enter_and_wait("Your share is taken").answer()
    # The keyboard, the user PIN, and then the one turn that was missing.
    room.wait_for("The keyboard", 60).play("The user PIN").type(room.plan.user_pin).press("enter")
    room.wait_for("Custodian 3 of 3", 20).turn()
    room.play()
    assert "The device shows the same value" in room.words()
    happened = events(room)
    assert happened.count("resumed") == 1 and happened.count("imported") == 1 and "set-void" not in happened
    assert happened.count("initialised") == 1 and happened[-1] == "done"


def test_one_of_three_is_too_few(folder):
    room = come_back(killed(folder, "Custodian 1 of 3", turns=1))
    assert "Void with it are the sheets of the custodians 1" in room.all_words()
    room.press("enter").wait_for("type destroyed")
    room.type("destroied").enter_and_wait("not the word").press("\x15").type("destroyed").press("enter")
    room.wait_for("The keyboard").play("The user PIN").type(room.plan.user_pin).press("enter")
    room.wait_for("Harbour-2.pbe").play()
    happened = events(room)
    assert happened.index("set-void") < happened.index("void-sheets-destroyed")
    assert happened.count("initialised") == 1 and happened.count("imported") == 1 and happened[-1] == "done"
