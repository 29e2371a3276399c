"""What the console costs: memory of all its processes together, processor time while nothing happens, time to its first
screen."""
import os
import pathlib
import time

import pytest

from people import DERIVATION_SECONDS, QUORATE, Room, rehearsal_end, rehearsal_settings

MEMORY_MOST_KIB = 40 * 1024
IDLE_SECONDS = 10
# Processor seconds in that time, of all processes: a poll a second costs a tenth of it, a busy loop fifty times as much.
IDLE_MOST = 0.2
# Wake-ups of all processes in that time: on the start screen, and on Status with its poll.
WAKE_UPS_MOST = (30, 150)
FIRST_SCREEN_MOST = 2.0


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


def processes(first, folder):
    """The console, what it started, and the rehearsal's card process, which is nobody's child."""
    parents, found = {}, {first}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            pid, parent = int(entry.name), int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        parents[pid] = parent
        if words[0].endswith(b"quorate-rehearsal-card") and str(folder).encode() in words:
            found.add(pid)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def memory_kib(pids):
    """Proportional set size; pages that several share count once in all."""
    total = 0
    for pid in pids:
        try:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        except PermissionError:
            pytest.skip("the processes are locked down: only root may measure their memory")
        total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total


def processor_seconds(pids):
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wake_ups(pids):
    count = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                count += int(line.split()[1])
    return count


def test_memory_of_all_processes(folder):
    with Room(folder, program=QUORATE) as room:
        room.wait_for("F10").read(0.5)
        figures = {}

        def measure(name):
            pids = processes(room.child.pid, folder)
            # The console, its launcher, workers for PC/SC and two modules, and the card.
            assert len(pids) >= 5, pids
            figures[name] = memory_kib(pids)

        measure("start")
        room.press("f2").wait_for("Rehearsal card 2").read(0.5)
        measure("Status")
        room.press("f3", "enter").play("The share file is made")
        measure("derivation")
        room.leave("The share file is made", DERIVATION_SECONDS).play("Custodian 2 of 3")
        measure("turns")
        print(figures)
        assert max(figures.values()) < MEMORY_MOST_KIB, figures


def test_idle(tmp_path):
    """The start screen and Status, side by side. Status polls a module that cannot wait, once a second."""
    with Room(tmp_path / "a", program=QUORATE) as start, Room(tmp_path / "b", program=QUORATE) as status:
        start.wait_for("F10").read(1, 1.5)
        status.wait_for("F10").press("f2").wait_for("Rehearsal card 2").read(1, 1.5)
        measured = []
        for room in (start, status):
            pids = processes(room.child.pid, room.folder)
            measured.append((room, pids, processor_seconds(pids), wake_ups(pids), len(room.raw)))
        time.sleep(IDLE_SECONDS)
        for (room, pids, used, woken, sent), most in zip(measured, WAKE_UPS_MOST):
            used, woken = processor_seconds(pids) - used, wake_ups(pids) - woken
            print(f"{used:.2f} s of processor time, {woken} wake-ups")
            assert used < IDLE_MOST and woken < most
            room.read(0.1)
            # The minute of the clock may have changed; nothing else is drawn.
            assert len(room.raw) - sent < 60
    for name in "ab":
        rehearsal_end(tmp_path / name)


def test_first_screen(folder):
    rehearsal_settings(folder)
    began = time.monotonic()
    with Room(folder, program=QUORATE) as room:
        room.wait_for("F10")
        took = time.monotonic() - began
    print(f"{took:.2f} s to the first screen")
    assert took < FIRST_SCREEN_MOST
