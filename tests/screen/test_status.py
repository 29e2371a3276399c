"""The Status screen: filter, sort, copies of what it shows; and real devices that come and go."""
import json
import os
import re
import subprocess
import sys

import pytest

from terminal import BUILD, HERE, Terminal

sys.path.insert(0, HERE + "/../ceremony")
from people import rehearsal_end  # noqa: E402  (it stands beside the ceremonies' tests)


def status(*arguments, **settings):
    terminal = Terminal(*arguments, **settings)
    terminal.wait_for("F10").press("f2").wait_for("What is known")
    return terminal


def status_rows(terminal):
    """The rows of the list, without its frame and titles."""
    return [line.split("│")[1] for line in terminal.text().split("\n")[3:] if line.startswith("│")]


def test_filter_as_one_types_and_all_rows_again():
    with status("--slots", "200") as terminal:
        terminal.press("/").type("READER demo").wait_for('3 of 207 with "READER demo"')
        terminal.press("enter").wait_for("Demo reader 2").wait_until_gone("Only rows")
        terminal.press("esc").wait_for("row ").wait_until_gone('with "')
        terminal.press("/").type("nothing like it").wait_for("No row holds these words")
        terminal.press("esc").wait_for("opensc-pkcs11")


def test_sorting_goes_through_the_columns_and_round():
    with status("--slots", "3", rows=43, columns=132) as terminal:
        for column in ("Where", "Token", "State", "Serial number"):
            terminal.press("s").wait_for(f"by {column} ")
        terminal.press("S").wait_for("by Serial number backwards")
        # The first row under the titles has the greatest serial number.
        assert "REHE0000003" in status_rows(terminal)[0] or "Demo reader 3" in status_rows(terminal)[0]
        terminal.press("S").wait_for("by Serial number ")
        terminal.press("s").wait_until_gone("by Serial")


def test_copy_as_text_and_json_never_overwrites(tmp_path):
    with status("--slots", "3", "--folder", str(tmp_path)) as terminal:
        terminal.press("c").wait_for("status.txt").press("enter").wait_for("Saved as")
        text = (tmp_path / "status.txt").read_text()
        # In full, not as cut for the screen.
        assert "Demo reader 3 with a name that is much too long for a list" in text and "Schlüssel 測試" in text
        terminal.press("c", "enter").wait_for("nothing was overwritten")
        assert (tmp_path / "status.txt").read_text() == text
        terminal.press("\x15").type(f"{tmp_path}/rows.json").press("enter").wait_for("Saved as")
        rows = json.loads((tmp_path / "rows.json").read_text())
        assert rows["format"] == 1 and len(rows["rows"]) == 10
        assert {"Where": "softhsm2", "Token": "", "Serial number": "", "State": ""} in rows["rows"]
        terminal.press(*["down"] * 8, "tab", "c", "\x15").type(f"{tmp_path}/facts.json").press("enter").wait_for("Saved as")
        facts = json.loads((tmp_path / "facts.json").read_text())
        assert {"name": "Serial number", "text": "REHE0000002"} in facts["facts"] and "LOCKED" in facts["alarm"]
        terminal.press("c", "\x15").type("/nowhere/at/all").press("enter").wait_for("no such file")
        terminal.press("esc").wait_until_gone("Copy to the file")


def test_a_filter_copies_the_rows_that_it_shows(tmp_path):
    with status("--slots", "200", "--folder", str(tmp_path)) as terminal:
        terminal.press("/").type("reader DEMO").press("enter", "c", "enter").wait_for("Saved as")
    lines = (tmp_path / "status.txt").read_text().strip().split("\n")
    assert 'with "reader DEMO"' in lines[1] and len(lines) == 7 and all("Demo reader" in line for line in lines[4:])


def test_hostile_names_are_shown_harmlessly():
    with status("--slots", "3", "--hostile") as terminal:
        terminal.press("/").type("]0;owned").wait_for('1 of ')
        assert b"\x1b]0;owned" not in terminal.raw and "\u202e" not in terminal.text()


def objects(*arguments, **settings):
    """The objects of a SoftHSM token of the fake world, with the keys in their pane."""
    terminal = status("--slots", "3", *arguments, **settings)
    return terminal.press(*["down"] * 3).wait_for("key 0").press("tab", "tab")


def test_ten_thousand_objects_are_sorted_filtered_and_walked_through():
    with objects("--objects", "10000") as terminal:
        terminal.wait_for("(10000)").press("end").wait_for("key 9999")
        terminal.press("/").type("KEY 3072 270f").wait_for("1 of 10000").wait_for("key 9999")
        terminal.press("esc").wait_for("row 10000 of 10000").press("home").wait_for("key 0 ")
        terminal.press("s", "s", "S").wait_for("by Label backwards").press("home").wait_for("key 9999")


def test_an_object_is_opened_and_copied(tmp_path):
    with objects("--objects", "3", "--folder", str(tmp_path)) as terminal:
        terminal.press("down", "enter").wait_for("(kept in the token)").wait_for("RSA 3072")
        terminal.press("c", "\x15").type(f"{tmp_path}/object.json").press("enter").wait_for("Saved as")
        facts = {fact["name"]: fact["text"] for fact in json.loads((tmp_path / "object.json").read_text())["facts"]}
        assert facts["ID (hex)"] == "0001" and facts["Label"] == "key 1" and facts["Usage"] == "verify, encrypt"
        terminal.press("esc").wait_for("Objects seen").press("c", "\x15").type(f"{tmp_path}/o.json").press("enter")
        terminal.wait_for("Saved as")
        assert [row["Label"] for row in json.loads((tmp_path / "o.json").read_text())["rows"]] == ["key 0", "key 1", "key 2"]


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "r"
    rehearsal_end(tmp_path / "r")


