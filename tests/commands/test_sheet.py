"""quorate sheet: every kind, as PDF and as text, and what is wrong with a command is said."""
import hashlib
import os
import re
import subprocess

import pexpect
import pytest

from quick import QUORATE, failed, run
from test_journal import lines

FACTS = ["ceremony=Ελένη and Łukasz", "date=2026-11-23", "device=fmd-alice", "return-to=Safe 3", "check-by=2027-01-31"]
SOURCE = os.environ["QUORATE_SOURCE"]


def published(name):
    with open(os.path.join(SOURCE, "tests/unit/published.h")) as header:
        value = re.search(rf'#define {name}((?:\s|\\|"[^"]*")+)', header.read())[1]
    return bytes.fromhex("".join(re.findall('"([^"]*)"', value)))


FILES = {
    "share": None, "password": None, "pins": None, "user-pin": None, "so-pin": None, "recovery": None,
    "share-file": published("PUBLISHED_SHARE_FILE"),
    "wrapped-key": published("PUBLISHED_WRAPPED_FILE"),
    "device": "Serial number\tDENK0105700\nFirmware\t3.5\n".encode(),
    "script": "The device is unpacked\r\n\nThe share file is saved\n".encode(),
    "record": b"".join(line + b"\n" for line in lines()[:2]),
    "salts": "Custodian 1\tЖанна\t00112233445566778899aabbccddeeff\n".encode(),
    "destruction": "The old sheets of custodians 1 to 3\n".encode(),
}
FOUND = {
    "share": "Check word", "password": "Password", "pins": "SO-PIN (16 digits)", "user-pin": "User PIN of a device",
    "so-pin": "SO-PIN of a device", "recovery": "# Opens a wrapped key", "share-file": "ECC9 2C62 E3F6 189E",
    "wrapped-key": "ECC9 2C62 E3F6 189E", "device": "Firmware 3.5", "script": "2 The share file is saved",
    "record": "About to initialise the device fmd-alice", "salts": "0011 2233 4455 6677 8899 aabb ccdd eeff",
    "destruction": "1 The old sheets of custodians 1 to 3",
}


def order(tmp_path, kind, out, *more, content=None):
    arguments = ["sheet", kind]
    content = FILES[kind] if content is None else content
    if content is not None:
        (tmp_path / "source").write_bytes(content)
        arguments.append(tmp_path / "source")
    return run(QUORATE, *arguments, "-o", tmp_path / out, *more)


@pytest.mark.parametrize("kind", FILES)
def test_every_kind(tmp_path, kind):
    more = [word for fact in FACTS for word in ("--fact", fact)]
    kcv = ["--kcv", "ECC92C62E3F6189E"] if kind == "share-file" else []
    done = order(tmp_path, kind, "out.txt", *more, *kcv)
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join((tmp_path / "out.txt").read_text().split())
    for word in ("Ελένη and Łukasz", "2026-11-23", "fmd-alice", "Safe 3", "2027-01-31", FOUND[kind]):
        assert word in text, word
    done = order(tmp_path, kind, "out.pdf", "--paper", "letter", *more, *kcv)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    failed(order(tmp_path, kind, "out.pdf"), "nothing was overwritten")


def test_record_has_the_digest_of_its_last_line(tmp_path):
    assert order(tmp_path, "record", "out.txt").returncode == 0
    digest = hashlib.sha256(lines()[1]).hexdigest()
    assert digest in re.sub(r"\s", "", (tmp_path / "out.txt").read_text())
    # The letter is another one in the first line: no sheet of a record that was changed.
    changed = FILES["record"].replace(b"09:40:12Z", b"09:40:13Z")
    failed(order(tmp_path, "record", "again.txt", content=changed), "changed")
    assert not (tmp_path / "again.txt").exists()


