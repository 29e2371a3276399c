"""Every procedure of the Token screen on a pseudo-terminal, on SoftHSM and on the rehearsal's cards; what was done is seen
by softhsm2-util, pkcs11-tool, sc-hsm-tool and openssl afterwards, and the other way round."""
import hashlib
import json
import pathlib
import re
import subprocess
import time

import pytest

from people import KEYBOARD_LINE, QUICK, QUORATE, Plan, Room, rehearsal_end, rehearsal_settings

SOFTHSM = sorted(pathlib.Path("/usr/lib").glob("**/libsofthsm2.so"))[0]
OPENSC = sorted(pathlib.Path("/usr/lib").glob("**/opensc-pkcs11.so"))[0]
READERS = {1: "Rehearsal card 1", 2: "Rehearsal card 2"}
USER_PIN, SO_PIN = "94715286", "1928374650918273"
SELECT = "00A404000BE82B0601040181C31F020100"
SHARE = bytes(range(32))


class Desk(Room):
    """A room with one person in it, who looks after tokens."""

    def token(self, name):
        """Goes to a token by what stands in its panel."""
        self.press("f5")
        end = time.monotonic() + 15
        while not re.search(rf"│ [^│]*{re.escape(name)}", self.panel()):
            assert time.monotonic() < end, f"no token {name!r}:\n{self.text()}"
            self.press("right")
            self.read(0.05)
        return self

    def panel(self):
        return "\n".join(self.text().splitlines()[1:6])

    def procedure(self, name):
        """Selects one; its name is the whole line, or what stands before "not now"."""
        self.press("home")
        for _ in range(30):
            if re.search(rf"► {re.escape(name)} *(│|…|  not now)", self.selected()):
                return self
            self.press("down")
        raise AssertionError(f"no procedure {name!r}:\n{self.text()}")

    def start(self, name):
        """Begins one; those that want the keyboard tried get it once."""
        self.procedure(name).press("enter")
        end = time.monotonic() + 20
        while "What to do" in self.text() or self.title() in ("", "The token", "What is on the token"):
            assert time.monotonic() < end and self.read(0.05), self.text()
        return self.keyboard()

    def keyboard(self):
        if self.title() == "The keyboard":
            self.answer(KEYBOARD_LINE)
        return self

    def pin(self, pin, title="The user PIN"):
        self.wait_title(title)
        return self.answer(pin)

    def wait_title(self, title, seconds=20):
        end = time.monotonic() + seconds
        while self.title() != title:
            assert time.monotonic() < end and self.read(0.05), f"{title!r} did not come:\n{self.text()}"
        return self

    def new_pin(self, pin, title):
        self.wait_title(title).choose_here("I choose it myself")
        self.type(pin).enter_and_wait("Once more").type(pin)
        return self.press("enter").leave(title)

    def choose_here(self, label):
        """A choice after which the title stays."""
        for _ in range(40):
            if label in self.selected():
                break
            self.press("down")
        return self.press("enter")

    def text_line(self, title, text=None):
        self.wait_title(title)
        return self.press("\x15").answer(text) if text is not None else self.answer()

    def confirm_word(self, title="The token is initialised"):
        # The device is read once more before it is asked.
        self.wait_title(title).wait_for("to go on", 20)
        found = re.search(r"Type (\S+(?: \S+)*?) to go on", self.words())
        return self.answer(found[1])

    def done(self, seconds=60):
        self.wait_title("Done", seconds)
        words = self.all_words()
        self.press("enter").wait_for("What to do")
        return words

    def wrong_pin(self, pin, then):
        """The same question stays, with a word on what came of it."""
        return self.type(pin).press("enter").wait_for(then)

    def newest(self, ending):
        """The file that came last."""
        return max(self.ceremonies.glob(f"**/*{ending}"), key=lambda path: path.stat().st_mtime_ns)


