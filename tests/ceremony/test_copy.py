"""A key goes to another device of its key domain, with two virtual devices at once; genuine tools made the key, and see
that the copy signs."""
import json
import re

from people import DERIVATION_SECONDS, Plan, Room
from test_console import folder  # noqa: F401
from test_genuine import READERS, Tools


def user_pin(room, pin):
    return room.type(pin).press("enter")


def device(room, card):
    """Selects a device by its reader, which stands under its name."""
    for _ in range(6):
        lines = room.text().splitlines()
        at = next(i for i, line in enumerate(lines) if "►" in line)
        if READERS[card] in lines[at + 1]:
            return room.answer()
        room.press("down")
    raise AssertionError(room.text())


def test_a_key_goes_to_another_device_and_the_copy_signs(folder, tmp_path):  # noqa: F811
    with Room(folder, Plan(threshold=2, total=2)) as room:
        room.begin().play()
        kcv, path, shares = room.kcv(), room.share_file(), room.shares
    tools = Tools(folder, room.plan)
    key, message, signature = (tmp_path / name for name in ("key.der", "message", "signature"))
    tools.p11(1, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "05", "--label", "signing")
    tools.p11(1, "--read-object", "--type", "pubkey", "--id", "05", "-o", key)
    with Room(folder, Plan(label="Second", reader=READERS[2])) as room:
        assert room.join(path, [shares[1], shares[2]]).kcv() == kcv
        room.press("enter").begin("Key to another device").answer()
        device(room, 1)
        user_pin(room, "00000000").wait_for("The PIN is wrong; one try is gone.").press("\x15")
        user_pin(room, room.plan.user_pin).wait_for("signing", DERIVATION_SECONDS).choose("signing")
        room.wait_for("The ceremony's folder").answer()
        room.wait_for("Into which device shall the key go?", DERIVATION_SECONDS)
        assert READERS[1] not in room.text()
        device(room, 2)
        room.wait_for("It is a rehearsal's device").answer()
        room.wait_for("This is now about Second")
        user_pin(room, room.plan.user_pin).wait_for("holds the key signing", DERIVATION_SECONDS).answer()
        room.wait_for("The copy is in this device.", DERIVATION_SECONDS)
        assert "fits the public key of the original" in room.words()
        events = [json.loads(line) for line in
                  (room.ceremony_folder() / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
        backup, = room.ceremony_folder().glob("*.wrapped*")
        room.press("enter", "esc", "f10")
    names = [event["event"] for event in events]
    order = ["device", "backup-written", "copy-device-chosen", "restore-intended", "restored", "signature-verified", "done"]
    assert [name for name in names if name in order] == order and backup.stat().st_size > 0
    # pkcs11-tool and openssl agree that it is the same key.
    message.write_text("signed by the copy\n")
    tools.p11(2, "--sign", "--mechanism", "ECDSA-SHA256", "--id", "05", "-i", message, "-o", signature,
              "--signature-format", "openssl")
    assert tools.run("openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", key, "-signature", signature,
                     message) == "Verified OK\n"
    assert re.search("signing", tools.p11(1, "--list-objects", "--type", "privkey"))