def test_facts_in_numbers(tmp_path):
    facts = ["--fact", "threshold=2", "--fact", "total=32", "--fact", "number=12", "--fact", "rehearsal=yes"]
    assert order(tmp_path, "share", "out.txt", *facts).returncode == 0
    text = " ".join((tmp_path / "out.txt").read_text().split())
    for words in ("REHEARSAL", "Share of custodian 12", "12 of 32", "any 2 of the 32 shares", "in sc-hsm-tool type: c"):
        assert words in text
    assert order(tmp_path, "pins", "private.txt", "--fact", "private=yes").returncode == 0
    assert "Sheet number" not in (tmp_path / "private.txt").read_text()


@pytest.mark.parametrize("arguments,sentence", [
    (["postcard"], "share password share-file wrapped-key"), (["share-file"], "a DKEK share file"),
    (["pins", "file"], "one word too many"), (["pins", "--fact", "colour=red"], "no sheet has this fact"),
    (["pins", "--fact", "threshold=x"], "no sheet has this fact"), (["pins", "--fact", "number"], "no sheet has this"),
    (["pins", "--fact", "private=maybe"], "no sheet has this fact"),
    (["pins", "--fact", "ceremony=山田"], "cannot draw"), (["pins", "--fact", "device=a\x1b[2J"], "cannot draw")])
def test_usage(tmp_path, arguments, sentence):
    done = run(QUORATE, "sheet", *arguments, "-o", tmp_path / "out.pdf")
    assert done.returncode == 2 and not (tmp_path / "out.pdf").exists()
    assert sentence.lower() in done.stderr.lower() and "\x1b" not in done.stderr


def test_what_is_no_such_file(tmp_path):
    failed(order(tmp_path, "share-file", "out.pdf", content=b"x" * 64), "does not begin with Salted__")
    failed(order(tmp_path, "wrapped-key", "out.pdf", content=b"x" * 64), "not a wrapped key")
    failed(order(tmp_path, "script", "out.pdf", content=b"a step\x07"), "")
    failed(run(QUORATE, "sheet", "script", tmp_path / "none", "-o", tmp_path / "out.pdf"), "no such file")
    done = order(tmp_path, "share", "out.doc")
    assert done.returncode == 2 and ".pdf or .txt" in done.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_filled_sheet_goes_through_a_pipe_only(tmp_path):
    """The share of the check word's published vector; the word is made, and a slip is asked again."""
    out = tmp_path / "piped"
    child = pexpect.spawn("sh", ["-c", f"'{QUORATE}' sheet share --filled -o - | cat > '{out}'"], encoding="utf-8")
    child.expect("Fill in the boxes by hand wherever you can")
    for prompt, answer in (("Type the word filled", "filled"), ("Prime", "e28c 4e2a 93cc a877"), ("Share ID", "0"),
                           ("Share ID", "10"), ("Share value", "bed92af69643c441"), ("Check word", "704ts9"),
                           ("Share value", "bed92af69643c441"), ("Check word", "704ts8")):
        child.expect(prompt)
        child.sendline(answer)
    child.expect("handed on")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    words = re.findall(r'yMin="(.*?)" .*yMax="(.*?)">(.*?)</word>', subprocess.run(
        ["pdftotext", "-bbox", out, "-"], capture_output=True, check=True, text=True).stdout)
    large = "".join(word for top, foot, word in words if float(foot) - float(top) > 14)
    assert "e28c4e2a93cca87710bed92af69643c441704ts8" in large


def test_filled_sheet_is_refused(tmp_path):
    done = run(QUORATE, "sheet", "share", "--filled", "-o", tmp_path / "out.pdf")
    assert done.returncode == 2 and "never into a file" in done.stderr
    with open(tmp_path / "redirected", "wb") as redirected:
        done = subprocess.run([QUORATE, "sheet", "share", "--filled", "-o", "-"], stdout=redirected, check=False,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "never into a file" in done.stderr
    assert not (tmp_path / "out.pdf").exists() and not (tmp_path / "redirected").read_bytes()
    child = pexpect.spawn("sh", ["-c", f"'{QUORATE}' sheet share --filled -o - | cat > '{tmp_path}/piped'"],
                          encoding="utf-8")
    child.expect("Type the word filled")
    child.sendline("yes")
    child.expect("not the word")
    child.expect(pexpect.EOF)
    assert not (tmp_path / "piped").read_bytes()
