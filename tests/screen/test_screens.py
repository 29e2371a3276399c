"""Screens compared with saved ones in expected/. To save them anew after a change that is meant, and look at the difference:

    cd build && make check TESTS=tests/screen/test_screens.py QUORATE_SAVE_SCREENS=1 && git diff ../tests/screen/expected
"""
import os
import re

import pytest

from terminal import HERE, Terminal

# Keys; what begins with a question mark is waited for.
SCREENS = {
    "start": ([], []),
    "status-0": (["--slots", "0"], ["f2"]),
    "status-1": (["--slots", "1"], ["f2", "down"]),
    "status-3": (["--slots", "3"], ["f2"] + ["down"] * 8),
    "status-3-broken": (["--slots", "3"], ["f2"] + ["down"] * 5),
    "status-3-slot": (["--slots", "3"], ["f2"] + ["down"] * 3),
    "status-3-full": (["--slots", "3"], ["f2"] + ["down"] * 8 + ["enter"]),
    "status-3-hostile": (["--slots", "3", "--hostile"], ["f2"] + ["down"] * 5),
    "status-3-objects": (["--slots", "3", "--objects", "40"], ["f2"] + ["down"] * 3 + ["tab", "tab"]),
    "status-1-full": (["--slots", "1"], ["f2", "down", "enter"]),
    "status-3-mechanisms": (["--slots", "3"], ["f2"] + ["down"] * 3 + ["tab"] * 3),
    "status-3-hostile-object": (["--slots", "3", "--objects", "3", "--hostile"], ["f2"] + ["down"] * 3 + ["tab", "tab"]),
    "status-1-certificate": (["--slots", "1"], ["f2", "down", "?X.509", "tab", "tab", "end", "enter"]),
    "status-3-unproven": (["--slots", "3"], ["f2"] + ["down"] * 8 + ["enter", "end"]),
    "status-3-copy": (["--slots", "3"], ["f2", "c"]),
    "status-200-filter": (["--slots", "200"], ["f2", "/"] + list("token 17")),
    "status-200": (["--slots", "200"], ["f2", "pgdn", "pgdn"]),
    "status-help": ([], ["f2", "f1"]),
    "real": (["--real"], []),
    "list": ([], ["f3"]),
    "preflight": ([], ["f9"]),
    "preflight-gate": (["--real"], ["f3", "enter", *"too short"[:3], "enter"]),
    "token-0": (["--slots", "0"], ["f5"]),
    "token-1": (["--slots", "1"], ["f5", "down"]),
    "token-3-locked": (["--slots", "3"], ["f5", "right", "enter"]),
    "token-3-slot": (["--slots", "3"], ["f5", "left"]),
    "token-200": (["--slots", "200"], ["f5", "end"]),
    "list-failed": ([], ["f3", "down", "enter"]),
    "tell": (["--step", "tell"], ["f3", "enter"]),
    "long": (["--step", "long"], ["f3", "enter", "pgdn"]),
    "choose-closed": (["--step", "choose"], ["f3", "enter", "up", "enter"]),
    "text": (["--step", "text"], ["f3", "enter"]),
    "confirm-wrong": (["--step", "confirm"], ["f3", "enter", "b", "o", "b", "enter"]),
    "pin-advice": (["--step", "pin"], ["f3", "enter"] + list("123456")),
    "so-pin": (["--step", "so-pin"], ["f3", "enter"] + list("1234567890")),
    "password": (["--step", "password"], ["f3", "enter", "a"]),
    "insert": (["--step", "insert"], ["f3", "enter"]),
    "gate": (["--step", "gate"], ["f3", "enter"]),
    "show": (["--step", "show"], ["f3", "enter"]),
    "back": (["--step", "back"], ["f3", "enter"] + list("bed92af6964")),
    "enter-wrong": (["--step", "back"], ["f3", "enter", "bed92aa69643c441", "tab", "luv0y8"]),
    "enter": (["--step", "enter"], ["f3", "enter"]),
    "print": (["--step", "print"], ["f3", "enter"]),
    "preview": (["--step", "print"], ["f3", "enter", "down", "enter"]),
    "stop": (["--step", "gate"], ["f3", "enter", "esc"]),
    "done": (["--step", "done"], ["f3", "enter"]),
    "failed": (["--step", "failed"], ["f3", "enter"]),
}
# Every screen at the smallest size; those that use the room, and other kinds of terminal, as well.
CASES = [(name, 24, 80, "xterm-256color", "C.UTF-8") for name in SCREENS]
CASES += [(name, 43, 132, "xterm-256color", "C.UTF-8") for name in
          ("status-0", "status-1", "status-1-full", "status-1-certificate", "status-3", "status-3-objects", "status-200",
           "token-3-slot", "token-200", "show", "preview")]
