"""Round trips with the genuine sc-hsm-tool, without a card: what it creates opens here, what is created here it imports.

Few by default; QUORATE_LONG=1 (make check-long) runs thousands and counts. The iteration count is small: the chain
itself has its own tests.
"""
import hashlib
import json
import os
import random
import re
import shutil
import subprocess

import pytest

BUILD = os.environ["QUORATE_BUILD"]
PARTS = ("tests/oracle/.libs/sc_hsm_shim.so", "tests/oracle/share_tool")
ORACLE = "/usr/bin/sc-hsm-tool"
ITERATIONS = "50"
FULL_COUNT = "10000000"
ROUNDS = 2000 if os.environ.get("QUORATE_LONG") else 60
# At the full count a round takes most of a minute: none where time counts.
FULL_ROUNDS = 20 if os.environ.get("QUORATE_LONG") else 0

pytestmark = pytest.mark.skipif(not os.path.exists(ORACLE), reason="sc-hsm-tool (package opensc) is not installed")

# The oracle pays for a context at every step: ten seconds of an idle processor, minutes of a busy one.
PATIENCE = 3600 if FULL_ROUNDS else 240


@pytest.fixture(scope="module", autouse=True)
def parts(tmp_path_factory):
    """Copies: a long run is not disturbed by a build meanwhile. Without its shim the tool would look for real cards."""
    folder = tmp_path_factory.mktemp("parts")
    for part in PARTS:
        shutil.copy2(os.path.join(BUILD, part), folder)
    run_oracle.shim, run_ours.tool = (str(folder / os.path.basename(part)) for part in PARTS)
    asked = run_oracle(["--create-dkek-share", str(folder / "probe.pbe"), "--password", "probe-password"], [],
                       ORACLE_DKEK="00" * 32)
    assert asked.returncode == 0 and "preload" not in asked.stderr, asked.stdout + asked.stderr


def kcv_of(dkek):
    return hashlib.sha256(dkek).hexdigest()[:16]


def run_oracle(arguments, lines, **variables):
    environment = {**os.environ, "LD_PRELOAD": run_oracle.shim, "ORACLE_ITERATIONS": ITERATIONS, "LC_ALL": "C", **variables}
    return subprocess.run([ORACLE, "--reader", "0"] + arguments, input="\n".join(lines) + "\n", text=True,
                          capture_output=True, timeout=PATIENCE, env=environment)


def run_ours(mode, path, lines, iterations=ITERATIONS):
    return subprocess.run([run_ours.tool, mode, iterations, path], input="\n".join(lines) + "\n", text=True,
                          capture_output=True, timeout=PATIENCE)


def oracle_creates(path, threshold, total, dkek, **variables):
    """The prime and the shares, as the tool shows them."""
    shown = run_oracle(["--create-dkek-share", path, "--pwd-shares-threshold", str(threshold), "--pwd-shares-total",
                        str(total)], [""] * (1 + 2 * total), ORACLE_DKEK=dkek.hex(), **variables)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert f"DKEK share created and saved to {path}" in shown.stdout
    primes = set(re.findall(r"Prime       : (\S+)", shown.stdout))
    ids = re.findall(r"Share ID    : (\d+)", shown.stdout)
    values = re.findall(r"Share value : (\S*)", shown.stdout)
    assert len(primes) == 1 and len(ids) == len(values) == total
    return primes.pop(), list(zip(ids, values))


def oracle_imports(path, prime, shares, **variables):
    """The key check value that the tool's card shows, or None."""
    lines = [prime]
    for number, value in shares:
        # It shows IDs in decimal and reads them as hex.
        lines += ["", format(int(number), "x"), value]
    shown = run_oracle(["--import-dkek-share", path, "--pwd-shares-total", str(len(shares))], lines, **variables)
    found = re.search(r"DKEK key check value : ([0-9A-F:]+)", shown.stdout)
    assert (shown.returncode == 0) == (found is not None), shown.stdout + shown.stderr
    return found and found.group(1).replace(":", "").lower()


