"""From a sheet back to the file: typed from its text, scanned, and from pictures of it, by the program itself."""
import base64
import hashlib
import os
import pathlib
import re
import subprocess

import pytest

BUILD = pathlib.Path(os.environ["QUORATE_BUILD"])
QUORATE = str(BUILD / "tests/quorate-quick")
FILE = bytes.fromhex("53616c7465645f5fa24f5a8aef8e398445568310e4a699667642a614ff11bdc8"
                     "54ccd1eca84164d2bc53ea682cda98af6080d0f37ef6d7a5ceb09d202a39abdd")
DIGEST = hashlib.sha256(FILE).hexdigest()


def quorate(*arguments, text="", **more):
    return subprocess.run([QUORATE, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False, **more)


@pytest.fixture(name="sheet", scope="module")
def a_sheet(tmp_path_factory):
    """The printed text and the first page as a picture; the file itself is gone."""
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "gone.pbe").write_bytes(FILE)
    for ending in ("txt", "pdf"):
        assert quorate("sheet", "share-file", folder / "gone.pbe", "-o", folder / f"sheet.{ending}").returncode == 0
    (folder / "gone.pbe").unlink()
    for kind in ("png", "jpeg", "tiff", "gray"):
        subprocess.run(["pdftoppm", "-r", "150", f"-{kind}", "-singlefile", str(folder / "sheet.pdf"),
                        str(folder / kind)], check=True, capture_output=True)
    return folder


def lines_of(sheet):
    text = (sheet / "sheet.txt").read_text()
    return re.findall(r"^ *\d+ +(?:[A-Za-z0-9+/=]{4} ){1,4} +[0-9a-f]{6}$", text, re.M)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4]], ids=["in order", "out of order"])
def test_typed_lines_are_the_file(tmp_path, sheet, order):
    lines = lines_of(sheet)
    assert len(lines) == 6
    text = "".join(lines[i] + "\n" for i in order)
    done = quorate("read-back", "-o", tmp_path / "back.pbe", "--sha256", DIGEST[:8], text=text)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "back.pbe").read_bytes() == FILE and DIGEST in done.stdout


def test_every_wrong_line_is_named_and_nothing_is_saved(tmp_path, sheet):
    lines = lines_of(sheet)
    at = lines[2].index(" ", 5) - 2
    lines[2] = lines[2][:at] + ("x" if lines[2][at] != "x" else "y") + lines[2][at + 1:]
    lines[4] = lines[4].replace(lines[4][-1], "0" if lines[4][-1] != "0" else "1")
    done = quorate("read-back", "-o", tmp_path / "back.pbe", text="\n".join(lines) + "\n")
    assert done.returncode == 1 and not (tmp_path / "back.pbe").exists()
    assert "line 3: character" in done.stderr and "line 5" in done.stderr
    assert "still missing: 3, 5" in done.stderr and "line 4" not in done.stderr


def test_a_torn_line_and_exchanged_ones_are_named(tmp_path, sheet):
    lines = lines_of(sheet)
    torn = lines[:3] + [lines[3][:14]] + lines[4:]
    done = quorate("read-back", "-o", tmp_path / "back.pbe", text="\n".join(torn) + "\n")
    assert done.returncode == 1 and "line 4" in done.stderr and "still missing: 4" in done.stderr
    exchanged = [lines[0], lines[1][:2] + lines[2][2:], lines[2][:2] + lines[1][2:], *lines[3:]]
    done = quorate("read-back", "-o", tmp_path / "back.pbe", text="\n".join(exchanged) + "\n")
    assert done.returncode == 1 and "still missing: 2-3" in done.stderr and not (tmp_path / "back.pbe").exists()


