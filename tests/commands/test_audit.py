"""quorate audit and check-word: what shares of sc-hsm-tool lack, said and mended."""
import os
import signal

import pexpect
import pyte
import pytest

from quick import P, PASSWORD, PRIME, PUBLISHED, QUICK, SHARES, VALUES, failed, kcv, run, seal

DKEK = bytes(range(32))
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"}
FINE = "nothing is at risk with these shares."
ADVICE = "quorate check-word"


def lines(secret, numbers=(1, 2)):
    return f"prime {PRIME}\n" + "".join(f"{x} {(secret + 3**40 * x) % P:x}\n" for x in numbers)


def findings(done, path):
    assert done.stderr == ""
    listed = done.stdout.splitlines()
    assert all(line.startswith(f"{path}: ") for line in listed)
    return [line[len(f"{path}: "):] for line in listed]


def audit(path, given):
    return run(QUICK, "audit", "--shares-stdin", path, given=given)


def test_file_alone(tmp_path):
    good, bad = tmp_path / "good.pbe", tmp_path / "bad.pbe"
    good.write_bytes(PUBLISHED)
    bad.write_bytes(PUBLISHED[:60])
    done = run(QUICK, "audit", good)
    assert done.returncode == 0 and "size and form are right" in findings(done, good)[0]
    done = run(QUICK, "audit", bad, good)
    assert done.returncode == 1 and "64 bytes" in done.stderr and "good.pbe: size and form" in done.stdout


@pytest.mark.parametrize("password, status, words", [
    (0x0D516A5916B655B0, 0, FINE),
    (0x7FFFFFFFFFFFFFFF, 0, FINE),
    (0x000D516A5916B655, 3, "begins with a zero byte"),
    (0x00000000000016B6, 3, "begins with a zero byte"),
    (P - 1, 0, FINE),
    (P, 3, "not below the prime"),
    (2**64 - 5, 3, "not below the prime"),
])
def test_passwords(tmp_path, password, status, words):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(password.to_bytes(8, "big"), DKEK))
    done = audit(path, lines(password % P))
    found = findings(done, path)
    assert done.returncode == status
    assert found[0] == f"KCV {kcv(DKEK)}" and words in found[1] and ADVICE in found[-1]
    assert f"{password:x}" not in done.stdout


def test_short_password(tmp_path):
    """A file under the short form, as sc-hsm-tool rebuilds it: it opens such a file."""
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(b"abcdef", DKEK))
    assert findings(audit(path, lines(int.from_bytes(b"abcdef", "big"))), path)[1] == FINE


def test_ids_and_words(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(PASSWORD, DKEK))
    done = audit(path, lines(int.from_bytes(PASSWORD, "big"), (9, 10, 200)))
    assert done.returncode == 3
    found = findings(done, path)
    assert [line for line in found if line.startswith("at risk: ")] == found[1:3]
    assert "share 10 is a for" in found[1] and "share 200 is c8 for" in found[2]
    assert ADVICE in found[3]
    done = audit(path, SHARES)
    assert done.returncode == 0 and ADVICE in done.stdout


def test_wrong_shares(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(PASSWORD, DKEK))
    failed(audit(path, SHARES.replace("2 8", "3 8")), "do not open")
    failed(run(QUICK, "audit", "--shares", path), "no terminal")
    assert run(QUICK, "audit", "--shares", "--shares-stdin", path).returncode == 2


@pytest.fixture
def asked(tmp_path):
    """check-word, with both shares typed."""
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(PASSWORD, DKEK))
    child = pexpect.spawn(QUICK, ["check-word", str(path)], timeout=10, dimensions=(24, 80), env=ENVIRONMENT)
    child.seen = b""

    def expect(pattern):
        child.expect(pattern)
        child.seen += child.before + (child.after if isinstance(child.after, bytes) else b"")
    child.wait_for = expect
    for prompt, answer in [("Prime", PRIME), ("Share ID", "1"), ("Share value", VALUES[1]), ("Check word", ""),
                           ("Share ID", "2"), ("Share value", VALUES[2]), ("Check word", ""), ("Share ID", "")]:
        expect(prompt)
        child.sendline(answer)
    expect(f"KCV {kcv(DKEK)}")
    expect("Share 1: only its custodian looks here")
    yield child
    child.close(force=True)


def screen_of(child):
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(child.seen)
    return "\n".join(screen.display)


def test_check_words(asked):
    assert b"luv0y8" not in asked.seen
    asked.send("x")
    asked.wait_for("Check word: luv0y8")
    assert "luv0y8" in screen_of(asked)
    asked.send("x")
    asked.wait_for("Share 2: only its custodian")
    assert "luv0y8" not in screen_of(asked)
    asked.send("x")
    asked.wait_for(r"Check word: [a-z0-9]{6}")
    asked.send("x")
    asked.wait_for(pexpect.EOF)
    assert "Check word: " not in screen_of(asked).split("KCV")[1]
    asked.close()
    assert asked.exitstatus == 0
    assert not [value for value in VALUES.values() if value.encode() in asked.seen]


@pytest.mark.parametrize("end", ["key", "signal"])
def test_check_word_stopped(asked, end):
    asked.send("x")
    asked.wait_for("Check word: luv0y8")
    if end == "key":
        asked.send("\x03")
    else:
        os.kill(asked.pid, signal.SIGTERM)
    asked.wait_for(pexpect.EOF)
    asked.close()
    assert "luv0y8" not in screen_of(asked)
    assert asked.exitstatus == 1 if end == "key" else asked.signalstatus == signal.SIGTERM


def test_check_word_needs_a_terminal(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(PASSWORD, DKEK))
    failed(run(QUICK, "check-word", path, given=SHARES), "no terminal")
