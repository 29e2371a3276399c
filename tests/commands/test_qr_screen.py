"""The symbol as a terminal shows it: its cells drawn as pixels, and read by zbarimg."""
import base64
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(os.environ["QUORATE_SOURCE"]) / "tests/screen"))
from terminal import Terminal  # noqa: E402

QUORATE = os.path.join(os.environ["QUORATE_BUILD"], "tests/quorate-quick")
FILE = b"Salted__" + bytes(range(200, 256))
WIDTH, HEIGHT = 6, 12  # pixels of a cell
# What of a cell is drawn in the colour of the text: its upper and its lower half.
INK = {" ": (0, 0), "█": (1, 1), "▀": (1, 0), "▄": (0, 1), "#": (1, 1)}


def picture(screen, text_is_light):
    rows = bytearray()
    for line in screen.display:
        for half in (0, 1):
            row = b"".join((b"\xff" if INK[cell][half] == text_is_light else b"\x00") * WIDTH for cell in line)
            rows += row * (HEIGHT // 2)
    return b"P5 %d %d 255\n" % (screen.columns * WIDTH, screen.lines * HEIGHT) + bytes(rows)


@pytest.mark.parametrize("options,rows,columns,locale,modules", [
    ([], 24, 80, "C.UTF-8", 45),
    (["--invert"], 24, 80, "C.UTF-8", 45),
    ([], 60, 200, "C.UTF-8", 90),
    (["--ascii"], 50, 100, "C.UTF-8", 45),
    (["--invert"], 50, 100, "C", 45),
], ids=["80x24", "80x24 dark", "large", "ascii", "C locale, dark"])
def test_the_symbol_on_the_screen_is_the_file(tmp_path, options, rows, columns, locale, modules):
    (tmp_path / "share.pbe").write_bytes(FILE)
    with Terminal("qr", *options, str(tmp_path / "share.pbe"), program=QUORATE, rows=rows, columns=columns,
                  locale=locale) as terminal:
        assert terminal.is_over()
        terminal.read()
        wide = max(len(line.rstrip()) for line in terminal.screen.display)
        is_ascii = locale == "C" or "--ascii" in options
        assert wide <= modules * (2 if is_ascii else 1) <= columns
        (tmp_path / "screen.pgm").write_bytes(picture(terminal.screen, "--invert" in options))
    read = subprocess.run(["zbarimg", "--nodbus", "-q", "--raw", str(tmp_path / "screen.pgm")], capture_output=True,
                          check=False)
    assert read.stdout == base64.b64encode(FILE) + b"\n"


@pytest.mark.parametrize("options,rows,columns", [([], 23, 80), ([], 24, 44), (["--ascii"], 24, 80)])
def test_a_terminal_without_room_is_told(tmp_path, options, rows, columns):
    (tmp_path / "share.pbe").write_bytes(FILE)
    with Terminal("qr", *options, str(tmp_path / "share.pbe"), program=QUORATE, rows=rows, columns=columns) as terminal:
        assert terminal.is_over()
        terminal.read()
        assert "does not fit this terminal" in " ".join(terminal.text().split()).replace("  ", " ")
