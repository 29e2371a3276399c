"""A token behind p11-kit's own remoting is listed and used like a local one: here `p11-kit remote` stands on this very
machine, where an owner would write `remote: |ssh host p11-kit remote /path/module.so`."""
import json
import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.environ["QUORATE_SOURCE"], "tests/screen"))
from terminal import Terminal  # noqa: E402

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "quorate")
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "12345678"
# p11-kit reads no user's configuration for root: a mount namespace has modules of its own.
WORLD = """#!/bin/sh
exec unshare -m --propagation private {user} sh -c 'mount -t tmpfs none /usr/share/p11-kit/modules &&
    printf "remote: |p11-kit remote {softhsm}\\n" >/usr/share/p11-kit/modules/far.module && exec "$0" "$@"' {quorate} "$@"
"""


@pytest.fixture
def far(tmp_path, monkeypatch):
    """A program that is quorate in a world where the only registered module is a remote one."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    for command in (["softhsm2-util", "--init-token", "--free", "--label", "distant", "--pin", PIN, "--so-pin", PIN],
                    ["pkcs11-tool", "--module", SOFTHSM, "--token-label", "distant", "--login", "--pin", PIN, "--keypairgen",
                     "--key-type", "EC:prime256v1", "--label", "far", "--id", "0f"]):
        subprocess.run(command, check=True, capture_output=True)
    program = tmp_path / "far"
    program.write_text(WORLD.format(user="" if os.geteuid() == 0 else "-r", softhsm=SOFTHSM, quorate=QUORATE))
    program.chmod(0o700)
    return program


def test_it_is_listed(far):
    done = subprocess.run([far, "status", "--objects", "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    [module] = seen["modules"]
    assert module["name"] == "far" and module["path"] == "" and module["state"] == "ready" and module["error"] is None
    [slot] = [slot for slot in seen["slots"] if slot["token"]["label"] == "distant"]
    assert [(o["class"], o["label"]) for o in slot["look"]["objects"]] == [("public-key", "far")]
    # p11-kit passes on the mechanisms that it knows.
    assert "EC key pair" in [m["name"] for m in slot["look"]["mechanisms"]]


def test_it_is_used(far, tmp_path):
    with Terminal("--folder", str(tmp_path / "c"), program=str(far), rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("distant").press("/").type("distant").press("enter")
        terminal.wait_for("Objects seen without a login (1)")
        terminal.press("l").wait_for("user PIN").type(PIN).press("enter").wait_for("It is done.")
        terminal.press("enter").wait_for("Objects (2)").wait_for("private key")