class Tools:
    def __init__(self, folder):
        self.environment = rehearsal_settings(folder)

    def run(self, *words, status=0):
        done = subprocess.run(list(map(str, words)), text=True, env=self.environment, timeout=60, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert status is None or done.returncode == status, done.stdout
        return done.stdout

    def p11(self, token, *words, pin=USER_PIN, module=SOFTHSM, **more):
        return self.run("pkcs11-tool", "--module", module, "--token-label", token, *(["--login", "--pin", pin] if pin else []),
                        *words, **more)

    def hsm(self, card, *words, **more):
        return self.run("sc-hsm-tool", "-r", READERS[card], *words, **more)

    def apdu(self, card, *commands):
        words = [word for command in (SELECT, *commands) for word in ("-s", command)]
        return self.run("opensc-tool", "-r", READERS[card], *words)

    def card(self, card, share=SHARE, label="Card"):
        """A device as the genuine tools leave it."""
        self.hsm(card, "--initialize", "--so-pin", SO_PIN, "--pin", USER_PIN, "--dkek-shares", 1, "--label", label)
        assert "SW1=0x90, SW2=0x00" in self.apdu(card, "8052000020" + share.hex() + "00").splitlines()[-2:][0]


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


@pytest.fixture
def desk(folder):
    with Desk(folder, rows=40, columns=100) as made:
        yield made


def initialise_free_slot(desk, label):
    # Two cards, the rehearsal's token and the free slot: not counted before all of them are there.
    desk.token("SoftHSM v2, serial number unknown").wait_for("of 4")
    desk.start("Initialise").text_line("The token's label", label).keyboard()
    desk.new_pin(SO_PIN, "The SO-PIN")
    desk.new_pin(USER_PIN, "The new user PIN").text_line("The ceremony's folder").confirm_word()
    desk.done()
    # The new free slot appears; and the screen has followed the token, which SoftHSM moved to another one.
    assert desk.wait_until(lambda text: "of 5" in text and label in desk.panel()), desk.text()


def test_softhsm_from_a_free_slot_to_the_end(desk, folder, tmp_path):
    initialise_free_slot(desk, "A longer label for a token")
    tools, label = Tools(folder), "A longer label for a token"
    assert label in tools.run("softhsm2-util", "--show-slots")
    desk.start("Try the user PIN").pin(USER_PIN)
    assert "The user PIN is right" in desk.done()
    desk.start("Prove the SO-PIN").pin(SO_PIN, "The SO-PIN")
    assert "The SO-PIN is right" in desk.done()
    # Each change is seen by others at once; what was right before is wrong now.
    desk.start("Change the user PIN").pin(USER_PIN).new_pin("a longer phrase, 55 characters, as SoftHSM takes them all",
                                                           "The new user PIN")
    desk.done()
    tools.p11(label, "-O", pin="a longer phrase, 55 characters, as SoftHSM takes them all")
    tools.p11(label, "-O", pin=USER_PIN, status=1)
    desk.start("Change the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin("5566778899001122", "The new SO-PIN")
    desk.done()
    desk.start("Reset the user PIN with the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin(USER_PIN, "The new user PIN")
    desk.wait_for("The SO-PIN is wrong").pin("5566778899001122", "The SO-PIN")
    desk.done()
    tools.p11(label, "-O")

    desk.start("Generate a key pair").pin(USER_PIN).wait_title("The kind of key").choose("► P-256")
    desk.text_line("The label", "release").text_line("The ID", "0a").text_line("The ceremony's folder")
    words = desk.done()
    assert "Fingerprint of the public key (SHA-256), in hex and in words" in words
    key = desk.newest(".pem")
    listed = tools.p11(label, "-O")
    assert "Private Key Object; EC" in listed and "release" in listed
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_text("signed by others\n")
    # SoftHSM signs hashes only.
    (tmp_path / "hash").write_bytes(hashlib.sha256(message.read_bytes()).digest())
    tools.p11(label, "--sign", "--mechanism", "ECDSA", "--id", "0a", "-i", tmp_path / "hash", "-o", signature,
              "--signature-format", "openssl")
    assert tools.run("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, message) == "Verified OK\n"
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"], capture_output=True, check=True).stdout
    digest = tools.run("sh", "-c", f"openssl pkey -pubin -in '{key}' -outform DER | sha256sum").split()[0]
    assert len(der) == 91 and digest in words.replace(" ", "")

    desk.start("Request a certificate").pin(USER_PIN).wait_title("Which key?").choose("release")
    desk.text_line("The subject", "CN=Release signing, O=Example, C=DE").text_line("The file")
    desk.done()
    request = desk.newest(".csr")
    text = tools.run("openssl", "req", "-in", request, "-noout", "-verify", "-subject")
    assert "verify OK" in text and "CN = Release signing" in text
    authority, certificate = tmp_path / "ca.pem", tmp_path / "certificate.pem"
    tools.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
              tmp_path / "ca.key", "-out", authority, "-subj", "/CN=CA", "-days", "9")
    tools.run("openssl", "x509", "-req", "-in", request, "-CA", authority, "-CAkey", tmp_path / "ca.key", "-CAcreateserial",
              "-out", certificate, "-days", "9")
    desk.start("Write a certificate to the token").text_line("The certificate's file", str(certificate)).pin(USER_PIN)
    desk.text_line("The label").text_line("The ID")
    assert "CN=Release signing" in desk.done()
    tools.p11(label, "--read-object", "--type", "cert", "--id", "0a", "-o", tmp_path / "read.der", pin=None)
    assert "Certificate will not expire" in tools.run("openssl", "x509", "-inform", "DER", "-in", tmp_path / "read.der", "-noout",
                                                      "-checkend", 60)
    desk.start("Save a certificate or public key").wait_title("Which certificate or public key?").choose("X.509")
    desk.text_line("The file")
    desk.done()
    saved = desk.newest(".crt")
    assert tools.run("openssl", "verify", "-CAfile", authority, saved).strip() == f"{saved}: OK"

    desk.start("Change a label or an ID").pin(USER_PIN).wait_title("Which object?")
    # A choice has two lines; the second says what it is.
    while "private key" not in desk.text().split("►")[1].splitlines()[1]:
        desk.press("down")
    desk.answer().text_line("The label", "release 2027").text_line("The ID", "0b")
    desk.done()
    assert "release 2027" in tools.p11(label, "-O", "--type", "privkey")
    desk.start("Delete an object").pin(USER_PIN).wait_title("Which object?").choose("release 2027")
    desk.answer("release 2027")
    desk.done()
    assert "release 2027" not in tools.p11(label, "-O")

    desk.start("Decommission").wait_title("What is lost").wait_for("certificate: release (")
    desk.answer().pin("5566778899001122", "The SO-PIN").text_line("The ceremony's folder").confirm_word()
    words = desk.done()
    assert "there is nothing on it any more" in words
    record = next(path for path in folder.glob("**/journal.jsonl") if "seen-empty" in path.read_text())
    names = [json.loads(line).get("name") for line in record.read_text().splitlines()]
    assert any(name and "release" in name for name in names)
    assert label not in tools.run("softhsm2-util", "--show-slots")
    assert "decommissioned" in tools.run("softhsm2-util", "--show-slots")
    tools.p11("decommissioned", "-O", pin=USER_PIN, status=1)
    assert "Object" not in tools.p11("decommissioned", "-O", pin=None)


def test_softhsm_initialised_and_filled_by_others(folder, tmp_path):
    tools = Tools(folder)
    tools.run("softhsm2-util", "--init-token", "--free", "--label", "theirs", "--so-pin", SO_PIN, "--pin", USER_PIN)
    tools.p11("theirs", "--keypairgen", "--key-type", "rsa:2048", "--id", "77", "--label", "their key")
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("theirs").start("Request a certificate").wait_title("The user PIN").wrong_pin("94715287", "The PIN is wrong").pin(USER_PIN)
        desk.wait_title("Which key?").choose("their key (RSA, ID 77)").text_line("The subject").text_line("The file")
        desk.done()
        request = desk.newest(".csr")
        assert "verify OK" in tools.run("openssl", "req", "-in", request, "-noout", "-verify")
        # A PIN that was made here, written down, and typed back.
        desk.start("Change the user PIN").pin(USER_PIN).wait_title("The new user PIN").choose_here("quorate makes one")
        desk.wait_for("Write this PIN down now")
        made = re.search(r"User PIN +((?:\d ?){8})", desk.text())[1].replace(" ", "")
        desk.enter_and_wait("Once more").type(made).press("enter")
        desk.done()
        tools.p11("theirs", "-O", pin=made)


def openssl_verifies(tools, key, card, key_id, tmp_path, mechanism="ECDSA-SHA256"):
    """Signed by OpenSC on a card, verified with a public key from elsewhere."""
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_text(f"signed by card {card}\n")
    tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", card - 1, "--login", "--pin", USER_PIN, "--sign",
              "--mechanism", mechanism, "--id", key_id, "-i", message, "-o", signature,
              *(["--signature-format", "openssl"] if "ECDSA" in mechanism else []))
    return tools.run("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, message, status=None)


def generate(desk, kind, label, key_id):
    desk.start("Generate a key pair").pin(USER_PIN).wait_title("The kind of key").choose(f"► {kind}")
    desk.text_line("The label", label).text_line("The ID", key_id).text_line("The ceremony's folder")
    return desk.done()


def test_a_card_set_up_by_others_makes_keys_that_others_use(folder, tmp_path):
    tools = Tools(folder)
    tools.card(1)
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("REHE0000001")
        words = generate(desk, "P-256", "release", "0a")
        key, attestation = desk.newest(".pem"), desk.newest(".attestation")
        attested = tools.run(QUORATE, "attest", "--json", attestation, status=None)
        assert json.loads(attested)["attestations"][0]["proof"] == "rehearsal"
        assert json.loads(attested)["attestations"][0]["fingerprint"] in words.replace(" ", "")
        generate(desk, "brainpoolP512r1", "brain", "0b")
        generate(desk, "RSA 2048", "robust", "0c")
    listed = tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "-O", "--login", "--pin", USER_PIN)
    for name in ("release", "brain", "robust"):
        assert re.search(rf"Private Key Object.*\n  label: +{name}\n", listed), listed
        assert re.search(rf"Public Key Object.*\n(?:  .*\n)*?  label: +{name}\n", listed), listed
    assert openssl_verifies(tools, key, 1, "0a", tmp_path) == "Verified OK\n"
    assert openssl_verifies(tools, next(folder.glob("**/robust.pem")), 1, "0c", tmp_path, "SHA256-RSA-PKCS") == "Verified OK\n"
    assert openssl_verifies(tools, key, 1, "0b", tmp_path) != "Verified OK\n"


def test_a_key_made_by_others_is_looked_after_here(folder, tmp_path):
    tools = Tools(folder)
    tools.card(1)
    p11 = ["pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "--login", "--pin", USER_PIN]
    tools.run(*p11, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "05", "--label", "their key")
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("REHE0000001").start("Save a key's attestation").wait_title("Which key?").choose("their key")
        desk.text_line("The file")
        desk.done()
        attestation = desk.newest(".attestation")
        assert "REHE0000001" in tools.run(QUORATE, "attest", attestation, status=None)
        desk.start("Request a certificate").pin(USER_PIN).wait_title("Which key?").choose("their key")
        desk.text_line("The subject", "CN=Theirs").text_line("The file")
        desk.done()
        request = desk.newest(".csr")
        assert "verify OK" in tools.run("openssl", "req", "-in", request, "-noout", "-verify")
        certificate = tmp_path / "c.pem"
        tools.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                  tmp_path / "ca.key", "-out", tmp_path / "ca.pem", "-subj", "/CN=CA", "-days", "9")
        tools.run("openssl", "x509", "-req", "-in", request, "-CA", tmp_path / "ca.pem", "-CAkey", tmp_path / "ca.key",
                  "-CAcreateserial", "-out", certificate, "-days", "9")
        desk.start("Write a certificate to the token").text_line("The certificate's file", str(certificate)).pin(USER_PIN)
        desk.wait_title("The key of the certificate").wait_for("Save a key's attestation").answer()
        desk.text_line("The label").text_line("The ID")
        desk.done()
        # A certificate of nobody's key here.
        desk.start("Write a certificate to the token").text_line("The certificate's file", str(tmp_path / "ca.pem")).pin(USER_PIN)
        desk.wait_title("The key of the certificate").wait_for("type: no key").answer("no key")
        desk.text_line("The label", "Our CA").text_line("The ID", "99")
        desk.done()
        listed = tools.run(*p11, "-O")
        assert re.search(r"Certificate Object.*\n  label: +their key\n  subject: +DN: CN=Theirs", listed), listed
        assert re.search(r"Certificate Object.*\n  label: +Our CA\n  subject: +DN: CN=CA", listed), listed
        desk.start("Change a label or an ID").pin(USER_PIN).wait_title("Which object?").choose("their key")
        desk.text_line("The label", "ours now").text_line("The ID", "0506")
        desk.done()
        listed = tools.run(*p11, "-O")
        assert re.search(r"Private Key Object.*\n  label: +ours now\n  ID: +0506\n", listed), listed
        desk.start("Delete an object").pin(USER_PIN).wait_title("Which object?").choose("Our CA").answer("Our CA")
        desk.done()
        desk.start("Delete an object").pin(USER_PIN).wait_title("Which object?").choose("ours now (EC P-256").answer("ours now")
        desk.done()
        assert "Our CA" not in tools.run(*p11, "-O") and "Private Key" not in tools.run(*p11, "-O")


def test_backup_and_restore_with_and_without_the_genuine_tool(folder, tmp_path):
    tools = Tools(folder)
    tools.card(1)
    tools.card(2)
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("REHE0000001")
        generate(desk, "P-256", "release", "0a")
        key = desk.newest(".pem")
        desk.start("Back up a key").pin(USER_PIN).wait_title("Which key?").choose("release").text_line("The ceremony's folder")
        desk.done()
        ours = desk.newest(".wrapped")
        kcv = re.search("DKEK key check value : ([0-9A-F]{16})", tools.hsm(1))[1]
        assert f"KCV {kcv}" in tools.run(QUICK, "keys", ours)
        # Restored here on the second device, found in the folder by its DKEK; then by the genuine tool.
        desk.token("REHE0000002").start("Restore a key").wait_title("The backup")
        desk.press("\x15").type(str(ours)).enter_and_wait("holds the key release (EC P-256, ID 0a)")
        desk.answer().pin(USER_PIN).text_line("The ceremony's folder")
        assert "the signature fits the public key in the backup's file" in desk.done()
        assert openssl_verifies(tools, key, 2, "0a", tmp_path) == "Verified OK\n"
        listed = tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 1, "-O", "--login", "--pin", USER_PIN)
        assert listed.count("release") == 2  # private and public: the copy looks like the original
        tools.hsm(2, "--unwrap-key", ours, "--key-reference", 9, "--pin", USER_PIN)
        theirs = tmp_path / "theirs"
        tools.hsm(2, "--wrap-key", theirs, "--key-reference", 9, "--pin", USER_PIN)
        # The other way round, onto a device that was wiped since.
        tools.card(1)
        desk.token("REHE0000001").start("Restore a key").wait_title("The backup")
        desk.press("\x15").type(str(theirs)).enter_and_wait("holds the key release").answer().pin(USER_PIN)
        desk.text_line("The ceremony's folder")
        assert "key reference 1" in desk.done()
        assert openssl_verifies(tools, key, 1, "0a", tmp_path) == "Verified OK\n"
        # With another DKEK it is refused before the device is asked.
        tools.card(1, share=bytes(reversed(SHARE)))
        log = folder / "card1/pin-log"
        before = log.read_text()
        desk.wait_for("What to do").start("Restore a key").wait_title("The backup")
        desk.press("\x15").type(str(ours)).enter_and_wait("This wrapped key belongs to another DKEK")
        desk.wait_for("The device was not asked")
        assert log.read_text() == before


def test_pins_of_a_card(folder):
    tools = Tools(folder)
    # As it is delivered with a transport PIN, and three tries.
    tools.apdu(1, "8050000019" + "80020003" + "8106313131323232" + "8208" + SO_PIN + "910103")
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("REHE0000001")
        desk.procedure("Try the user PIN").press("enter").wait_for("never set, or is still the transport PIN")
        desk.start("Replace the transport PIN").pin("111223", "The transport PIN").wait_title("The new user PIN")
        desk.choose_here("I choose it myself").type("123456").enter_and_wait("Once more").type("123456")
        desk.enter_and_wait("One piece of advice").choose_here("Keep this PIN")
        # The transport PIN was wrong; it alone is asked for again.
        desk.wait_title("The transport PIN").wait_for("The PIN is wrong").pin("111222", "The transport PIN")
        assert "has a user PIN of its own now" in desk.done()
        assert "User PIN tries left  : 3" in tools.hsm(1)
        # Locked here, reset here; the genuine tool sees both.
        desk.start("Try the user PIN").wait_title("The user PIN").wrong_pin("000000", "Only 2 tries are left")
        desk.type("two tries left").enter_and_wait("2 tries are left. User PIN").wrong_pin("000000", "Only 1 try is left")
        desk.type("last try").enter_and_wait("LAST TRY").wrong_pin("000000", "The user PIN is locked")
        desk.press("enter").wait_for("LOCKED")
        assert "User PIN locked" in tools.hsm(1)
        desk.start("Reset the user PIN with the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin(USER_PIN, "The new user PIN")
        desk.done()
        tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "--login", "--pin", USER_PIN, "-O")
        desk.start("Change the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin("5566778899001122", "The new SO-PIN")
        desk.done()
        desk.start("Prove the SO-PIN").wait_title("The SO-PIN").wrong_pin(SO_PIN, "14 tries are left").pin("5566778899001122", "The SO-PIN")
        assert "14 before, 15 now" in desk.done()
        assert "SO-PIN tries left    : 15" in tools.hsm(1)
        desk.start("Change the user PIN").pin(USER_PIN).new_pin("85263741", "The new user PIN")
        desk.done()
        tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "--login", "--pin", "85263741", "-O")
    log = (folder / "card1/pin-log").read_text().splitlines()
    # No try that nobody asked for: each wrong one was typed above.
    assert [line for line in log if "wrong" in line or "blocked" in line] == [
        "user-PIN wrong 2", "user-PIN wrong 2", "user-PIN wrong 1", "user-PIN wrong 0", "SO-PIN wrong 14"]


def test_a_card_is_initialised_used_at_once_and_decommissioned(desk, folder):
    desk.token("REHE0000001").start("Initialise").wait_title("Is the device genuine?").answer()
    desk.text_line("The device's label", "Harbour").keyboard()
    # The SO-PIN of a new device is made here on request, shown once, and typed back.
    desk.wait_title("The SO-PIN").choose_here("quorate makes one").wait_for("Write this PIN down now")
    so_pin = re.search(r"SO-PIN +((?:\d ?)+\d)", desk.text())[1].replace(" ", "")
    assert len(so_pin) == 16
    desk.enter_and_wait("Once more").type(so_pin).press("enter").leave("The SO-PIN")
    desk.new_pin(USER_PIN, "The new user PIN").text_line("The ceremony's folder").confirm_word("The device is initialised")
    desk.wait_for("took both PINs").answer()
    desk.done()
    generate(desk, "P-256", "first", "01")
    tools = Tools(folder)
    assert "first" in tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "-O")
    desk.start("Decommission").wait_title("What is lost").wait_for("private key: first (EC P-256, ID 01)").answer()
    desk.pin(so_pin, "The SO-PIN").text_line("The ceremony's folder").confirm_word("The device is initialised")
    assert "there is nothing on it any more" in desk.done()
    assert "Object" not in tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "-O")
    assert "SO-PIN tries left    : 15" in tools.hsm(1)