CASES += [(name, 24, 80, term, locale) for name in ("start", "status-3", "enter-wrong")
          for term, locale in (("linux", "C.UTF-8"), ("vt100", "C.UTF-8"), ("xterm-256color", "C"), ("vt100", "C"))]


@pytest.mark.parametrize("name,rows,columns,term,locale", CASES)
def test_screen(name, rows, columns, term, locale):
    arguments, keys = SCREENS[name]
    # What is seen depends on the characters, not on the kind of terminal: one file for both.
    suffix = f"{columns}x{rows}" + ("-ascii" if locale == "C" else "")
    path = os.path.join(HERE, "expected", f"{name}-{suffix}.txt")
    with Terminal("--folder", "/nowhere", *arguments, rows=rows, columns=columns, term=term, locale=locale) as terminal:
        terminal.wait_for("F10")
        for key in keys:
            if key.startswith("?"):
                terminal.wait_for(key[1:])
            else:
                terminal.press(key)
        if os.environ.get("QUORATE_SAVE_SCREENS"):
            terminal.read(0.5)
            with open(path, "w", encoding="utf-8") as file:
                file.write(terminal.text() + "\n")
        with open(path, encoding="utf-8") as file:
            expected = file.read()
        terminal.wait_until(lambda seen: seen + "\n" == expected, 5)
        assert (terminal.text() + "\n").split("\n") == expected.split("\n")


def test_monochrome_says_the_same():
    with Terminal("--slots", "3") as coloured, Terminal("--slots", "3", settings={"NO_COLOR": "1"}) as plain:
        for terminal in (coloured, plain):
            terminal.wait_for("F10").press("f2", *["down"] * 8)
        assert coloured.text() == plain.text()
        colour = re.compile(rb"\x1b\[(\d+;)*[34][0-7](;\d+)*m")
        assert colour.search(coloured.raw) and not colour.search(plain.raw)


def test_too_small_is_a_stop_screen_and_loses_nothing():
    with Terminal("--step", "back") as terminal:
        terminal.wait_for("F10").press("f3", "enter").type("bed92af")
        terminal.resize(20, 70).wait_for("too small")
        assert "Share value" not in terminal.text()
        terminal.type("zzz")
        terminal.resize(24, 80).wait_for("digit 8 of 16")


def test_a_device_plugged_in_appears_by_itself():
    with Terminal("--slots", "3", "--plug", "700") as terminal:
        terminal.wait_for("F10").press("f2")
        terminal.wait_for("carol")


def test_the_ceremony_goes_on_when_a_token_comes():
    with Terminal("--step", "insert", "--plug", "1200") as terminal:
        terminal.wait_for("F10").press("f3", "enter").wait_for("Waiting")
        terminal.wait_for("The key is being derived")


def test_printing_reaches_the_printer(tmp_path):
    with Terminal("--step", "print", "--folder", str(tmp_path)) as terminal:
        terminal.wait_for("F10").press("f3", "enter").wait_for("Print on paper: ready")
        terminal.press(*["down"] * 5, "enter").wait_for("The printer took")


def test_keys_table_prints_for_the_manual():
    import subprocess

    from terminal import DEMO
    out = subprocess.run([DEMO, "--keys"], stdout=subprocess.PIPE, check=True, text=True).stdout
    assert out.startswith(".Bl") and ".It Ic F1\n" in out and "explain this very screen" in out
