"""quorate journal: records chained here, by another program than the one that verifies them."""
import hashlib
import json
import subprocess

import pytest

from quick import QUORATE, failed, run

EVENTS = [
    {"event": "begun", "ceremony": "new-key-domain", "quorate": "9", "rehearsal": "no", "at": "2026-11-23T09:40:12Z"},
    {"event": "initialise-intended", "serial": "DENK0105702", "label": "fmd-alice", "so_pin_tries": 14},
    {"event": "unheard-of", "who": "Müller\x1b[2J"},
    {"event": "done", "step": "done", "outcome": "DONE"},
]


def lines(events=EVENTS):
    """The record's lines, without their ends."""
    chain, made = "0" * 64, []
    for number, event in enumerate(events, 1):
        line = json.dumps({"n": number, "utc": f"2026-11-23T09:4{number}:00Z", **event, "chain": chain},
                          ensure_ascii=False, separators=(",", ":")).encode()
        chain = hashlib.sha256(line).hexdigest()
        made.append(line)
    return made


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines()))
    return path


def test_whole(record):
    done = run(QUORATE, "journal", "verify", record)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("4 lines, whole and unchanged.\n")
    assert f"SHA-256: {hashlib.sha256(lines()[-1]).hexdigest()}\n" in done.stdout


def test_digest_in_words(record):
    """In the PGP word list even and odd places have words of their own: one of two syllables, one of three."""
    shown = run(QUORATE, "journal", "verify", record).stdout.split("SHA-256: ")[1].splitlines()
    digest, words = bytes.fromhex(shown[0]), " ".join(shown[1:5]).split()
    assert len(words) == 32
    # The list's first and last words, and two of its published example.
    known = {(0, 0x00): "aardvark", (1, 0x00): "adroitness", (0, 0xff): "Zulu", (1, 0xff): "Yucatan",
             (0, 0xe5): "topmost", (1, 0x82): "Istanbul"}
    for place, (byte, word) in enumerate(zip(digest, words)):
        for (parity, value), name in known.items():
            if parity == place % 2:
                assert (byte == value) == (word.lower() == name.lower())


def test_show(record):
    done = run(QUORATE, "journal", "show", record)
    shown = done.stdout.splitlines()
    assert done.returncode == 0
    assert shown[0].startswith("1  2026-11-23T09:41:00Z  The ceremony new-key-domain began at 2026-11-23T09:40:12Z")
    assert shown[1].endswith("About to initialise the device fmd-alice, serial number DENK0105702. [so_pin_tries 14]")
    # Of a later version, perhaps: what is there is shown, and harms no terminal.
    assert "unheard-of: [who Müller" in shown[2] and "\x1b" not in done.stdout
    assert shown[4] == "4 lines, whole and unchanged."


@pytest.mark.parametrize("number", range(1, len(EVENTS)))
def test_changed_line_is_named(record, number):
    made = lines()
    made[number - 1] = made[number - 1].replace(b"T09:4", b"T08:4")
    record.write_bytes(b"".join(line + b"\n" for line in made))
    failed(run(QUORATE, "journal", "verify", record), f"line {number}")
    done = run(QUORATE, "journal", "show", record)
    assert done.returncode == 1 and len(done.stdout.splitlines()) == number - 1


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_torn_line_is_told(record, kept):
    made = lines()
    record.write_bytes(b"".join(line + b"\n" for line in made[:-1]) + made[-1][:kept])
    done = run(QUORATE, "journal", "verify", record)
    assert done.returncode == 0
    assert done.stdout.startswith("3 lines, whole and unchanged.\nThe last line was cut off")
    assert hashlib.sha256(made[-2]).hexdigest() in done.stdout


def test_clock_set_back(record):
    made = lines([EVENTS[0]] * 3)
    line = made[2].replace(b"T09:43", b"T09:40")
    record.write_bytes(b"".join(each + b"\n" for each in [*made[:2], line]))
    done = run(QUORATE, "journal", "verify", record)
    assert done.returncode == 0 and "set back before line 3" in done.stdout


def test_no_record(tmp_path, record):
    other = tmp_path / "other"
    for text in ("", "hello\n", '{"n":1}\n', '{"n":1,"utc":"x","event":"y","chain":"' + "0" * 64 + '","more":[]}\n'):
        other.write_text(text)
        failed(run(QUORATE, "journal", "verify", other), "not a ceremony's record")
    failed(run(QUORATE, "journal", "verify", tmp_path / "nothing"), "no such file")
    done = run(QUORATE, "journal", "read", record)
    assert done.returncode == 2 and "read" in done.stderr
    assert run(QUORATE, "journal", "verify").returncode == 2


def test_private_facts_are_opened_with_their_salt(tmp_path):
    """By a digest that another program makes, as the manual tells it."""
    salt = "00112233445566778899aabbccddeeff"
    digest = subprocess.run(["sh", "-c", f"printf %s {salt}:threshold:3 | sha256sum"], capture_output=True, text=True,
                            check=True).stdout.split()[0]
    record = tmp_path / "journal.jsonl"
    record.write_bytes(b"".join(line + b"\n" for line in lines([
        EVENTS[0], {"event": "kept-private", "threshold_sha256": digest}, EVENTS[3]])))

    def opened(*words):
        return run(QUORATE, "journal", "open", record, *words)

    for written in (salt, " ".join(salt[at:at + 4] for at in range(0, 32, 4)), salt.upper()):
        done = opened("threshold", "3", written)
        assert (done.returncode, done.stderr) == (0, "") and "line 2" in done.stdout
    failed(opened("threshold", "4", salt), "The record does not say this")
    failed(opened("threshold", "3", salt[:-1] + "0"), "The record does not say this")
    failed(opened("threshold", "3", salt[:-1]), "32 hex digits")
    failed(opened("threshold", "3", salt + "0"), "32 hex digits")
    failed(opened("names", "3", salt), "no private fact of this name")
    assert opened("threshold", "3").returncode == 2
    # A record that was changed proves nothing.
    record.write_bytes(record.read_bytes().replace(b'"rehearsal":"no"', b'"rehearsal":"ye"'))
    failed(opened("threshold", "3", salt), "changed")
