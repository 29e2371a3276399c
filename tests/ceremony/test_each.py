"""Every ceremony on a terminal, in every form: m of n from 2 of 2 to 5 of 9, n passwords up to 5. What came of it is read
by genuine tools from the card, and by the program's own commands from the files.

QUORATE_LONG: all of them, with the program as it is installed, at the full count of iterations; else a few of each, with
the quick one. Joining, changing custodians and a share file alone are in test_join.py and test_change.py, a key's copy
in test_copy.py, and what genuine tools go on to do with all that in test_genuine.py.
"""
import json
import re
import subprocess

import pytest

from people import QUICK, QUORATE, Plan, Room
from test_console import folder  # noqa: F401
from test_genuine import IS_LONG, Tools

PROGRAM = QUORATE if IS_LONG else QUICK
SECONDS = 120
QUORUMS = [(2, 2), (5, 9)] + ([(2, 3), (2, 4), (3, 3), (3, 4), (3, 5), (4, 7), (5, 5)] if IS_LONG else [])
PASSWORDS = [2, 3, 4, 5] if IS_LONG else [5]


def verified(room, *numbers):
    done = subprocess.run([PROGRAM, "verify", "--shares-stdin", room.share_file()], input=room.shares_text(*numbers),
                          text=True, capture_output=True, timeout=SECONDS)
    return done.stdout


def events(room):
    lines = (room.ceremony_folder() / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines]


@pytest.mark.parametrize("threshold, total", QUORUMS)
def test_m_of_n(folder, threshold, total):  # noqa: F811
    with Room(folder, Plan(threshold, total), program=PROGRAM) as room:
        room.begin().play()
        kcv = room.kcv()
        assert "The device shows the same value" in room.all_words()
        last = range(total - threshold + 1, total + 1)
        assert verified(room, *range(1, threshold + 1)) == verified(room, *last) == f"KCV {kcv}\n"
        assert verified(room, *range(1, threshold)) == "" if threshold > 2 else True
        assert events(room).count("share-written") == total and events(room).count("imported") == 1
    assert Tools(folder, room.plan).kcv(1) == kcv


def choose_password(room, number, password):
    room.wait_for(f"Custodian {number} of {room.plan.total}: come").enter_and_wait("or one is made for you")
    room.enter_and_wait("Choose the password").type(password).enter_and_wait("Once more").type(password)
    return room.enter_and_wait(f"Custodian {number} is done", SECONDS).answer()


@pytest.mark.parametrize("total", PASSWORDS)
def test_n_passwords(folder, total):  # noqa: F811
    with Room(folder, Plan(total, total, form="n passwords"), program=PROGRAM) as room:
        room.begin().play(f"Custodian 1 of {total}")
        for number in range(1, total + 1):
            choose_password(room, number, f"correct horse no. {number}")
        room.play()
        kcv = room.kcv()
        assert "The device shows the same value" in room.all_words()
        assert len(list(room.ceremony_folder().glob("*.pbe"))) == events(room).count("imported") == total
        assert not any(f"horse no. {number}".encode() in room.raw for number in range(1, total + 1))
    tools = Tools(folder, room.plan)
    assert tools.kcv(1) == kcv
    assert re.search(rf"DKEK shares +: {total}\b", tools.hsm(1))


def open_set(room, path, shares):
    """The share file that is there already, with shares in the order in which their custodians come."""
    room.wait_for("The share file").answer(str(path))
    if room.title() == "How the file is opened":
        room.choose("By shares")
    return room.choose(f"► {len(shares)} shares")


def type_shares(room, shares):
    for share in shares:
        room.wait_for("whoever is next").enter_and_wait("Type your share").type_share(share)
        room.wait_for("the check word fits").enter_and_wait("Your share is taken").answer()
    return room.wait_for("The key check value is", SECONDS)


@pytest.fixture
def made(folder):  # noqa: F811
    """A set that is there: room, file, key check value."""
    with Room(folder, Plan(2, 3), program=PROGRAM) as room:
        room.begin("Create a share file only").play()
        kcv, path = room.kcv(), room.share_file()
        room.press("enter").wait_for("Which ceremony?")
        yield room, path, kcv


def test_drill(made):
    room, path, kcv = made
    before = path.read_bytes()
    room.begin("Drill").play("The key check value").answer(kcv)
    room.wait_for("The ceremony's folder").answer().wait_for("Sheets for this ceremony").answer()
    open_set(room, path, [1, 2])
    type_shares(room, [room.shares[3], room.shares[1]]).wait_for("It is the one that was expected").answer()
    room.wait_for("Where are the backups of keys").answer()
    room.play().wait_for("in a loss, this backup works")
    assert room.kcv() == kcv and path.read_bytes() == before and events(room)[-1] == "done"


def test_new_sheets(made):
    room, path, kcv = made
    before = path.read_bytes()
    room.begin("New sheets for old shares").answer()
    open_set(room, path, [1, 2]).wait_for("The key check value").answer(kcv)
    room.wait_for("The ceremony's folder").answer()
    type_shares(room, [room.shares[2], room.shares[3]]).answer()
    room.choose("► 3 custodians").wait_for("Sheets for this ceremony").answer()
    for number in (2, 1, 3):
        room.wait_for("whoever is next").enter_and_wait("Type your share from the old sheet").type_share(room.shares[number])
        room.enter_and_wait("Your share is right")
        again = room.read_share()
        assert (again.value, again.word) == (room.shares[number].value, room.shares[number].word)
        room.enter_and_wait("type your share from the new sheet").type_share(again)
        room.enter_and_wait("Your new sheet is right").answer()
    room.play().wait_for("All 3 custodians have their shares on new sheets")
    assert room.kcv() == kcv and path.read_bytes() == before and events(room).count("sheet-renewed") == 3
