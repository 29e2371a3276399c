"""`quorate log`: what a maintainer needs, with planted PINs that must not come through; and a control that shows the raw
stream holds them."""
import os
import re
import subprocess
import sys

import pexpect
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ceremony"))
from people import rehearsal_end  # noqa: E402

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "quorate")
PIN = "9471528736"
SO_PIN = "3537363231383839"
READER = "Rehearsal card 1"


def forms(secret):
    """How a secret may stand in a text: as it is, as hex digits of its characters, and as hex digits themselves."""
    digits = secret.encode().hex()
    pairs = [digits, secret] if len(secret) % 2 == 0 else [digits]
    return [secret] + [joint.join(re.findall("..", one)) for one in pairs for joint in ("", " ", ":")]


@pytest.fixture
def rehearsal(tmp_path):
    """One card with planted PINs; the folder, and the environment for genuine tools."""
    folder = tmp_path / "r"
    done = subprocess.run([QUORATE, "rehearse", "--env", "--folder", folder, "--cards", "1"], capture_output=True, text=True,
                          check=True)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **dict(re.findall(r"^export (\w+)='(.*)'$", done.stdout, flags=re.M))}
    subprocess.run(["sc-hsm-tool", "-r", READER, "--initialize", "--so-pin", SO_PIN, "--pin", PIN, "--label", "Planted"],
                   capture_output=True, env=environment, check=True)
    yield folder, environment
    rehearsal_end(folder)


def log(folder, *options):
    return [QUORATE, "log", "--rehearsal", "--folder", str(folder), "--cards", "1", *options]


def check_clean(text):
    for form in forms(PIN) + forms(SO_PIN):
        assert form.lower() not in text.lower(), form


def test_a_report_without_a_login(rehearsal, tmp_path):
    folder, environment = rehearsal
    before = set(tmp_path.rglob("*"))
    done = subprocess.run(log(folder), capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    for words in ("[versions]", "quorate ", "OpenSSL 3", "[modules]", "opensc-pkcs11", "ready", "[readers]", READER,
                  "SmartCard-HSM", "REHE0000001", "OpenSC 0.", "> 00 a4 04 00, 17 bytes", "9000"):
        assert words in done.stdout, words
    assert "> 00 20 00 81, 4 bytes" in done.stdout and "> 00 20 00 81, 15 bytes" not in done.stdout
    check_clean(done.stdout)
    # Through a pipe, and never into a file.
    assert {path for path in set(tmp_path.rglob("*")) - before if path.name not in ("socket", "lock")} == set()


def test_planted_pins_do_not_come_through_and_are_in_the_raw_stream(rehearsal, tmp_path):
    folder, environment = rehearsal
    raw = subprocess.run(["pkcs11-tool", "--module", "opensc-pkcs11.so", "--login", "--pin", PIN, "-O"], timeout=60,
                         env={**environment, "OPENSC_DEBUG": "9"}, capture_output=True, text=True, errors="replace").stderr
    assert PIN.encode().hex(" ") in raw and "Outgoing APDU (15 bytes)" in raw
    out = tmp_path / "report.txt"
    for pin, verdict in ((PIN, "login: DONE"), (PIN[::-1], "login: FAIL_PIN_WRONG")):
        child = pexpect.spawn(log(folder, "--login", "-o", str(out))[0], log(folder, "--login", "-o", str(out))[1:],
                              env=environment, timeout=60, encoding="utf-8")
        child.expect("One try of the user PIN of Planted.*User PIN: ")
        child.sendline(pin)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0 and pin not in child.before
        text = out.read_text()
        # The login is there, with its length and what came of it, and nothing of what was typed.
        assert verdict in text and "> 00 20 00 81, 15 bytes" in text
        check_clean(text)
        assert all(form not in text for form in forms(PIN[::-1]))
        out.unlink()
    # One try each, and no more.
    tries = (folder / "card1/pin-log").read_text().splitlines()
    assert tries[-2:] == ["user-PIN right 3", "user-PIN wrong 2"]