def we_create(path, threshold, total, dkek, *more, iterations=ITERATIONS):
    made = run_ours("create", path, [f"split {threshold} {total}", f"dkek {dkek.hex()}", *more], iterations)
    assert made.returncode == 0, made.stdout
    lines = made.stdout.split()
    assert lines[0] == "prime" and len(lines) == 2 + 2 * total
    return lines[1], list(zip(lines[2::2], lines[3::2]))


def we_open(path, prime, shares, iterations=ITERATIONS):
    opened = run_ours("open", path, [f"prime {prime}"] + [f"{number} {value}" for number, value in shares], iterations)
    if opened.returncode != 0:
        return opened.stdout.strip()
    return opened.stdout.split()[1]


def sizes(count, seed):
    """m and n, each pair of the range again and again, in a mixed order that is the same every time."""
    pairs = [(m, n) for n in range(3, 13) for m in range(2, min(9, n) + 1)]
    source = random.Random(seed)
    for number in range(count):
        if number % len(pairs) == 0:
            source.shuffle(pairs)
        yield number, *pairs[number % len(pairs)], source


def pick(source, shares, threshold):
    """Any m shares in any order; the last one, often with an ID of 10 or more, among them."""
    return source.sample(shares[:-1], threshold - 1) + [shares[-1]]


def test_it_creates_we_open(tmp_path):
    for number, threshold, total, source in sizes(ROUNDS, 1):
        path, dkek = str(tmp_path / f"{number}.pbe"), source.randbytes(32)
        prime, shares = oracle_creates(path, threshold, total, dkek)
        assert we_open(path, prime, pick(source, shares, threshold)) == kcv_of(dkek), (threshold, total, prime, shares)
        os.unlink(path)


def test_we_create_it_imports(tmp_path):
    for number, threshold, total, source in sizes(ROUNDS, 2):
        path, dkek = str(tmp_path / f"{number}.pbe"), source.randbytes(32)
        prime, shares = we_create(path, threshold, total, dkek)
        chosen = pick(source, shares, threshold)
        assert oracle_imports(path, prime, chosen) == kcv_of(dkek), (threshold, total, prime, shares)
        assert we_open(path, prime, chosen) == kcv_of(dkek)
        os.unlink(path)


@pytest.mark.parametrize("number, threshold, total, source", sizes(FULL_ROUNDS, 3) if FULL_ROUNDS else [(0, 2, 3, None)])
def test_full_count(tmp_path, number, threshold, total, source):
    """There and back at the count of real files; without QUORATE_LONG only that the count matters."""
    path, dkek = str(tmp_path / "full.pbe"), hashlib.sha256(bytes([number])).digest()
    count = FULL_COUNT if FULL_ROUNDS else "51"
    prime, shares = oracle_creates(path, threshold, total, dkek, ORACLE_ITERATIONS=count)
    chosen = pick(source or random.Random(3), shares, threshold)
    assert we_open(path, prime, chosen, count) == kcv_of(dkek)
    assert FULL_ROUNDS or we_open(path, prime, chosen) == "FAIL_SHARES_FILE_KEY"
    os.unlink(path)
    prime, shares = we_create(path, threshold, total, dkek, iterations=count)
    assert oracle_imports(path, prime, shares[-threshold:], ORACLE_ITERATIONS=count) == kcv_of(dkek)
    os.unlink(path)


