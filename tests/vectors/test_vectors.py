"""The program against the vectors, and the vectors against what makes them."""
import json
import os
import subprocess

import pytest

import make

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["QUORATE_BUILD"]
PROGRAMS = {make.QUICK: os.path.join(BUILD, "tests/quorate-quick"), make.REAL: os.path.join(BUILD, "quorate")}
with open(os.path.join(HERE, "shares.json"), encoding="ascii") as vectors:
    VECTORS = json.load(vectors)


def run(vector, tmp_path, *arguments, given):
    path = tmp_path / "share.pbe"
    path.write_bytes(bytes.fromhex(vector["file"]))
    return subprocess.run([PROGRAMS[vector["iterations"]], *arguments, str(path)], input=given, capture_output=True,
                          text=True, timeout=60, start_new_session=True)


def opened(vector, tmp_path, *arguments, given):
    done = run(vector, tmp_path, *arguments, given=given)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"KCV {vector['kcv'].upper()}\n", "")


def lines(vector, shares, *keys):
    return f"prime {vector['prime']}\n" + "".join(" ".join(str(share[key]) for key in keys) + "\n" for share in shares)


def named(which):
    return pytest.mark.parametrize("vector", which, ids=[vector["name"].replace(" ", "-") for vector in which])


def test_made_as_told():
    assert VECTORS["format"] == 1
    assert [v for v in VECTORS["files"] if v["iterations"] == make.QUICK] == make.make(make.QUICK)
    assert VECTORS["refused"] == list(make.refused())


@named([vector for vector in VECTORS["files"] if "threshold" in vector])
def test_shares(vector, tmp_path):
    shares, threshold = vector["shares"], vector["threshold"]
    opened(vector, tmp_path, "verify", "--shares-stdin", given=lines(vector, shares[-threshold:], "id", "value", "check_word"))
    if vector["iterations"] == make.REAL:
        return
    opened(vector, tmp_path, "verify", "--shares-stdin", given=lines(vector, shares[:threshold], "id", "as_shown"))
    opened(vector, tmp_path, "verify", "--shares-stdin", "--threshold", str(threshold),
           given=lines(vector, reversed(shares), "id", "value", "check_word"))
    wrong = dict(shares[0], check_word=shares[1]["check_word"])
    done = run(vector, tmp_path, "verify", "--shares-stdin", given=lines(vector, [wrong] + shares[1:], "id", "value", "check_word"))
    assert done.returncode == 1 and "check word" in done.stderr and done.stdout == ""


@named([vector for vector in VECTORS["files"] if "threshold" in vector and vector["iterations"] == make.QUICK])
def test_audit(vector, tmp_path):
    """What sc-hsm-tool cannot open, and IDs that it misreads, are at risk; nothing else is."""
    done = run(vector, tmp_path, "audit", "--shares-stdin", given=lines(vector, vector["shares"], "id", "value", "check_word"))
    is_misread = any(share["id"] > 9 for share in vector["shares"])
    assert done.returncode == (0 if vector["opens_in_sc_hsm_tool"] and not is_misread else 3)


@named([vector for vector in VECTORS["files"] if "threshold" not in vector])
def test_password(vector, tmp_path):
    opened(vector, tmp_path, "verify", "--password-stdin", given=bytes.fromhex(vector["password"]).decode() + "\n")


@named(VECTORS["refused"])
def test_refused(vector, tmp_path):
    done = run(vector, tmp_path, "verify", "--password-stdin", given=bytes.fromhex(vector["password"]).decode() + "\n")
    assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith("quorate: ")
