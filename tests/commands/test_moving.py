"""The way from sc-hsm-tool to quorate, as its page in the manual tells it: every example there is run."""
import os
import re
import subprocess

import pytest

from quick import P, PASSWORD, PRIME, QUICK, VALUES, kcv, seal

DKEK = bytes(range(32))
with open(os.path.join(os.environ["QUORATE_SOURCE"], "man/quorate-moving.7"), encoding="ascii") as page:
    EXAMPLES = re.findall(r"^\.Dl \$ (quorate .*)$", page.read(), flags=re.M)
# What is to be seen, and the exit status; asked on a terminal: not here.
EXPECTED = {
    "audit share.pbe": (0, "size and form are right"),
    "audit --shares share.pbe": (1, "terminal"),
    "audit --shares-stdin share.pbe < shares": (0, "nothing is at risk"),
    f"verify --shares-stdin --kcv {kcv(DKEK)} share.pbe < shares": (0, f"KCV {kcv(DKEK)}"),
    "verify --shares-stdin --threshold 2 share.pbe < four-shares": (1, "share 3: This is wrong"),
    "rescue --shares-stdin share.pbe < mistyped": (0, "share 2"),
    "sheet share -o share.pdf": (0, ""),
    "sheet share-file share.pbe -o share-file.pdf": (0, ""),
}


def value(number):
    return f"{(int.from_bytes(PASSWORD, 'big') + (int(VALUES[1], 16) - int.from_bytes(PASSWORD, 'big')) * number) % P:016x}"


@pytest.fixture(name="desk", scope="module")
def a_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moving")
    (folder / "share.pbe").write_bytes(seal(PASSWORD, DKEK))
    shares = {number: value(number) for number in range(1, 5)}
    assert shares[2] == VALUES[2]
    swapped = shares[2][:4] + shares[2][5] + shares[2][4] + shares[2][6:]

    def write(name, which):
        (folder / name).write_text(f"prime {PRIME}\n" + "".join(f"{n} {v}\n" for n, v in which.items()))
    write("shares", {1: shares[1], 2: shares[2]})
    write("four-shares", {**shares, 3: f"{int(shares[3], 16) ^ 1:016x}"})
    write("mistyped", {1: shares[1], 2: swapped})
    os.symlink(QUICK, folder / "quorate")
    return folder


def test_every_example_is_expected():
    assert sorted(EXAMPLES) == sorted(f"quorate {example}" for example in EXPECTED)


@pytest.mark.parametrize("example", EXPECTED)
def test_examples(desk, example):
    status, words = EXPECTED[example]
    done = subprocess.run(["sh", "-c", f"quorate {example}"], cwd=desk, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, start_new_session=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "PATH": f"{desk}:{os.environ['PATH']}"})
    assert done.returncode == status, done.stdout + done.stderr
    assert words.lower() in (done.stdout + done.stderr).lower()