def test_a_real_token_pulled_and_put_back_is_followed(folder):
    with Terminal("rehearse", "--folder", str(folder), program=f"{BUILD}/quorate", rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("Rehearsal card 1")
        terminal.wait_until_gone("for the first time")
        before = terminal.text()
        (folder / "card1/removed").touch()
        assert terminal.wait_until(lambda seen: seen.count("(empty)") > before.count("(empty)")
                                   or seen.count("(no card)") > before.count("(no card)")), terminal.text()
        (folder / "card1/removed").unlink()
        assert terminal.wait_until(lambda seen: seen.count("(empty)") == before.count("(empty)")
                                   and seen.count("(no card)") == before.count("(no card)")), terminal.text()


CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
               "/CN=Release signing/O=Example", "-days", "30", "-outform", "DER"]
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


def test_a_real_certificate_is_decoded(folder, tmp_path):
    variables = subprocess.run([f"{BUILD}/quorate", "rehearse", "--env", "--folder", str(folder)], capture_output=True,
                               text=True, check=True).stdout
    environment = dict(os.environ, **dict(re.findall(r"^export (\w+)='(.*)'$", variables, flags=re.M)))
    subprocess.run([*CERTIFICATE, "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "c.der")], check=True,
                   capture_output=True)
    subprocess.run(["pkcs11-tool", "--module", SOFTHSM, "--token-label", "rehearsal", "--login", "--pin", "12345678",
                    "--write-object", str(tmp_path / "c.der"), "--type", "cert", "--label", "rel", "--id", "0a"], check=True,
                   capture_output=True, env=environment)
    with Terminal("rehearse", "--folder", str(folder), program=f"{BUILD}/quorate", rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("SoftHSM slot").press("/").type("rehearsal so").press("enter")
        terminal.press("esc").wait_for("(1)").press("tab", "tab", "enter")
        terminal.wait_for("CN=Release signing").wait_for("EC P-256").wait_for("Issuer")


def rehearsed(folder):
    """The environment of a rehearsal, for the genuine tools."""
    variables = subprocess.run([f"{BUILD}/quorate", "rehearse", "--env", "--folder", str(folder)], capture_output=True,
                               text=True, check=True).stdout
    return dict(os.environ, **dict(re.findall(r"^export (\w+)='(.*)'$", variables, flags=re.M)))


def test_private_objects_after_a_login_that_was_asked_for(folder):
    environment = rehearsed(folder)
    subprocess.run(["pkcs11-tool", "--module", SOFTHSM, "--token-label", "rehearsal", "--login", "--pin", "12345678",
                    "--keypairgen", "--key-type", "EC:prime256v1", "--label", "deep", "--id", "0b"], check=True,
                   capture_output=True, env=environment)
    with Terminal("rehearse", "--folder", str(folder), program=f"{BUILD}/quorate", rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("SoftHSM slot").press("l").wait_for("Select a slot with a token first")
        terminal.press("/").type("rehearsal so").press("enter").wait_for("Objects seen without a login (1)")
        assert "private key" not in terminal.text()
        terminal.press("l").wait_for("user PIN").type("11111111").press("enter").wait_for("is wrong")
        terminal.type("12345678").press("enter").wait_for("It is done.").wait_for("2 objects are on it")
        terminal.press("enter").wait_for("Objects (2)").wait_for("private key")
        # What is looked at again is seen without a login again.
        terminal.press("r").wait_for("Objects seen without a login (1)").wait_until_gone("private key")


def test_a_token_made_by_another_program_appears_by_itself(folder):
    environment = rehearsed(folder)
    with Terminal("rehearse", "--folder", str(folder), program=f"{BUILD}/quorate", rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("SoftHSM slot").wait_until_gone("for the first time")
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "latecomer", "--pin", "12345678", "--so-pin",
                        "12345678"], check=True, capture_output=True, env=environment)
        terminal.wait_for("latecomer")
        subprocess.run(["softhsm2-util", "--delete-token", "--token", "latecomer"], check=True, capture_output=True,
                       env=environment)
        terminal.wait_until_gone("latecomer")


def test_a_smartcard_hsm_tells_its_keys_without_a_login(folder):
    environment = rehearsed(folder)
    subprocess.run(["sc-hsm-tool", "-r", "Rehearsal card 1", "--initialize", "--so-pin", "3537363231383830", "--pin",
                    "12345678", "--label", "One"], check=True, capture_output=True, env=environment)
    subprocess.run(["pkcs11-tool", "--module", "opensc-pkcs11.so", "--login", "--pin", "12345678", "--keypairgen",
                    "--key-type", "EC:prime256v1", "--label", "deep", "--id", "0b"], check=True, capture_output=True,
                   env=environment)
    with Terminal("rehearse", "--folder", str(folder), program=f"{BUILD}/quorate", rows=43, columns=132) as terminal:
        terminal.wait_for("F10").press("f2").wait_for("Rehearsal card 1").wait_for("(new)").press("down")
        terminal.wait_for("Objects seen without a login").wait_for("private key").press("tab", "tab", "/")
        terminal.type("private key deep").press("enter").wait_for("1 of 3").press("enter").wait_for("Key reference")
        assert "1 (the SmartCard-HSM's own number" in terminal.text()
