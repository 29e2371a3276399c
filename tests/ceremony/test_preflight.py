"""The gate before a real ceremony: nothing begins while something is red, unless the people say why, on record."""
import json
import os
import pathlib
import subprocess

import pytest

from people import GATE, QUICK, QUORATE, Plan, Room
from test_figures import processes
from test_token import Desk

WELL = {
    "sys/class/net/lo/type": "772",
    "proc/self/status": "Name:\tquorate\nPPid:\t1\nTracerPid:\t0\nVmLck:\t64 kB\n",
    "proc/self/limits": "Max core file size   0  0\nMax locked memory    8388608  8388608\n",
    "proc/swaps": "Filename\n",
    "proc/sys/kernel/core_pattern": "|/bin/false\n",
    "etc/opensc/opensc.conf": "",
}
SWAP = "Filename\n/dev/sda2 partition 1 0 -2\n"


@pytest.fixture
def machine(tmp_path):
    """A machine made of files, on which nothing is red."""
    for name, text in WELL.items():
        path = tmp_path / "machine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "c").mkdir()
    return tmp_path / "machine"


def room(machine):
    # No card service: the ceremonies wait for a device, which is far enough.
    return Room(machine.parent / "c", Plan(), is_rehearsal=False,
                settings={"QUORATE_ROOT": str(machine), "PCSCLITE_CSOCK_NAME": str(machine / "nobody")})


def create_only(room):
    """As far as the record's first lines."""
    return room.play("The share file's name")


def record(machine):
    path, = (machine.parent / "c").glob("*/journal.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def begin(room, ceremony="Create a share file only"):
    return room.press("f3").wait_for("Which ceremony?").choose(ceremony)


def test_nothing_red_is_no_gate(machine):
    with room(machine) as people:
        begin(people).wait_for("What will happen")
        create_only(people)
    event = next(line for line in record(machine) if line["event"] == "preflight")
    assert event["red"] == "" and event["words"] == "" and event["state"] in ("amber", "green")


def test_red_stops_until_it_is_mended(machine):
    (machine / "proc/swaps").write_text(SWAP)
    with room(machine) as people:
        begin(people).wait_for("A ceremony does not begin while something is red")
        people.wait_for("RED: /dev/sda2")
        # Neither an empty field nor a word that says nothing opens it.
        people.enter_and_wait("Write a reason").type("x").enter_and_wait("Write a reason")
        people.press("f9").wait_for("Looked again")
        assert people.title() == GATE
        people.press("esc").wait_for("Which ceremony?")
        begin(people).wait_for("RED: /dev/sda2")
        (machine / "proc/swaps").write_text(WELL["proc/swaps"])
        people.press("f9").wait_for("What will happen")


def test_words_open_it_and_stand_in_the_record(machine):
    (machine / "proc/swaps").write_text(SWAP)
    with room(machine) as people:
        begin(people).wait_for("RED: /dev/sda2").type("the disk is \u00e9crased today").press("enter")
        people.wait_for("What will happen")
        create_only(people)
    event = next(line for line in record(machine) if line["event"] == "preflight")
    assert event["state"] == "red" and event["red"] == "swap" and event["words"] == "the disk is \u00e9crased today"
    path, = (machine.parent / "c").glob("*/journal.jsonl")
    shown = subprocess.run([QUORATE, "journal", "show", path], capture_output=True, text=True, check=True,
                           env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    assert "Red: swap." in shown and "the disk is \u00e9crased today" in shown


def test_words_are_about_one_ceremony(machine, tmp_path):
    """What was said before a ceremony is not said of a procedure on a token that comes after it."""
    (machine / "proc/swaps").write_text(SWAP)
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n")
    with Desk(tmp_path / "c", Plan(), is_rehearsal=False,
              settings={"QUORATE_ROOT": str(machine), "PCSCLITE_CSOCK_NAME": str(machine / "nobody"),
                        "SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf")}) as desk:
        begin(desk).wait_for("RED: /dev/sda2").type("only this one").press("enter").wait_for("What will happen")
        desk.press("esc").wait_for("Stop here?").press("down", "enter").wait_for("Nothing").press("enter")
        desk.token("SoftHSM v2").start("Initialise").text_line("The token's label", "Quay")
        desk.keyboard().new_pin("1928374650918273", "The SO-PIN").new_pin("94715286", "The new user PIN")
        desk.text_line("The ceremony's folder").confirm_word().done()
    assert "initialised" in [line["event"] for line in record(machine)]
    assert not [line for line in record(machine) if line["event"] == "preflight"]


def test_a_rehearsal_is_not_stopped(tmp_path):
    with Room(tmp_path / "r", Plan(), settings={"LD_AUDIT": "/nowhere"}) as people:
        people.begin()
        people.press("esc").wait_for("Stop here?").press("down", "enter").wait_for("Nothing")


def test_the_command_says_the_same(machine):
    def run(*arguments):
        done = subprocess.run([QUICK, "preflight", *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "QUORATE_ROOT": str(machine)})
        return done.returncode, done.stdout
    code, text = run("--json", "--folder", str(machine.parent / "c"))
    found = json.loads(text)
    states = {finding["name"]: finding["state"] for finding in found["findings"]}
    assert code == 0 and found["format"] == 1 and found["worst"] == "amber" and len(states) == len(found["findings"]) > 20
    assert states["swap"] == "green" and states["space"] == "green"
    (machine / "proc/swaps").write_text(SWAP)
    code, text = run("--json")
    swap = next(finding for finding in json.loads(text)["findings"] if finding["name"] == "swap")
    assert code == 3 and swap["state"] == "red" and "swapoff" in swap["remedy"]
    code, text = run()
    assert code == 3 and "Swap                      RED      /dev/sda2" in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_processes_have_given_up_their_powers(tmp_path):
    """Filters are on in the console and in its workers; the launcher, which starts the few helpers, has none."""
    with Room(tmp_path / "r", Plan(), program=QUICK) as people:
        people.press("f2").wait_for("Rehearsal card 1")
        filters = {}
        for pid in processes(people.child.pid, tmp_path / "r"):
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            filters.setdefault(b"--role" in words or pid == people.child.pid, []).append("Seccomp:\t2" in status)
    assert len(filters[True]) >= 4 and all(filters[True]), filters
    assert False in filters[False]