def test_a_scanner_gives_the_whole_symbol_at_once(tmp_path):
    text = base64.b64encode(FILE).decode() + "\n"
    assert quorate("read-back", "-o", tmp_path / "back.pbe", text=text).returncode == 0
    assert (tmp_path / "back.pbe").read_bytes() == FILE
    # What is there already is not overwritten, and another digest is another file.
    assert quorate("read-back", "-o", tmp_path / "back.pbe", text=text).returncode == 1
    done = quorate("read-back", "-o", tmp_path / "other.pbe", "--sha256", "0" * 64, text=text)
    assert done.returncode == 1 and "another one than on the sheet" in done.stderr
    assert not (tmp_path / "other.pbe").exists()


@pytest.mark.parametrize("name", ["png.png", "jpeg.jpg", "tiff.tif", "gray.pgm"])
def test_pictures_are_read(tmp_path, sheet, name):
    done = quorate("read-back", sheet / name, "-o", tmp_path / "back.pbe", "--sha256", DIGEST)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "back.pbe").read_bytes() == FILE


def test_what_is_no_picture_of_a_symbol_is_told(tmp_path, sheet):
    (tmp_path / "torn.png").write_bytes((sheet / "png.png").read_bytes()[:2000])
    (tmp_path / "white.pgm").write_bytes(b"P5 100 100 255\n" + b"\xff" * 10000)
    for name in ("torn.png", "white.pgm"):
        done = quorate("read-back", tmp_path / name, "-o", tmp_path / "back.pbe")
        assert done.returncode == 1 and "No QR symbol was found" in done.stderr, done.stderr
    done = quorate("read-back", tmp_path / "none.png", "-o", tmp_path / "back.pbe")
    assert done.returncode == 1 and "no such file" in done.stderr


def test_the_reader_of_pictures_has_no_powers_and_is_missed_where_it_is_not(tmp_path, sheet):
    (tmp_path / "usr/bin").mkdir(parents=True)
    zbarimg = tmp_path / "usr/bin/zbarimg"
    environment = {**os.environ, "QUORATE_ROOT": str(tmp_path), "SECRET_OF_MINE": "1"}
    command = [QUORATE, "read-back", str(sheet / "png.png"), "-o", str(tmp_path / "back.pbe")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "not installed" in done.stderr
    seen = tmp_path / "seen"
    seen.touch()
    for path in (tmp_path, *tmp_path.parents[:2], seen):
        if path.owner() == os.environ.get("USER", "root") or os.geteuid() == 0:
            path.chmod(path.stat().st_mode | 0o755)
    seen.chmod(0o666)
    zbarimg.write_text(f"#!/bin/sh\n{{ id -u; grep -E 'NoNewPrivs|CapEff' /proc/self/status; ulimit -t; env; }} > {seen}\n"
                       f"wc -c >> {seen}\nexec /usr/bin/zbarimg --nodbus -q --raw {sheet}/png.png\n")
    zbarimg.chmod(0o755)
    subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    text = seen.read_text()
    assert text.split()[0] == ("65534" if os.geteuid() == 0 else str(os.geteuid()))
    assert re.search(r"NoNewPrivs:\s*1", text) and re.search(r"CapEff:\s*0+$", text, re.M)
    assert "\n20\n" in text and "SECRET_OF_MINE" not in text
    assert str((sheet / "png.png").stat().st_size) in text.split()


def test_several_symbols_come_together_and_are_judged(tmp_path):
    """Of the length of a wrapped key, whose head says how long it is, and yet none."""
    content = b"\x30\x82\x02\x58" + b"\x04\x82\x02\x54" + bytes(i * 7 % 256 for i in range(596))
    coded = base64.b64encode(content).decode()
    parts = [coded[i:i + 256] for i in range(0, len(coded), 256)]
    done = quorate("read-back", "-o", tmp_path / "back.bin", text="\n".join(parts) + "\n")
    assert hashlib.sha256(content).hexdigest() in done.stdout
    assert done.returncode == 1 and "not a wrapped key" in done.stderr
    done = quorate("read-back", "-o", tmp_path / "back.bin", text="\n".join(parts[:2]) + "\n")
    assert done.returncode == 1 and "still missing: 33-" in done.stderr
    assert not (tmp_path / "back.bin").exists()