@pytest.mark.parametrize("zeros", [1, 2, 3])
def test_leading_zero_passwords(tmp_path, zeros):
    """Such a file of its own sc-hsm-tool cannot open; here it opens. That is why none is created here."""
    for number, threshold, total, source in sizes(ROUNDS // 12, zeros):
        path, dkek = str(tmp_path / f"{number}.pbe"), source.randbytes(32)
        password = bytes(zeros) + bytes([source.randrange(1, 256)]) + source.randbytes(7 - zeros)
        prime, shares = oracle_creates(path, threshold, total, dkek, ORACLE_PASSWORD=password.hex())
        chosen = pick(source, shares, threshold)
        assert we_open(path, prime, chosen) == kcv_of(dkek)
        assert oracle_imports(path, prime, chosen) != kcv_of(dkek)
        os.unlink(path)
        prime, shares = we_create(path, threshold, total, dkek, f"password {password.hex()}")
        assert we_open(path, prime, pick(source, shares, threshold)) == kcv_of(dkek)
        os.unlink(path)


def test_password_without_its_zeros(tmp_path):
    """A file under the short password, as the tool rebuilds it: opens with shares of the number it stands for."""
    path, dkek = str(tmp_path / "short.pbe"), bytes(range(32))
    prime, shares = we_create(path, 3, 5, dkek, "password 0000616263646566")
    os.unlink(path)
    made = run_oracle(["--create-dkek-share", path, "--password", "abcdef"], [], ORACLE_DKEK=dkek.hex())
    assert made.returncode == 0
    assert we_open(path, prime, shares[1:4]) == kcv_of(dkek)
    assert oracle_imports(path, prime, shares[1:4]) == kcv_of(dkek)


def test_old_large_secrets(tmp_path):
    """OpenSC 0.14 and 0.15 split passwords of 64 bits, some of them above the prime."""
    for number, threshold, total, source in sizes(ROUNDS // 6, 7):
        path, dkek = str(tmp_path / f"{number}.pbe"), source.randbytes(32)
        password = bytes([0xff, 0xff, 0xff, 0xff, 0xff]) + source.randbytes(3)
        prime, shares = oracle_creates(path, threshold, total, dkek, ORACLE_PASSWORD=password.hex(), ORACLE_OLD="1")
        assert int(prime.replace(":", ""), 16) <= int.from_bytes(password, "big")
        assert we_open(path, prime, pick(source, shares, threshold)) == kcv_of(dkek)
        os.unlink(path)


def test_wrong_shares_are_refused(tmp_path):
    """Too few, one wrong digit, another set's: the file stays shut, always."""
    path, other = str(tmp_path / "a.pbe"), str(tmp_path / "b.pbe")
    source = random.Random(9)
    for _ in range(ROUNDS // 6):
        dkek = source.randbytes(32)
        prime, shares = we_create(path, 3, 5, dkek)
        _, others = we_create(other, 3, 5, dkek)
        number, value = shares[2]
        place = source.randrange(1, 16)
        digit = format(int(value[place], 16) ^ source.randrange(1, 16), "x")
        wrong = (number, value[:place] + digit + value[place + 1:])
        for chosen in (shares[:2], [shares[0], shares[1], wrong], [shares[0], shares[1], ("10", value)],
                       [shares[0], shares[1], others[2]]):
            assert we_open(path, prime, chosen) in ("FAIL_SHARES_FILE_KEY", "FAIL_SHARE_VALUE"), (prime, chosen)
        assert we_open(path, prime, shares[:3]) == kcv_of(dkek)
        os.unlink(path)
        os.unlink(other)


def test_vectors(tmp_path):
    """Of the vectors it opens exactly those of which they say so."""
    with open(os.path.join(os.environ["QUORATE_SOURCE"], "tests/vectors/shares.json"), encoding="ascii") as vectors:
        files = [vector for vector in json.load(vectors)["files"] if "threshold" in vector and vector["iterations"] == 1000]
    assert len(files) > 10
    for vector in files:
        path = tmp_path / "vector.pbe"
        path.write_bytes(bytes.fromhex(vector["file"]))
        shares = [(share["id"], share["as_shown"]) for share in vector["shares"][-vector["threshold"]:]]
        kcv = oracle_imports(str(path), vector["prime"], shares, ORACLE_ITERATIONS="1000")
        assert (kcv == vector["kcv"]) == vector["opens_in_sc_hsm_tool"], vector["name"]


def test_passwords(tmp_path):
    """With a password instead of shares, both ways."""
    for length in (6, 8, 16, 55, 56, 63, 64):
        path, password = str(tmp_path / f"{length}.pbe"), ("aB3$" * 16)[:length]
        dkek = bytes([length]) * 32
        made = run_oracle(["--create-dkek-share", path, "--password", password], [], ORACLE_DKEK=dkek.hex())
        assert made.returncode == 0, made.stderr
        opened = run_ours("open", path, [f"password {password.encode().hex()}"])
        assert opened.stdout == f"kcv {kcv_of(dkek)}\n"
        refused = run_ours("open", path, [f"password {(password + 'x').encode().hex()[-128:]}"])
        assert refused.stdout == "FAIL_SHARE_FILE_KEY\n" and refused.returncode == 1
