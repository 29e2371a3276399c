"""The commands without a screen: what they print, how they end, and what they say of bad input."""
import hashlib
import os
import re
import signal
import termios

import pexpect
import pytest

from quick import PASSWORD, PRIME, PUBLISHED, QUICK, QUORATE, SHARES, VALUES, failed, kcv, run, seal


@pytest.fixture
def share(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(PASSWORD, bytes(range(32))))
    return path


def test_published_file(tmp_path):
    path = tmp_path / "published.pbe"
    path.write_bytes(PUBLISHED)
    done = run(QUORATE, "verify", "--password-stdin", "--kcv", "ecc9 2c62 e3f6 189e", path, given="passwordpassword")
    assert (done.returncode, done.stdout, done.stderr) == (0, "KCV ECC92C62E3F6189E\n", "")


def test_shares(share):
    done = run(QUICK, "verify", "--shares-stdin", share, given=SHARES)
    assert (done.returncode, done.stdout) == (0, f"KCV {kcv(bytes(range(32)))}\n")
    failed(run(QUICK, "verify", "--shares-stdin", "--kcv", "0" * 16, share, given=SHARES), "key check value")


def test_several_files(tmp_path):
    keys = [bytes([n]) * 32 for n in (3, 5)]
    paths = [tmp_path / "a.pbe", tmp_path / "b.pbe"]
    for path, key in zip(paths, keys):
        path.write_bytes(seal(b"pw", key))
    done = run(QUICK, "verify", "--password-stdin", *paths, given="pw\npw\n")
    assert done.stdout == f"{paths[0]}: KCV {kcv(keys[0])}\n{paths[1]}: KCV {kcv(keys[1])}\nKCV {kcv(bytes([6]) * 32)}\n"
    failed(run(QUICK, "verify", "--password-stdin", paths[0], paths[0], given="pw\npw\n"), "twice")


@pytest.mark.parametrize("given, words", [
    ("prime e28c4e2a93cca8\n", "16 hex digits"),
    ("prime e28c4e2a93cca879\n", "digit of it is wrong"),
    ("prime xyz\n", "0-9 and a-f"),
    (f"prime {PRIME}\n0 12\n", "ID 0"),
    (f"prime {PRIME}\n1 12\n1 13\n", "already given"),
    (f"prime {PRIME}\n1 ffffffffffffffff\n", "not below the prime"),
    (f"prime {PRIME}\n1 {VALUES[1]} luv0y9\n", "check word"),
    (f"prime {PRIME}\n1 {VALUES[1]}\n", "More shares"),
    (f"prime {PRIME}\n1 {VALUES[1]}\n3 {VALUES[2]}\n", "do not open"),
    (f"1 {VALUES[1]}\n", "prime HEX"),
    ("", "More shares"),
    pytest.param("prime " + "a" * 100000 + "\n", "too long", id="too long"),
])
def test_bad_shares(share, given, words):
    failed(run(QUICK, "verify", "--shares-stdin", share, given=given), words)


@pytest.mark.parametrize("given, words", [("", "Nothing"), ("\n", "Nothing"), ("x" * 65, "too long"), ("no", "password")])
def test_bad_passwords(share, given, words):
    failed(run(QUICK, "verify", "--password-stdin", share, given=given), words)


@pytest.mark.parametrize("content, words", [(PUBLISHED[:63], "64 bytes"), (PUBLISHED + b"x", "64 bytes"),
                                            (b"Pepper__" + PUBLISHED[8:], "Salted__"),
                                            (seal(b"pw", bytes(32), b"\x0f" * 15 + b"\x01"), "does not open")])
def test_bad_files(tmp_path, content, words):
    path = tmp_path / "bad.pbe"
    path.write_bytes(content)
    failed(run(QUICK, "verify", "--password-stdin", path, given="pw"), words)


def test_without_terminal(share):
    failed(run(QUICK, "verify", share), "no terminal")


def test_masked(share):
    child = pexpect.spawn(QUICK, ["verify", str(share)], encoding="utf-8", timeout=10,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    for prompt, answer in [("p or s: ", "s"), ("Prime", "12"), ("16 hex digits, and", ""), ("Prime", PRIME),
                           ("Share ID", "1"), ("Share value", VALUES[1]), ("Check word", "luv0y8"), ("Share ID", "1"),
                           ("already given", None), ("Share ID", "2"), ("Share value", "99\x15" + VALUES[2]),
                           ("Check word", ""), ("Share ID", "")]:
        child.expect(prompt)
        if answer:
            child.sendline(answer)
        elif answer == "" and prompt != "16 hex digits, and":
            child.sendline("")
    child.expect(f"KCV {kcv(bytes(range(32)))}")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, "key"])
def test_echo_comes_back(share, end):
    """While a share is typed nothing is echoed; however it ends, the terminal is as it was."""
    child = pexpect.spawn(QUICK, ["verify", str(share)], timeout=10, env={**os.environ, "LC_ALL": "C.UTF-8"})
    before = termios.tcgetattr(child.child_fd)
    assert before[3] & termios.ECHO
    child.expect("p or s: ")
    child.sendline("s")
    child.expect("Prime")
    child.send(PRIME)
    child.expect(("•" * 16).encode())
    assert not termios.tcgetattr(child.child_fd)[3] & termios.ECHO
    if end == "key":
        child.send("\x03")
    else:
        child.kill(end)
    child.expect(pexpect.EOF)
    assert termios.tcgetattr(child.child_fd) == before and PRIME.encode() not in child.before
    child.close()
    assert (child.exitstatus, child.signalstatus) == (None, signal.SIGINT if end == "key" else end)


def test_sheet(share, tmp_path):
    out = tmp_path / "out.txt"
    done = run(QUORATE, "sheet", "share-file", share, "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert hashlib.sha256(share.read_bytes()).hexdigest()[:4] in out.read_text()
    failed(run(QUORATE, "sheet", "share-file", share, "-o", out), "nothing was overwritten")


def test_qr_needs_room(share):
    assert "##" in run(QUORATE, "qr", "--ascii", share).stdout
    child = pexpect.spawn(QUORATE, ["qr", str(share)], dimensions=(10, 20), encoding="utf-8")
    child.expect("does not fit")


@pytest.mark.parametrize("arguments", [["no"], ["--no"], ["verify"], ["status", "--kcv", "00"], ["qr", "--json", "x"],
                                       ["verify", "--kcv", "12", "x"], ["sheet", "x"], ["status", "x"]])
def test_usage(arguments):
    done = run(QUORATE, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"quorate: .+\n", done.stderr)


def test_self_check():
    done = run(QUORATE, "self-check")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 9 and all(line.startswith("ok ") for line in done.stdout.splitlines())
