"""Custodians as they are: late, called away, with the wrong sheet, in a hurry. Each is told what is the matter, and the
ceremony goes on to its end."""
import json

import pytest

from people import Room, rehearsal_end


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
