"""`quorate status --objects` and OpenSC's pkcs11-tool say the same of the same tokens."""
import json
import os
import re
import subprocess

import pytest

from card_commands import Card

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "quorate")
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "12345678"


@pytest.fixture
def tokens(tmp_path):
    """A SoftHSM of the test's own; run(command...) gives standard output."""
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    environment = {**os.environ, "SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf"), "LC_ALL": "C.UTF-8"}

    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=True).stdout

    run("softhsm2-util", "--init-token", "--free", "--label", "first", "--pin", PIN, "--so-pin", PIN)
    return run


def tool(run, *arguments):
    return run("pkcs11-tool", "--module", SOFTHSM, "--token-label", "first", *arguments)


def look(run):
    """The token's look, out of the JSON; only SoftHSM's module is sure to be there."""
    slots = json.loads(run(QUORATE, "status", "--module", SOFTHSM, "--objects", "--json"))["slots"]
    [slot] = [slot for slot in slots if slot["token"] and slot["token"]["label"] == "first"
              and slot["module"] == "libsofthsm2"]
    return slot["look"]


def test_empty_token(tokens):
    seen = look(tokens)
    assert seen["whole"] and seen["error"] is None and seen["objects"] == []
    theirs = tool(tokens, "-M")
    assert len(seen["mechanisms"]) == len(re.findall(r"(?m)^  \S", theirs))
    assert "P-256" in seen["key_kinds"] and "RSA 4096" in seen["key_kinds"]
    sizes = {m["name"]: (m["least"], m["most"], m["unit"]) for m in seen["mechanisms"]}
    least, most = re.search(r"RSA-PKCS-KEY-PAIR-GEN, keySize=\{(\d+),(\d+)\}", theirs).groups()
    assert sizes["RSA key pair"] == (int(least), int(most), "bits")


def test_objects(tokens, tmp_path):
    kinds = {"01": ("rsa:2048", "RSA", 2048), "02": ("EC:prime256v1", "EC P-256", 256),
             "c0ffee": ("EC:secp521r1", "EC P-521", 521)}
    for number, (kind, _, _) in kinds.items():
        tool(tokens, "--login", "--pin", PIN, "--keypairgen", "--key-type", kind, "--id", number, "--label", f"k{number}")
    (tmp_path / "data").write_bytes(b"x")
    tool(tokens, "--login", "--pin", PIN, "--write-object", tmp_path / "data", "--type", "data", "--label", "hidden",
         "--private")
    objects = look(tokens)["objects"]
    # Without a login there are the public keys alone, as for the tool.
    theirs = tool(tokens, "-O")
    assert sorted(o["id"] for o in objects) == sorted(re.findall(r"ID: +([0-9a-f]+)", theirs)) == sorted(kinds)
    for one in objects:
        _, name, bits = kinds[one["id"]]
        assert (one["class"], one["label"], one["type"], one["bits"]) == ("public-key", f"k{one['id']}", name, bits)
        assert "verify" in one["usage"] and "local" in one["flags"] and "private" not in one["flags"]
    table = tokens(QUORATE, "status", "--module", SOFTHSM, "--objects")
    assert 'public key "kc0ffee"  ID c0ffee  EC P-521' in table and "hidden" not in table


def test_hostile_label(tokens):
    tool(tokens, "--login", "--pin", PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "a\033[2Jb")
    table = tokens(QUORATE, "status", "--module", SOFTHSM, "--objects")
    assert "\033" not in table and 'public key "a?[2Jb"' in table


@pytest.fixture
def card(tmp_path):
    """A rehearsal's card with two keys and a certificate."""
    made = Card(tmp_path)
    made.fill(QUORATE)
    yield made
    made.close(QUORATE)


def test_no_more_card_commands_than_the_tools_need(card):
    ours, *theirs = card.count(QUORATE)
    assert 0 < ours <= sum(theirs), (ours, theirs)
    # The same, whoever asks: nothing is sent that depends on time or on luck.
    assert card.count_one(QUORATE, "status", "--rehearsal", "--folder", card.folder, "--objects") == ours


def test_only_named_modules(tokens):
    seen = json.loads(tokens(QUORATE, "status", "--only", "--module", SOFTHSM, "--json"))
    assert [module["name"] for module in seen["modules"]] == ["libsofthsm2"] and seen["settled"]
    assert seen["readers"] == [] and seen["pcsc_error"] is None


def openssl(der, *options):
    return subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", *options], input=der, capture_output=True,
                          check=True).stdout.decode().strip()


def test_certificates_are_told_as_openssl_tells_them(card):
    der = (card.folder / "c.der").read_bytes()
    seen = json.loads(card.run(QUORATE, "status", "--rehearsal", "--folder", card.folder, "--objects", "--json"))
    [one] = [o["certificate"] for slot in seen["slots"] if slot["look"] for o in slot["look"]["objects"]
             if o["certificate"] and o["certificate"]["form"] == "X.509"]
    assert f"subject={one['subject']}" == openssl(der, "-subject", "-nameopt", "oneline,-space_eq")
    assert f"issuer={one['issuer']}" == openssl(der, "-issuer", "-nameopt", "oneline,-space_eq")
    assert f"serial={one['serial']}" == openssl(der, "-serial")
    assert openssl(der, "-fingerprint", "-sha256").replace(":", "").lower().endswith(one["sha256"])
    ends = openssl(der, "-enddate", "-dateopt", "iso_8601").removeprefix("notAfter=")
    assert one["not_after"] == ends[:16] + "Z" and one["key"] == "EC P-256"
    # And the device's own, up to the rehearsal's root.
    chain = seen["readers"][0]["smartcard_hsm"]["device_certificates"]
    assert [(c["signed"], c["root"]) for c in chain] == [(True, False), (True, False), (True, True)]
    assert chain[0]["authority"] == chain[1]["holder"] and chain[1]["authority"] == chain[2]["holder"]
