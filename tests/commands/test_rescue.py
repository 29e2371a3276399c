"""quorate rescue: what was mistyped is found and said, the search can be stopped and taken up again."""
import os
import re
import signal
import subprocess
import time

import pexpect
import pytest

from quick import P, PRIME, QUICK, failed, kcv, run, seal

DKEK = bytes(range(32))
SECRET = 0x0D516A5916B655B0
# f(x) = SECRET + 3^40 x + 7^22 x^2
POINTS = {x: (SECRET + 3**40 * x + 7**22 * x * x) % P for x in (1, 2, 3, 4, 9)}
VALUES = {x: f"{value:016x}" for x, value in POINTS.items()}
DOUBT = "one share's can be made up for by another's"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(SECRET.to_bytes(8, "big"), DKEK))
    return path


def typed(values, prime=PRIME):
    return f"prime {prime}\n" + "".join(f"{number} {value}\n" for number, value in values)


def other_digit(text, place, digit):
    assert text[place - 1] != digit
    return text[:place - 1] + digit + text[place:]


def found(done):
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"KCV {kcv(DKEK)}"
    shown = done.stdout.replace(kcv(DKEK), "")
    assert not [value for value in [*VALUES.values(), PRIME, f"{SECRET:x}"] if value in shown]
    return lines[1:]


def test_nothing_wrong(file):
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed((n, VALUES[n]) for n in (1, 3, 9))))
    assert lines == ["No slip: the shares are right as they were typed."]


def test_exchanged(file):
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed([(1, VALUES[3]), (3, VALUES[1]), (9, VALUES[9])])))
    assert lines[0] == "The IDs of shares 1 and 3 were exchanged."
    assert "new sheets" in lines[-1]


@pytest.mark.parametrize("spoil", [
    lambda value: other_digit(value, 7, "0" if value[6] != "0" else "1"),
    lambda value: value[:4] + value[5] + value[4] + value[6:],
])
def test_one_slip(file, spoil):
    wrong = spoil(VALUES[2])
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed([(1, VALUES[1]), (2, wrong), (9, VALUES[9])])))
    assert re.fullmatch(r"Probably share \d: digit \d+ of the value .+\.", lines[0])
    assert DOUBT in lines[1]


def test_wrong_id(file):
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed([(1, VALUES[1]), (2, VALUES[2]), (200, VALUES[9])])))
    assert lines[0] == "Probably share 200: the share ID was another one."


def test_two_slips(file):
    """Both shares' first look-alikes, which stand first among the pairs."""
    pairs = {"6": "b", "b": "6", "8": "b", "1": "7", "7": "1", "0": "d", "d": "0", "3": "8"}
    values = dict(VALUES)
    for number in (2, 9):
        place = next(i for i, digit in enumerate(values[number]) if digit in "6b")
        values[number] = other_digit(values[number], place + 1, pairs[values[number][place]])
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed((n, values[n]) for n in (1, 2, 9))))
    assert [line for line in lines if line.startswith("Probably share")]


@pytest.mark.parametrize("prime, words", [
    (other_digit(PRIME, 3, "c"), "digit 3 of the prime"),
    (other_digit(PRIME, 1, "1"), "digit 1 of the prime"),
    (PRIME[:5] + PRIME[6:], "digit 6 of the prime was left out"),
])
def test_wrong_prime(file, prime, words):
    lines = found(run(QUICK, "rescue", "--shares-stdin", file, given=typed([(n, VALUES[n]) for n in (1, 3, 9)], prime)))
    assert lines[0].startswith("The prime: ") and words in lines[0]
    assert "new sheets" in lines[-1]


def test_hopeless_prime(file):
    failed(run(QUICK, "rescue", "--shares-stdin", file, given=typed([(1, "1"), (2, "2")], "c" * 16)), "more than one digit")


def test_nothing_helps(file):
    """The last hundred readings of two shares, where three are needed."""
    end = 4 + 2 * 1037 + 1037 * 1037
    done = run(QUICK, "rescue", "--shares-stdin", "--from", end - 100, file, given=typed((n, VALUES[n]) for n in (1, 2)))
    failed(done, "No slip that people usually make")


def test_stop_and_go_on(file, tmp_path):
    """Too few shares: a million readings are tried in vain, unless it is stopped."""
    points = tmp_path / "points"
    points.write_text(typed([(1, VALUES[1]), (2, VALUES[2])]))
    child = pexpect.spawn("/bin/sh", ["-c", 'exec "$0" rescue --shares-stdin "$1" <"$2"', QUICK, str(file), str(points)],
                          encoding="utf-8", timeout=20, dimensions=(24, 132))
    child.expect("Trying two slips")
    child.sendintr()
    child.expect(r"Stopped, as asked\.[^$]*rescue --from (\d+) ")
    position = int(child.match.group(1))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert position > 2 * 1037
    done = subprocess.Popen([QUICK, "rescue", "--shares-stdin", "--from", str(position), str(file)], stdin=points.open(),
                            stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    done.send_signal(signal.SIGINT)
    assert done.wait(5) == 1
    assert int(re.search(r"rescue --from (\d+) ", done.stderr.read()).group(1)) >= position


def test_on_a_terminal(file):
    """Masked, with progress; Ctrl-C gives the terminal back."""
    child = pexpect.spawn(QUICK, ["rescue", str(file)], encoding="utf-8", timeout=10, dimensions=(24, 132),
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    answers = [("Prime", PRIME), ("Share ID", "1"), ("Share value", VALUES[1]), ("Check word", ""), ("Share ID", "2"),
               ("Share value", VALUES[2]), ("Check word", ""), ("Share ID", "")]
    seen = ""
    for prompt, answer in answers:
        child.expect(prompt)
        seen += child.before
        child.sendline(answer)
    child.expect(r"Trying (one slip|two slips): [0-9.]+ %, .+ left at most, [0-9.]+ derivations a second \(\S+\)")
    seen += child.before
    child.sendintr()
    child.expect(r"rescue --from \d+ ")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert VALUES[1] not in seen and VALUES[2] not in seen and PRIME not in seen
