"""The house rules: what a compiler does not check by itself."""
import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ["QUORATE_SOURCE"])
BUILD = Path(os.environ["QUORATE_BUILD"])
HEADERS = sorted(p for p in (SOURCE / "include/quorate").glob("*.h") if p.name != "outcome_table.h")
CODE = sorted(p for folder in ("src", "ui", "tests", "include") for p in (SOURCE / folder).rglob("*.[ch]")
              if p.name != "outcome_table.h")

# Each room may include the headers of the rooms below it (and its own): arrows point down only.
ROOMS = ["base", "secret", "share", "key", "token", "rehearsal", "host", "paper", "journal", "plan", "ceremony"]
PEERS = {"host": {"share", "key", "token", "rehearsal"}, "paper": {"token", "rehearsal", "host"},
         "journal": {"token", "rehearsal", "host", "paper", "share"}, "plan": {"share", "key", "rehearsal", "host", "journal"}}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def rooms_of_headers():
    rooms = {}
    for room in ROOMS:
        text = (SOURCE / "src" / room / "local.mk").read_text()
        for name in re.findall(r"include/quorate/(\w+\.h)", text):
            rooms[name] = room
    return rooms


def test_every_header_compiles_alone():
    for header in HEADERS:
        done = run("gcc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                   f"-I{SOURCE}/include", "-x", "c", str(header))
        assert done.returncode == 0, done.stderr


def test_every_header_belongs_to_a_room():
    assert {h.name for h in HEADERS} <= set(rooms_of_headers())


def test_arrows_point_down():
    owner = rooms_of_headers()
    for path in CODE:
        parts = path.relative_to(SOURCE).parts
        if parts[0] != "src":
            continue
        room = parts[1]
        allowed = set(ROOMS[:ROOMS.index(room) + 1]) - PEERS.get(room, set())
        for header in re.findall(r"#include <quorate/(\w+\.h)>", path.read_text()):
            assert owner.get(header, "base") in allowed, f"{path} includes {header} of {owner[header]}/"


def test_curses_stays_in_ui_and_device_headers_in_their_rooms():
    for path in CODE:
        parts = path.relative_to(SOURCE).parts
        includes = re.findall(r'#\s*include\s*[<"]([^>"]+)', path.read_text())
        if parts[0] in ("src", "include"):
            assert not [i for i in includes if re.match(r"(ncursesw?/|n?curses|panel|term\.h)", i)], path
        if parts[0] in ("src", "include", "ui") and parts[:2] not in (("src", "token"), ("src", "rehearsal")):
            assert not [i for i in includes if re.match(r"(p11-kit/|pkcs11|winscard|PCSC/)", i)], path


def test_the_core_never_prints_and_never_exits():
    # The launcher's children and the card process leave by _exit; that is not the core's caller.
    wrong = re.compile(r"(?<![\w>.])(printf|puts|putchar|perror|exit|abort)\s*\(|\bstd(out|err)\b")
    for path in CODE:
        if path.relative_to(SOURCE).parts[0] == "src":
            assert not wrong.search(strip_comments(path.read_text())), path


def test_no_dangerous_calls():
    # At the beginning of a line stands a definition: the shim's own system(), which keeps a foreign program from it.
    wrong = re.compile(r"(?m)^.+?(?<!\w)(system|popen|gets|strcpy|strcat|sprintf|vsprintf|tmpnam|mktemp)\s*\(")
    for path in CODE:
        assert not wrong.search(strip_comments(path.read_text())), path


def strip_comments(text):
    return re.sub(r'/\*.*?\*/|"(\\.|[^"\\])*"', '""', text, flags=re.S)


def test_the_code_obeys_clang_format():
    done = run("clang-format", "--dry-run", "-Werror", f"--style=file:{SOURCE}/.clang-format", *map(str, CODE))
    assert done.returncode == 0, done.stderr[:2000]


def test_files_have_one_subject():
    for path in CODE:
        assert len(path.read_text().splitlines()) <= 600, path


def test_scripts():
    # The archive of `make dist` has no .ci.
    scripts = [SOURCE / name for name in ("start", "check", ".ci/run") if (SOURCE / name).exists()]
    done = run("shellcheck", "-x", "-P", str(SOURCE), *map(str, scripts))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("manual", sorted(p.name for p in (SOURCE / "man").glob("*.[1-8]")))
def test_manuals(manual):
    done = run("mandoc", "-T", "lint", "-W", "warning", str(SOURCE / "man" / manual))
    assert done.returncode == 0, done.stdout


def test_every_file_with_texts_is_translated():
    listed = set(re.findall(r"^[^#\s].*$", (SOURCE / "po/POTFILES.in").read_text(), flags=re.M))
    marked = {str(p.relative_to(SOURCE)) for p in CODE
              if p.relative_to(SOURCE).parts[0] in ("src", "ui")
              and re.search(r"(?<!\w)(_|N_|P_)\(", strip_comments(p.read_text()).replace('""', "x"))}
    assert marked | {"include/quorate/outcome_table.h"} == listed


def test_every_fault_of_the_usual_tool_is_held_by_tests_that_are_run():
    rows = re.findall(r"^\| (\d+) \| .+? \| (.+) \|$", (SOURCE / "tests/faults.md").read_text(), flags=re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 14))
    recipes = "".join(path.read_text() for path in (SOURCE / "tests").rglob("local.mk"))
    for number, held in rows:
        tests = re.findall(r"`(tests/[^`]+):(test_\w+)`", held)
        assert tests and len(tests) == held.count("`") // 2 - held.count("`./check`"), number
        for path, name in tests:
            text = (SOURCE / path).read_text()
            assert path in recipes, path
            if path.endswith(".py"):
                assert re.search(rf"^def {name}\(", text, flags=re.M), f"{path}: {name}"
            else:
                group = text[text.index("TEST_GROUP("):]
                assert re.search(rf"^{name}\(", text, flags=re.M) and re.search(rf"\({name}\b", group), f"{path}: {name}"


def test_packages_are_listed_once_with_a_reason():
    rows = [line.split(None, 2) for line in (SOURCE / "packages.txt").read_text().splitlines() if line[:1] not in "#"]
    assert all(len(row) == 3 and row[1] in ("build", "run", "test") for row in rows)
    assert len({row[0] for row in rows}) == len(rows)


def test_the_hardening_is_in_the_program():
    program = str(BUILD / "quorate")
    headers = run("readelf", "-W", "-h", "-l", "-d", program).stdout
    assert "DYN (Position-Independent Executable file)" in headers
    assert "GNU_RELRO" in headers
    assert re.search(r"FLAGS.*NOW", headers)
    assert not re.search(r"GNU_STACK.*RWE", headers)
    symbols = run("nm", "-D", program).stdout
    assert "__stack_chk_fail" in symbols
    assert re.search(r"__\w+_chk", symbols)
