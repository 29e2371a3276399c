"""After a custodian's turn no copy of the share is left in the console's memory: not in curses' rows, nowhere.

Reading the memory of a process that is not dumpable takes root.
"""
import os
import re

import pytest

from people import Room, rehearsal_end

CELL = 28  # ncursesw's cchar_t: attributes, five characters of four bytes, colour

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may read the console's memory")


def memory(pid):
    """Every page that the process may write."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as contents:
        for line in maps:
            begin, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if not rights.startswith("rw"):
                continue
            try:
                contents.seek(int(begin, 16))
                yield line.strip(), contents.read(int(end, 16) - int(begin, 16))
            except OSError:
                continue


def forms(digits):
    """Half of a value, as it may stand in memory."""
    for at in (0, 8):
        half = digits[at:at + 8]
        wide = [letter.encode("utf-32-le") for letter in half]
        for text in (half, half.upper()):
            yield "text", re.escape(text.encode())
        yield "bytes", re.escape(bytes.fromhex(half))
        yield "number", re.escape(bytes.fromhex(half)[::-1])
        yield "wide text", re.escape(b"".join(wide))
        # Cells of a row, side by side or with a blank between; in groups of four with two.
        gap = b".{%d}"
        for step in (1, 2):
            between = [gap % (CELL * step - 4)] * 7
            between[3] = b".{%d}" % (CELL * step - 4) + b"(?:.{%d})?" % (CELL * step)
            yield f"cells {step}", b"".join(
                re.escape(letter) + (between[i] if i < 7 else b"") for i, letter in enumerate(wide))
        yield "stream", b"[ -]{0,4}".join(re.escape(letter.encode()) for letter in half)


def copies(pid, digits):
    patterns = [(name, re.compile(pattern, re.DOTALL)) for name, pattern in forms(digits)]
    return [(name, where) for where, page in memory(pid) for name, pattern in patterns if pattern.search(page)]


def test_no_share_stays_in_memory_after_its_turn(tmp_path):
    folder = tmp_path / "r"
    try:
        with Room(folder) as room:
            room.begin().play("Both PINs are proven")
            room.wait_for("took both PINs").answer().play("Custodian 1 of 3")
            pid = room.child.pid
            room.enter_and_wait("The share is hidden in")
            share = room.read_share()
            # The control: while it is shown it stands in curses' cells, and is found there.
            assert any(name.startswith("cells") for name, _ in copies(pid, share.value))
            room.enter_and_wait("Now type your share")
            # The share itself, as a number, still waits in the secure heap to be compared.
            shown = {name for name, _ in copies(pid, share.value)}
            assert shown <= {"bytes", "number"}
            room.type_share(share)
            room.finish_turn(1)
            room.turn()
            room.turn()
            # The import has wiped the last of them.
            room.play()
            assert copies(pid, share.value) == []
            assert copies(pid, share.prime) == []
    finally:
        rehearsal_end(folder)