def test_a_reader_with_keys_of_its_own(folder, tmp_path):
    """The user PIN is typed at the reader and nowhere else; its file is what the person there presses."""
    tools = Tools(folder)
    tools.card(1)
    pad = folder / "card1/pin-pad"
    pad.write_text(f"{USER_PIN}\n")
    with Desk(folder, rows=40, columns=100) as desk:
        desk.token("REHE0000001").start("Try the user PIN").wait_for("This reader has a pad of its own").wait_for("3 tries are left")
        desk.answer()
        assert "The user PIN is right" in desk.done()
        # Wrong, given up, nobody there: said, and asked again only when somebody says so.
        pad.write_text("00000000\ncancel\n")
        desk.start("Try the user PIN").press("enter").wait_for("The PIN is wrong; one try is gone. 2 tries are left")
        desk.type("two tries left").enter_and_wait("This reader has a pad").press("enter").wait_for("was cancelled, or took too long")
        desk.type("two tries left").enter_and_wait("This reader has a pad")
        assert pad.read_text() == ""
        pad.write_text(f"{USER_PIN}\n")
        desk.press("enter")
        assert "2 tries were left" in desk.done()
        # Changed there: the present one, the new one, and the new one once more.
        pad.write_text(f"{USER_PIN}\n85263741\n85263742\n{USER_PIN}\n85263741\n85263741\n")
        desk.start("Change the user PIN").press("enter").wait_for("was cancelled, or took too long").answer()
        desk.done()
        # A key is made and signs: asked for each time that the device wants it.
        pad.write_text("85263741\n85263741\n")
        desk.start("Generate a key pair").answer().wait_title("The kind of key").choose("► P-256")
        desk.text_line("The label", "padded").text_line("The ID", "0a").text_line("The ceremony's folder")
        desk.done()
        assert pad.read_text() == ""
        # The SO-PIN is typed here: no pad sends it in the device's form.
        desk.start("Reset the user PIN with the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin(USER_PIN, "The new user PIN")
        desk.done()
        assert b"85263741" not in desk.raw
    log = (folder / "card1/pin-log").read_text().splitlines()
    assert [line for line in log if "wrong" in line] == ["user-PIN wrong 2"]
    # OpenSC sees the same pad, and its module says so of the token.
    assert "PIN pad present" in tools.run("pkcs11-tool", "--module", OPENSC, "-L")
    pad.write_text(f"{USER_PIN}\n")
    assert "padded" in tools.run("pkcs11-tool", "--module", OPENSC, "--slot-index", 0, "--login", "-O")
    pad.unlink()
    assert "PIN pad present" not in tools.run("pkcs11-tool", "--module", OPENSC, "-L")
