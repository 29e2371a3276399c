"""`quorate field-test` on a rehearsal's card: everything is as assumed but its makers; and on one that is made to deviate, so
that what differs is seen to be reported."""
import os
import re
import subprocess
import sys

import pexpect
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ceremony"))
from people import rehearsal_end  # noqa: E402

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "quorate")
SO_PIN = "1928374650918273"
STEPS = ["describe", "initialise", "wrong-user-pin", "right-user-pin", "wrong-so-pin", "right-so-pin", "key-before-dkek",
         "import-dkek", "random", "key-p256", "key-brainpool", "key-rsa", "rename", "list", "wrap", "delete", "unwrap",
         "change-user-pin", "reset-user-pin", "wipe"]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "r"
    subprocess.run([QUORATE, "rehearse", "--env", "--folder", folder, "--cards", "1"], capture_output=True, check=True)
    yield folder
    rehearsal_end(folder)


def begin(folder, out, cards=1):
    return pexpect.spawn(QUORATE, ["field-test", "--rehearsal", "--folder", str(folder), "--cards", str(cards), "-o", str(out)],
                         env={**os.environ, "LC_ALL": "C.UTF-8"}, timeout=60, encoding="utf-8", dimensions=(24, 200))


def finish(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def hold(folder, out, so_pin=SO_PIN):
    child = begin(folder, out)
    child.expect("is WIPED.*To wipe it, type REHE0000001: ")
    child.sendline("REHE0000001")
    child.expect("SO-PIN: ")
    child.sendline(so_pin)
    status = finish(child)
    text = out.read_text()
    found = {row[0]: row[1] for row in re.findall(r"(?m)^([a-z0-9-]+) +(as assumed|DIFFERENT|not tried)", text)}
    assert list(found) == STEPS
    # Nothing that was typed, and not which device it is.
    assert so_pin not in text and so_pin not in child.before and "REHE0000001" not in text and "12345678" not in text
    return status, found, text


def test_a_card_that_is_as_assumed(folder, tmp_path):
    status, found, text = hold(folder, tmp_path / "report.txt")
    # A rehearsal's card has other makers, and that is all.
    assert [name for name in STEPS if found[name] != "as assumed"] == ["describe"] and status == 3, text
    assert "proof of being genuine: 2 instead of 1" in text and "version   3.5" in text and "different  1" in text
    # Every try of a PIN is one that the steps name; and what was made is gone.
    tries = (folder / "card1/pin-log").read_text().splitlines()
    assert [line for line in tries if "wrong" in line] == ["user-PIN wrong 9", "SO-PIN wrong 14"]
    # A used device wants its present SO-PIN.
    (tmp_path / "report.txt").unlink()
    assert hold(folder, tmp_path / "report.txt")[0] == 3


def test_differences_are_reported(folder, tmp_path):
    (folder / "card1").mkdir(exist_ok=True)
    (folder / "card1/deviations").write_text("84 6d00\n72 6985\n")
    status, found, text = hold(folder, tmp_path / "report.txt")
    assert status == 3 and "different  3" in text
    assert [name for name in STEPS if found[name] == "DIFFERENT"] == ["describe", "random", "wrap"]
    assert found["unwrap"] == "not tried"
    assert re.search(r"random +DIFFERENT .*: FAIL_CARD_UNSUPPORTED instead of DONE, .*6D00", text)
    assert re.search(r"wrap +DIFFERENT .*: FAIL_KEY_USE instead of DONE, .*6985", text)


def test_nothing_is_wiped_without_the_serial_number(folder, tmp_path):
    child = begin(folder, tmp_path / "report.txt")
    child.expect("type REHE0000001: ")
    child.sendline("REHE0000002")
    assert finish(child) == 1 and "word" in child.before
    assert not (tmp_path / "report.txt").exists() and not (folder / "card1/pin-log").exists()
    # Of two devices the wrong one could be wiped.
    child = begin(folder, tmp_path / "report.txt", cards=2)
    assert finish(child) == 1 and "More than one SmartCard-HSM" in child.before
