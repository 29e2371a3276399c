"""The virtual card behind the real PC/SC service: pcscd and vpcd's reader in namespaces of the test's own, where nothing
of this machine's readers and network is seen."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import pytest

BUILD = pathlib.Path(os.environ["QUORATE_BUILD"])
sys.path.insert(0, os.path.join(os.environ["QUORATE_SOURCE"], "tests/ceremony"))

from people import QUICK, QUORATE, Plan, Room  # noqa: E402
from test_token import SELECT, SHARE, SO_PIN, USER_PIN, Desk, generate  # noqa: E402

BRIDGE = BUILD / "tests/wire/vpcd_bridge"
DRIVER = pathlib.Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PORT = 35963
READER = "Virtual PCD 00 00"
PLAN = Plan(label="Wire", reader=READER)
ROOT = os.geteuid() == 0
NAMESPACES = ["unshare", "-n", "-m", "--propagation", "private"] + ([] if ROOT else ["-r"])
WORLD = ('ip link set lo up && mount -t tmpfs none /run && mkdir /run/pcscd && '
         'exec pcscd --foreground --config "$0"')


class Service:
    """pcscd with a reader, and the virtual card in it."""

    def __init__(self, folder):
        self.folder, self.bridge = folder, None
        drivers = folder / "drivers"
        drivers.mkdir()
        (drivers / "vpcd").write_text(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{PORT:X}\nLIBPATH {DRIVER}\n'
                                      f'CHANNELID 0x{PORT:X}\n')
        self.log = open(folder / "pcscd.log", "wb")
        self.daemon = subprocess.Popen([*NAMESPACES, "sh", "-c", WORLD, str(drivers)], stdout=self.log,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.within = ["nsenter", "-t", str(self.daemon.pid), "-n", "-m"]
        self.within += [] if ROOT else ["-U", "--preserve-credentials"]
        self.environment = {**{name: value for name, value in os.environ.items()
                               if not name.startswith(("OPENSC", "QUORATE_REHEARSAL", "PCSCLITE"))}, "LC_ALL": "C"}
        end = time.monotonic() + 10
        while not pathlib.Path(f"/proc/{self.daemon.pid}/root/run/pcscd/pcscd.comm").exists():
            assert self.daemon.poll() is None and time.monotonic() < end, (folder / "pcscd.log").read_text()
            time.sleep(0.02)

    def insert(self):
        self.bridge = subprocess.Popen([*self.within, BRIDGE, self.folder / "card", "REHE0000009", str(PORT)],
                                       stdout=subprocess.PIPE, text=True)
        assert self.bridge.stdout.readline() == "connected\n"

    def remove(self):
        self.bridge.terminate()
        self.bridge.wait(10)
        self.bridge.stdout.close()
        self.bridge = None

    def run(self, *words):
        done = subprocess.run([*self.within, *map(str, words)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=self.environment, timeout=60)
        return done.returncode, done.stdout

    def status(self):
        code, text = self.run(QUORATE, "status", "--json")
        assert code == 0, text
        return json.loads(text)

    def reader(self):
        return next(reader for reader in self.status()["readers"] if reader["name"] == READER)

    def wait_for_card(self):
        end = time.monotonic() + 10
        while not re.search("0 +Yes", self.run("opensc-tool", "-l")[1]):
            assert time.monotonic() < end, (self.folder / "pcscd.log").read_text()

    def close(self):
        if self.bridge:
            self.remove()
        self.daemon.terminate()
        self.daemon.wait(10)
        self.log.close()


@pytest.fixture
def service(tmp_path):
    made = Service(tmp_path)
    yield made
    made.close()


def test_a_card_is_seen_and_used(service):
    assert not service.reader()["has_card"]
    service.insert()
    service.wait_for_card()
    code, text = service.run("sc-hsm-tool", "-r", READER)
    assert code == 0 and "has never been initialized" in text
    found = service.reader()
    assert found["has_card"] and found["error"] is None
    assert found["smartcard_hsm"]["serial"] == "REHE0000009" and found["smartcard_hsm"]["proof"] == "rehearsal"
    assert found["smartcard_hsm"]["so_pin"]["state"] == "not-set"

    code, text = service.run("sc-hsm-tool", "-r", READER, "--initialize", "--so-pin", PLAN.so_pin, "--pin", PLAN.user_pin,
                             "--dkek-shares", "1", "--label", PLAN.label)
    assert code == 0, text
    found = service.reader()["smartcard_hsm"]
    assert found["label"] == PLAN.label and found["so_pin"] == {"state": "set", "tries_left": 15}
    assert found["dkek"] == {"shares": 1, "outstanding": 1, "kcv": None}
    # OpenSC's module sees the token through the same service, and quorate through the module.
    tokens = [slot["token"] for slot in service.status()["slots"] if slot["token"]]
    assert any(token["label"] == f"{PLAN.label} (UserPIN)" and token["serial"] == "REHE0000009" for token in tokens)
    service.remove()
    end = time.monotonic() + 5
    while service.reader()["has_card"]:
        assert time.monotonic() < end


def test_a_ceremony_through_the_service(service, tmp_path):
    service.insert()
    service.wait_for_card()
    (tmp_path / "c").mkdir()
    with Room(tmp_path / "c", PLAN, within=service.within, is_rehearsal=False, program=QUICK) as room:
        assert "REHEARSAL" not in room.text()
        room.begin().play("Is the device genuine?").wait_for("It is a rehearsal's device: software, not hardware.")
        room.play()
        kcv = room.kcv()
        assert "The device shows the same value" in room.words()
    code, text = service.run("sc-hsm-tool", "-r", READER)
    assert code == 0 and f"DKEK key check value : {kcv}" in text
    assert service.reader()["smartcard_hsm"]["dkek"] == {"shares": 1, "outstanding": 0, "kcv": kcv}


def test_a_card_is_looked_after_through_the_service(service, tmp_path):
    """What the Token screen does to keys and PINs, at the wire: long commands, whole files, and OpenSC beside it."""
    service.insert()
    service.wait_for_card()
    code, text = service.run("sc-hsm-tool", "-r", READER, "--initialize", "--so-pin", SO_PIN, "--pin", USER_PIN, "--dkek-shares",
                             "1", "--label", "Wire")
    assert code == 0, text
    code, text = service.run("opensc-tool", "-r", READER, "-s", SELECT, "-s", "8052000020" + SHARE.hex() + "00")
    assert text.count("SW1=0x90, SW2=0x00") == 2
    (tmp_path / "c").mkdir()
    with Desk(tmp_path / "c", within=service.within, is_rehearsal=False, rows=40, columns=100) as desk:
        desk.token("REHE0000009")
        generate(desk, "P-521", "wired", "0a")
        key = desk.newest(".pem")
        desk.start("Back up a key").pin(USER_PIN).wait_title("Which key?").choose("wired").text_line("The ceremony's folder")
        desk.done()
        backup = desk.newest(".wrapped")
        desk.start("Delete an object").pin(USER_PIN).wait_title("Which object?").choose("wired").answer("wired")
        desk.done()
        desk.start("Restore a key").wait_title("The backup")
        desk.press("\x15").type(str(backup)).enter_and_wait("holds the key wired").answer().pin(USER_PIN)
        desk.text_line("The ceremony's folder")
        assert "the signature fits the public key" in desk.done()
        desk.start("Change the user PIN").pin(USER_PIN).new_pin("85263741", "The new user PIN")
        desk.done()
        desk.start("Try the user PIN").wait_title("The user PIN").wrong_pin(USER_PIN, "Only 2 tries are left")
        desk.type("two tries left").enter_and_wait("2 tries are left. User PIN").pin("85263741")
        desk.done()
        desk.start("Reset the user PIN with the SO-PIN").pin(SO_PIN, "The SO-PIN").new_pin(USER_PIN, "The new user PIN")
        desk.done()
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_text("signed at the wire\n")
    code, text = service.run("pkcs11-tool", "--login", "--pin", USER_PIN, "--sign", "--mechanism", "ECDSA-SHA256", "--id", "0a",
                             "-i", message, "-o", signature, "--signature-format", "openssl")
    assert code == 0, text
    assert service.run("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, message)[1] == "Verified OK\n"
    code, text = service.run("sc-hsm-tool", "-r", READER, "--wrap-key", tmp_path / "theirs", "--key-reference", "1", "--pin", USER_PIN)
    assert code == 0 and service.run(QUORATE, "keys", tmp_path / "theirs")[1].splitlines()[0] == \
        service.run(QUORATE, "keys", backup)[1].splitlines()[0], text


def test_no_service_is_said(service):
    service.daemon.terminate()
    service.daemon.wait(10)
    done = subprocess.run(["unshare", "-m", *([] if ROOT else ["-r"]), "sh", "-c",
                           'mount -t tmpfs none /run && exec "$0" status --json', QUORATE], text=True, capture_output=True,
                          env=service.environment, timeout=60)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["readers"] == [] and "The PC/SC service does not answer. Start pcscd" in json.dumps(found["pcsc_error"])


def test_a_ceremony_waits_and_says_why(tmp_path):
    """No reader can come where no service answers: the people are told, and not left waiting."""
    with Room(tmp_path / "r", PLAN, is_rehearsal=False, settings={"PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")}) as room:
        room.begin().enter_and_wait("Plug in the SmartCard-HSM").wait_for("The PC/SC service does not answer. Start pcscd")
