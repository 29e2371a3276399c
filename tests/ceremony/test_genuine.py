"""What a ceremony leaves behind, used with genuine tools, and their share file used with the console's program. At the
full count of iterations, so it takes a while."""
import json
import os
import pathlib
import re
import subprocess

import pexpect
import pytest

from people import BUILD, QUICK, QUORATE, Plan, Room, Share, rehearsal_end, rehearsal_settings

MODULE = sorted(pathlib.Path("/usr/lib").glob("**/opensc-pkcs11.so"))[0]
READERS = {1: "Rehearsal card 1", 2: "Rehearsal card 2"}
SLOW = 60
IS_LONG = bool(os.environ.get("QUORATE_LONG"))


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


class Tools:
    def __init__(self, folder, plan):
        self.environment, self.plan = rehearsal_settings(folder), plan

    def run(self, *words):
        done = subprocess.run(list(map(str, words)), text=True, env=self.environment, timeout=SLOW,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def hsm(self, card, *words):
        return self.run("sc-hsm-tool", "-r", READERS[card], *words)

    def p11(self, card, *words):
        return self.run("pkcs11-tool", "--module", MODULE, "--slot-index", card - 1, "--login", "--pin", self.plan.user_pin,
                        *words)

    def initialise(self, card):
        self.hsm(card, "--initialize", "--so-pin", self.plan.so_pin, "--pin", self.plan.user_pin, "--dkek-shares", 1,
                 "--label", f"Card {card}")

    def kcv(self, card):
        return re.search("DKEK key check value : ([0-9A-F]{16})", self.hsm(card))[1]

    def ask(self, card, *words):
        return pexpect.spawn("sc-hsm-tool", ["-r", READERS[card], *map(str, words)], env=self.environment, encoding="ascii",
                             timeout=SLOW)

    def import_shares(self, card, path, shares):
        """As custodians type them into sc-hsm-tool, which reads IDs in hex."""
        tool = self.ask(card, "--import-dkek-share", path, "--pwd-shares-total", len(shares))
        tool.expect("enter prime")
        tool.sendline(shares[0].prime)
        for share in shares:
            tool.expect("Press <enter> to enter")
            tool.sendline("")
            tool.expect("enter share ID")
            tool.sendline(f"{int(share.number):x}")
            tool.expect("enter share value")
            tool.sendline(share.value)
        tool.expect("DKEK key check value : ([0-9A-F]{16})")
        found = tool.match[1]
        tool.expect(pexpect.EOF)
        return found


def verify(path, given):
    done = subprocess.run([QUORATE, "verify", "--shares-stdin", path], input=given, text=True, capture_output=True,
                          timeout=SLOW)
    assert done.returncode == 0, done.stderr
    return re.fullmatch("KCV ([0-9A-F]{16})\n", done.stdout)[1]


def test_genuine_tools_go_on_from_a_ceremony(folder, tmp_path):
    with Room(folder, Plan(), program=QUORATE) as room:
        room.begin().play()
        kcv, share_file = room.kcv(), room.share_file()
        room.press("enter", "esc", "f10")
    tools = Tools(folder, room.plan)
    assert tools.kcv(1) == kcv and "Harbour" in tools.run("pkcs11-tool", "--module", MODULE, "--list-token-slots")
    assert verify(share_file, room.shares_text(3, 2)) == kcv
    # Another device joins the key domain.
    tools.initialise(2)
    assert tools.import_shares(2, share_file, [room.shares[1], room.shares[3]]) == kcv == tools.kcv(2)
    # A key is born on the first, and signs on the second.
    message, wrapped, signature, key = (tmp_path / name for name in ("message", "wrapped", "signature", "key.der"))
    message.write_text("signed by the copy\n")
    tools.p11(1, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "05", "--label", "signing")
    tools.p11(1, "--read-object", "--type", "pubkey", "--id", "05", "-o", key)
    tools.hsm(1, "--wrap-key", wrapped, "--key-reference", 1, "--pin", room.plan.user_pin)
    tools.hsm(2, "--unwrap-key", wrapped, "--key-reference", 3, "--pin", room.plan.user_pin)
    tools.p11(2, "--sign", "--mechanism", "ECDSA-SHA256", "--id", "05", "-i", message, "-o", signature,
              "--signature-format", "openssl")
    check = ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature", signature, message]
    assert tools.run(*check) == "Verified OK\n"
    message.write_text("something else\n")
    with pytest.raises(AssertionError):
        tools.run(*check)


def test_a_genuine_share_file_opens_here(folder, tmp_path):
    tools, path = Tools(folder, Plan()), tmp_path / "genuine.pbe"
    tools.initialise(1)
    tool = tools.ask(1, "--create-dkek-share", path, "--pwd-shares-threshold", 3, "--pwd-shares-total", 5)
    given, prime = [], None
    tool.expect("Press <enter> to continue")
    tool.sendline("")
    for _ in range(5):
        tool.expect("Press <enter> to display")
        tool.sendline("")
        tool.expect(r"Prime       : (\S+)\s+Share ID    : (\d+)\s+Share value : (\S+)\s")
        prime = tool.match[1].replace(":", "")
        given.append(f"{tool.match[2]} {tool.match[3].replace(':', '')}")
        tool.expect("press <enter> when finished")
        tool.sendline("")
    tool.expect("DKEK share created and saved")
    tool.expect(pexpect.EOF)
    assert path.stat().st_size == 64
    kcv = verify(path, "\n".join([f"prime {prime}", given[4], given[0], given[2]]) + "\n")
    # The card knows nothing of quorate, and has the same key from the genuine tool.
    shares = [Share(prime, *line.split(), word="") for line in given[:3]]
    assert tools.import_shares(1, path, shares) == kcv
    # And the console brings it into another device, from sheets that have no check word.
    with Room(folder, Plan(label="Second", reader=READERS[2]), program=QUORATE) as room:
        shares = [Share(prime, *line.split(), word="") for line in given[2:]]
        assert room.join(path, shares).kcv() == kcv
        assert "The device shows the same value" in room.all_words()
    assert tools.kcv(2) == kcv


def import_with_shim(path, password):
    environment = {**os.environ, "LC_ALL": "C", "LD_PRELOAD": str(BUILD / "tests/oracle/.libs/sc_hsm_shim.so"),
                   "ORACLE_ITERATIONS": "1000"}
    done = subprocess.run(["sc-hsm-tool", "--reader", "0", "--import-dkek-share", path, "--password", password],
                          env=environment, text=True, capture_output=True, timeout=SLOW)
    return re.search("DKEK key check value : ([0-9A-F:]+)", done.stdout)[1].replace(":", "")


def test_files_with_passwords_open_in_the_genuine_tool(folder):
    passwords = {1: "correct horse battery staple", 2: "Tr0ub4dor & three more"}
    with Room(folder, Plan(total=2, form="n passwords"), program=QUORATE if IS_LONG else QUICK) as room:
        room.begin().play("Custodian 1 of 2")
        for number, password in passwords.items():
            room.wait_for(f"Custodian {number} of 2: come").enter_and_wait("or one is made for you")
            room.enter_and_wait("Choose the password").type(password).enter_and_wait("Once more").type(password)
            room.enter_and_wait(f"Custodian {number} is done", SLOW).answer()
            assert password not in room.text()
        room.play()
        kcv, files = room.kcv(), sorted(room.ceremony_folder().glob("*.pbe"))
        assert "The device shows the same value" in room.all_words()
    assert [path.name for path in files] == ["Harbour-1.pbe", "Harbour-2.pbe"]
    if not IS_LONG:
        # At the few iterations of the quick program the tool opens each file for itself; the ceremony's record knows
        # the value of each.
        record = files[0].with_name("journal.jsonl").read_text(encoding="utf-8").splitlines()
        values = [json.loads(line)["kcv_of_share"].upper() for line in record if "kcv_of_share" in line]
        assert values == [import_with_shim(path, passwords[number]) for number, path in enumerate(files, 1)]
        return
    tools = Tools(folder, room.plan)
    assert tools.kcv(1) == kcv
    tools.hsm(2, "--initialize", "--so-pin", room.plan.so_pin, "--pin", room.plan.user_pin, "--dkek-shares", 2,
              "--label", "Second")
    # All are needed, in any order.
    tools.hsm(2, "--import-dkek-share", files[1], "--password", passwords[2])
    tools.hsm(2, "--import-dkek-share", files[0], "--password", passwords[1])
    assert tools.kcv(2) == kcv
