"""The rehearsal against genuine tools: sc-hsm-tool, pkcs11-tool and openssl meet the virtual cards through OpenSC's own
drivers and the rehearsal's PC/SC library."""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import time

import pexpect
import pytest

BUILD = pathlib.Path(os.environ["QUORATE_BUILD"])
SOURCE = pathlib.Path(os.environ["QUORATE_SOURCE"])
MODULES = sorted(pathlib.Path("/usr/lib").glob("**/opensc-pkcs11.so"))
SO_PIN = "3537363231383830"
PIN = "12345678"
READERS = {1: "Rehearsal card 1", 2: "Rehearsal card 2"}


def published(name):
    """A constant of published.h, in bytes."""
    text = (SOURCE / "tests/unit/published.h").read_text().replace("\\\n", " ")
    line = re.search(rf"^#define {name}\s+(.*)$", text, re.M).group(1)
    return bytes.fromhex("".join(re.findall(r'"([^"]*)"', line)))


class Rehearsal:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {}
        self.open()

    def helper(self, *arguments):
        return subprocess.run([BUILD / "tests/oracle/rehearsal_env", *arguments], text=True, capture_output=True,
                              timeout=20)

    def open(self):
        done = self.helper("open", str(self.folder), "2")
        assert done.returncode == 0, done.stderr
        lines = dict(line.split("=", 1) for line in done.stdout.splitlines())
        self.environment = {**os.environ, "LC_ALL": "C", **lines}

    def reset(self):
        done = self.helper("reset", str(self.folder))
        assert done.returncode == 0, done.stderr

    def run(self, *arguments, timeout=30):
        done = subprocess.run([str(argument) for argument in arguments], text=True, timeout=timeout,
                              env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def hsm(self, card, *arguments):
        return self.run("sc-hsm-tool", "-r", READERS[card], *arguments)

    def p11(self, card, *arguments):
        # A slot is four virtual ones for OpenSC; the index counts those with a token.
        status, text = self.run("pkcs11-tool", "--module", MODULES[0], "--slot-index", card - 1, *arguments)
        assert status == 0, text
        return text

    def initialize(self, card, shares=None, so_pin=SO_PIN):
        shares = [] if shares is None else ["--dkek-shares", shares]
        return self.hsm(card, "--initialize", "--so-pin", so_pin, "--pin", PIN, "--label", f"Card {card}", *shares)

    def import_raw(self, card, share):
        """A DKEK share straight to the card, as sc-hsm-tool does after its slow derivation."""
        return self.run("opensc-tool", "-r", READERS[card], "-s", "00A404000BE82B0601040181C31F020100",
                        "-s", "8052000020" + share.hex() + "00")[1]


@pytest.fixture
def rehearsal(tmp_path):
    made = Rehearsal(tmp_path / "r")
    yield made
    made.reset()


def test_a_new_card_and_a_used_one(rehearsal):
    status, text = rehearsal.hsm(1)
    assert status == 0 and "has never been initialized" in text
    rehearsal.initialize(1, 1)
    status, text = rehearsal.hsm(1)
    assert "SO-PIN tries left    : 15" in text and "User PIN tries left  : 3" in text
    assert "DKEK import pending, 1 share(s) still missing" in text
    # sc-hsm-tool exits with 0 here; the card refuses all the same, and counts.
    text = rehearsal.initialize(1, 1, so_pin="1111111111111111")[1]
    assert "PIN code or key incorrect" in text
    assert "SO-PIN tries left    : 14" in rehearsal.hsm(1)[1]
    assert (rehearsal.folder / "card1/pin-log").read_text().splitlines()[-1] == "SO-PIN wrong 14"
    assert "has never been initialized" in rehearsal.hsm(2)[1]


def test_state_outlives_the_process_and_ends_with_reset(rehearsal):
    rehearsal.initialize(1)
    text = rehearsal.p11(1, "--list-token-slots")
    assert "Card 1 (UserPIN)" in text and "REHE0000001" in text and "REHE0000002" in text
    rehearsal.reset()
    assert "has never been initialized" in rehearsal.hsm(1)[1]
    rehearsal.initialize(1)
    # Another process plays the card now, from what was saved.
    saved = (rehearsal.folder / "card1/state").read_bytes()
    rehearsal.reset()
    (rehearsal.folder / "card1/state").write_bytes(saved)
    assert "User PIN tries left  : 3" in rehearsal.hsm(1)[1]


def test_opening_again_is_quick(rehearsal):
    begin = time.monotonic()
    rehearsal.open()
    assert time.monotonic() - begin < 0.5
    # The SoftHSM token is there, once.
    status, text = rehearsal.run("softhsm2-util", "--show-slots")
    assert status == 0 and text.count("rehearsal") == 1


def ask(tool, prompt, answer):
    tool.expect(prompt)
    tool.sendline(answer)


def test_share_made_and_imported_with_a_password(rehearsal, tmp_path):
    rehearsal.initialize(1, 1)
    share = tmp_path / "share.pbe"
    tool = pexpect.spawn("sc-hsm-tool", ["-r", READERS[1], "--create-dkek-share", str(share)],
                         env=rehearsal.environment, encoding="ascii", timeout=60)
    ask(tool, "Enter password to encrypt DKEK share :", "correct horse")
    ask(tool, "Please retype password to confirm :", "correct horse")
    tool.expect(pexpect.EOF)
    assert len(share.read_bytes()) == 64
    tool = pexpect.spawn("sc-hsm-tool", ["-r", READERS[1], "--import-dkek-share", str(share)],
                         env=rehearsal.environment, encoding="ascii", timeout=60)
    ask(tool, "Enter password to decrypt DKEK share :", "correct horse")
    tool.expect("DKEK key check value : ([0-9A-F]{16})")
    shown = tool.match.group(1)
    tool.expect(pexpect.EOF)
    assert f"DKEK key check value : {shown}" in rehearsal.hsm(1)[1]


KINDS = [("EC:prime256v1", "ECDSA-SHA256"), ("EC:secp256k1", "ECDSA-SHA256"), ("rsa:2048", "SHA256-RSA-PKCS"),
         ("rsa:2048", "SHA256-RSA-PKCS-PSS"), ("rsa:3072", "SHA256-RSA-PKCS"), ("EC:secp521r1", "ECDSA-SHA256"),
         ("EC:brainpoolP512r1", "ECDSA-SHA256")]  # pkcs11-tool 0.23 cannot read a public key of 384 bits


@pytest.mark.parametrize("kind,mechanism", KINDS)
def test_key_made_on_the_card_signs(rehearsal, tmp_path, kind, mechanism):
    rehearsal.initialize(1)
    rehearsal.p11(1, "--login", "--pin", PIN, "--keypairgen", "--key-type", kind, "--id", "01", "--label", "key")
    message, signature, key = tmp_path / "message", tmp_path / "signature", tmp_path / "key.der"
    message.write_text("what is signed\n")
    form = ["--signature-format", "openssl"] if kind.startswith("EC") else []
    rehearsal.p11(1, "--login", "--pin", PIN, "--sign", "--mechanism", mechanism, "--id", "01",
                  "-i", message, "-o", signature, *form)
    rehearsal.p11(1, "--read-object", "--type", "pubkey", "--id", "01", "-o", key)
    padding = ["-sigopt", "rsa_padding_mode:pss"] if "PSS" in mechanism else []
    verify = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature", signature, *padding]
    assert rehearsal.run(*verify, message) == (0, "Verified OK\n")
    message.write_text("another\n")
    assert rehearsal.run(*verify, message)[0] != 0


def test_key_moves_between_cards_of_one_dkek(rehearsal, tmp_path):
    dkek = published("PUBLISHED_DKEK")
    for card in READERS:
        rehearsal.initialize(card, 1)
        assert "EC C9 2C 62 E3 F6 18 9E" in rehearsal.import_raw(card, dkek)
    rehearsal.p11(1, "--login", "--pin", PIN, "--keypairgen", "--key-type", "rsa:2048", "--id", "07", "--label", "moves")
    wrapped, message, signatures = tmp_path / "key.wrapped", tmp_path / "message", []
    status, text = rehearsal.hsm(1, "--wrap-key", wrapped, "--key-reference", "1", "--pin", PIN)
    assert status == 0, text
    status, text = rehearsal.hsm(2, "--unwrap-key", wrapped, "--key-reference", "5", "--pin", PIN)
    assert status == 0 and "Key successfully imported" in text
    # Which DKEK it belongs to, and what it is, from the file alone.
    other = tmp_path / "other.wrapped"
    other.write_bytes(published("PUBLISHED_WRAPPED_FILE").replace(bytes.fromhex("ecc92c62e3f6189e"), bytes(8)))
    rehearsal.p11(1, "--read-object", "--type", "pubkey", "--id", "07", "-o", tmp_path / "key.der")
    status, text = rehearsal.run(BUILD / "quorate", "keys", other, wrapped)
    assert status == 0 and re.search(r"KCV 0{16}\n  .*other.wrapped: EC, label \"btc-test\"", text), text
    assert re.search(r"KCV ECC92C62E3F6189E\n  .*key.wrapped: RSA, label \"moves\", ID 07\n", text), text
    assert hashlib.sha256((tmp_path / "key.der").read_bytes()).hexdigest() in text
    status, text = rehearsal.run(BUILD / "quorate", "keys", "--json", wrapped, message.parent / "nothing")
    first, second = json.loads(text)["keys"]
    assert status == 1 and first["kcv"] == "ECC92C62E3F6189E" and second["error"]["name"] == "FAIL_FILE_MISSING"
    message.write_text("the same on both\n")
    for card in READERS:
        rehearsal.p11(card, "--login", "--pin", PIN, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "07",
                      "-i", message, "-o", tmp_path / f"signature{card}")
        signatures.append((tmp_path / f"signature{card}").read_bytes())
    assert signatures[0] == signatures[1] and len(signatures[0]) == 256
    # Another DKEK: refused.
    rehearsal.initialize(2, 1)
    rehearsal.import_raw(2, bytes(32))
    status, text = rehearsal.hsm(2, "--unwrap-key", wrapped, "--key-reference", "5", "--pin", PIN)
    assert status != 0 and "Wrapped key does not match DKEK" in text


def test_a_copy_looks_like_the_original_and_signs(rehearsal, tmp_path):
    """A key backed up here and restored there, by quorate and by sc-hsm-tool in turn: each opens the other's file, the
    copy has the original's name, and openssl verifies its signature with the original's public key."""
    def act(card, *arguments):
        return rehearsal.run(BUILD / "tests/oracle/hsm_tool", rehearsal.folder, READERS[card], *arguments)

    for card in READERS:
        rehearsal.initialize(card, 1)
        rehearsal.import_raw(card, published("PUBLISHED_DKEK"))
    rehearsal.p11(1, "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "0b", "--label", "twin")
    ours, theirs, key, message = (tmp_path / name for name in ("ours", "theirs", "key.der", "message"))
    message.write_text("signed by a copy\n")
    rehearsal.p11(1, "--read-object", "--type", "pubkey", "--id", "0b", "-o", key)
    log = rehearsal.folder / "card1/pin-log"
    before = len(log.read_text().splitlines())
    assert act(1, "wrap", 1, PIN, ours) == (0, "")
    assert log.read_text().splitlines()[before:] == ["user-PIN right 3"]
    status, text = rehearsal.hsm(2, "--unwrap-key", ours, "--key-reference", "4", "--pin", PIN)
    assert status == 0 and "Key successfully imported" in text, text
    status, text = rehearsal.hsm(1, "--wrap-key", theirs, "--key-reference", "1", "--pin", PIN)
    assert status == 0, text
    # pkcs11-tool lists one of two keys with the same ID, so the other copy goes first.
    rehearsal.initialize(2, 1)
    rehearsal.import_raw(2, published("PUBLISHED_DKEK"))
    assert act(2, "unwrap", 0, PIN, theirs) == (0, "1\n")
    listed = rehearsal.p11(2, "--login", "--pin", PIN, "--list-objects", "--type", "privkey")
    assert listed.count("twin") == 1 and listed.count("ID:         0b") == 1
    rehearsal.p11(2, "--login", "--pin", PIN, "--sign", "--mechanism", "ECDSA-SHA256", "--id", "0b", "-i", message,
                  "-o", tmp_path / "signature", "--signature-format", "openssl")
    assert rehearsal.run("openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature",
                         tmp_path / "signature", message) == (0, "Verified OK\n")
    # What the device says of its key, saved by quorate, is what sc-hsm-tool saves.
    assert act(1, "attest", 1, tmp_path / "a.pka") == (0, "")
    rehearsal.hsm(1, "--export-for-pub-key-auth", tmp_path / "b.pka", "--key-reference", "1")
    assert (tmp_path / "a.pka").read_bytes() == (tmp_path / "b.pka").read_bytes()
    # Another DKEK: refused, and no PIN sent.
    rehearsal.initialize(2, 1)
    rehearsal.import_raw(2, bytes(32))
    log = rehearsal.folder / "card2/pin-log"
    before = log.read_text()
    assert act(2, "unwrap", 0, PIN, theirs) == (1, "FAIL_WRAPPED_KEY_DKEK\n")
    assert log.read_text() == before


def test_attestation_of_the_genuine_tool(rehearsal, tmp_path):
    """What sc-hsm-tool exports, and says it has not verified, quorate verifies; the fingerprint is openssl's."""
    rehearsal.initialize(1)
    rehearsal.p11(1, "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01")
    saved, key = tmp_path / "key.pka", tmp_path / "key.der"
    status, text = rehearsal.hsm(1, "--export-for-pub-key-auth", saved, "--key-reference", "1")
    assert status == 0 and "not verified" in text
    rehearsal.p11(1, "--read-object", "--type", "pubkey", "--id", "01", "-o", key)
    status, text = rehearsal.run(BUILD / "quorate", "attest", saved)
    assert status == 3 and "rehearsal's device" in text and "REHE0000001" in text
    assert hashlib.sha256(key.read_bytes()).hexdigest() in text
    status, text = rehearsal.run(BUILD / "quorate", "attest", "--json", saved)
    found = json.loads(text)["attestations"][0]
    assert status == 3 and found["proof"] == "rehearsal" and found["serial"] == "REHE0000001" and found["error"] is None
    # A bit of the key's signature, then of the device's: both are looked at.
    whole = saved.read_bytes()
    for place, words in ((whole.index(b"\x5f\x37\x40") + 9, "key's own signature"),
                         (whole.index(b"\x5f\x37\x40", whole.index(b"\x5f\x37\x40") + 60) + 9, "device's signature")):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        status, text = rehearsal.run(BUILD / "quorate", "attest", saved)
        assert status == 1 and words in text
    saved.write_bytes(b"x")
    status, text = rehearsal.run(BUILD / "quorate", "attest", saved)
    assert status == 1 and "not an attestation" in text


def test_published_key_shows_its_published_point(rehearsal, tmp_path):
    file = tmp_path / "published.key"
    file.write_bytes(published("PUBLISHED_WRAPPED_FILE"))
    rehearsal.initialize(1, 1)
    rehearsal.import_raw(1, published("PUBLISHED_DKEK"))
    status, text = rehearsal.hsm(1, "--unwrap-key", file, "--key-reference", "10", "--pin", PIN)
    assert status == 0, text
    text = rehearsal.p11(1, "--login", "--pin", PIN, "--list-objects")
    assert published("PUBLISHED_POINT").hex() in text and "btc-test" in text


def test_two_processes_at_once(rehearsal, tmp_path):
    rehearsal.initialize(1)
    rehearsal.p11(1, "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01")
    message = tmp_path / "message"
    message.write_text("at once\n")
    tools = [subprocess.Popen(["pkcs11-tool", "--module", str(MODULES[0]), "--slot-index", "0", "--login", "--pin", PIN,
                               "--sign", "--mechanism", "ECDSA-SHA256", "--id", "01", "-i", str(message),
                               "-o", str(tmp_path / f"signature{i}")],
                              env=rehearsal.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
             for i in range(2)]
    results = [(tool.communicate(timeout=30)[1], tool.returncode) for tool in tools]
    # Selecting drops the other's login, as on a real card; nobody hangs, and one of them at least is served.
    assert any(status == 0 for _, status in results), results
    assert "User PIN tries left  : 3" in rehearsal.hsm(1)[1]


def test_card_is_taken_out_and_put_back(rehearsal):
    rehearsal.initialize(1)
    removed = rehearsal.folder / "card1/removed"
    removed.touch()
    # sc-hsm-tool exits with 0 when there is no card: only its words tell.
    assert "Card not present" in rehearsal.hsm(1)[1]
    assert re.search(r"0 +No +Rehearsal card 1", rehearsal.run("opensc-tool", "-l")[1])
    removed.unlink()
    assert "User PIN tries left  : 3" in rehearsal.hsm(1)[1]


def test_the_card_process_is_alone_and_goes_by_itself(rehearsal):
    rehearsal.hsm(1)
    program, folder = rehearsal.environment["QUORATE_REHEARSAL_CARD"], str(rehearsal.folder)

    def players():
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if words[:2] == [program.encode(), folder.encode()]:
                found.append(entry.parent)
        return found

    assert len(players()) == 1
    # Another one sees the lock and leaves it at that.
    assert rehearsal.run(program, folder)[0] == 0
    assert len(players()) == 1
    deadline = time.monotonic() + 13
    while players() and time.monotonic() < deadline:
        time.sleep(0.25)
    assert not players() and not (rehearsal.folder / "socket").exists()
    assert rehearsal.hsm(1)[0] == 0
