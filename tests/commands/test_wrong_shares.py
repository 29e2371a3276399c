"""quorate verify says which share is wrong, as far as anybody can."""
import pytest

from quick import P, PRIME, QUICK, failed, kcv, run, seal

DKEK = bytes(range(32))
SECRET = 0x0D516A5916B655B0
KCV = f"KCV {kcv(DKEK)}\n"


def point(x):
    """Three shares are needed."""
    return f"{(SECRET + 3**40 * x + 7**22 * x * x) % P:016x}"


def lines(numbers, wrong=()):
    values = {x: f"{int(point(x), 16) ^ 1:016x}" if x in wrong else point(x) for x in numbers}
    return f"prime {PRIME}\n" + "".join(f"{x} {value}\n" for x, value in values.items())


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "share.pbe"
    path.write_bytes(seal(SECRET.to_bytes(8, "big"), DKEK))
    return path


def verify(file, given, *options):
    return run(QUICK, "verify", "--shares-stdin", *options, file, given=given)


@pytest.mark.parametrize("numbers", [(1, 2, 3), (5, 3, 9), (1, 2, 3, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1)])
@pytest.mark.parametrize("options", [(), ("--threshold", "3")])
def test_right(file, numbers, options):
    done = verify(file, lines(numbers), *options)
    assert (done.returncode, done.stdout, done.stderr) == (0, KCV, "")


@pytest.mark.parametrize("options", [(), ("--threshold", "3")])
@pytest.mark.parametrize("wrong", [2, 7])
@pytest.mark.parametrize("numbers", [(2, 4, 5, 7), (1, 2, 4, 5, 7), (1, 2, 3, 4, 5, 6, 7)])
def test_one_wrong(file, numbers, wrong, options):
    failed(verify(file, lines(numbers, [wrong]), *options), f"quorate: share {wrong}: This is wrong")


def test_two_wrong(file):
    failed(verify(file, lines((1, 2, 3, 4, 5), (2, 5)), "--threshold", "3"), "quorate: shares 2, 5: This is wrong")


def test_as_many_as_needed(file):
    failed(verify(file, lines((1, 2, 3), [2]), "--threshold", "3"), "With one share more")
    failed(verify(file, lines((1, 2, 3), [2])), "too few, or one is wrong, or they belong to another file")
    failed(verify(file, lines((1, 2)), "--threshold", "3"), "More shares are needed")
    failed(verify(file, lines((1, 2))), "too few, or one is wrong")


def test_other_file(file):
    file.write_bytes(seal(b"other", DKEK))
    for options in ((), ("--threshold", "3")):
        failed(verify(file, lines((1, 2, 3, 4)), *options), "agree with each other, but do not open this file")
    failed(verify(file, lines((1, 2, 3, 4), [3]), "--threshold", "3"), "One of these shares is wrong")


def test_other_prime(file):
    given = lines((1, 2)) + f"prime {PRIME}\n3 {point(3)}\n"
    assert verify(file, given).stdout == KCV
    failed(verify(file, given.replace(f"\nprime {PRIME}", "\nprime f55646c9a5a10187")), "line 4: This share belongs to another set")


@pytest.mark.parametrize("typed, meant, options", [((5, 10, 11), (5, 16, 17), ()), ((5, 10, 11, 12), (5, 16, 17, 18), ()),
                                                   ((1, 2, 10), (1, 2, 10), ()), ((5, 10, 11), (5, 16, 17), ("--threshold", "3")),
                                                   ((1, 2, 3, 10), (1, 2, 3, 16), ("--threshold", "3")),
                                                   ((1, 2, 3, 4, 10), (1, 2, 3, 4, 16), ())])
def test_ids_as_hex(file, typed, meant, options):
    """Decimal comes first; hex if it alone fits, and then it is said."""
    given = f"prime {PRIME}\n" + "".join(f"{x} {point(y)}\n" for x, y in zip(typed, meant))
    done = verify(file, given, *options)
    assert (done.returncode, done.stdout) == (0, KCV), done.stderr
    assert ("only as hex digits" in done.stderr) == (typed != meant)
