"""Whatever ends the console: the terminal is as before. And no key breaks it, or is without a word."""
import os
import random
import re
import signal
import subprocess
import termios
import time

import pytest

from terminal import DEMO, KEYS, Terminal


def settings(terminal):
    return termios.tcgetattr(terminal.child.child_fd)


def open_terminal(*arguments):
    """The terminal's settings before come from a shell that waits in front of the program."""
    terminal = Terminal("-c", 'echo ready; read -r line; "$@"; echo "status $?"; read -r line', "sh", DEMO, *arguments,
                        program="/bin/sh")
    terminal.watched = None
    terminal.wait_for("ready")
    before = settings(terminal)
    terminal.type("\n").wait_for("F10")
    terminal.watched = pid_of(terminal)
    assert settings(terminal) != before
    return terminal, before


def pid_of(terminal):
    out = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(terminal.child.pid)], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    return next(int(line.split()[0]) for line in out.splitlines() if "console" in line)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGSEGV", "SIGABRT"])
def test_a_signal_restores_the_terminal_and_does_its_work(name):
    terminal, before = open_terminal("--step", "show")
    with terminal:
        terminal.press("f3", "enter").wait_for("b e d 9")
        os.kill(pid_of(terminal), getattr(signal, name))
        terminal.wait_for(f"status {128 + getattr(signal, name)}")
        assert settings(terminal) == before
        assert b"\x1b[?1049l" in terminal.raw


def test_leaving_restores_the_terminal():
    terminal, before = open_terminal()
    with terminal:
        terminal.press("f10").wait_for("status 0")
        assert settings(terminal) == before


def test_stopping_hides_what_is_shown_and_goes_on():
    with Terminal("--step", "show") as terminal:
        terminal.wait_for("F10")
        inside = settings(terminal)
        terminal.press("f3", "enter").wait_for("b e d 9")
        os.kill(terminal.child.pid, signal.SIGTSTP)
        terminal.wait_until_gone("b e d 9")
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.wait_for("The share is hidden")
        assert settings(terminal) == inside
        terminal.press("enter").wait_for("b e d 9")


def test_a_closed_terminal_ends_it_at_once():
    terminal = Terminal("--step", "back")
    terminal.wait_for("F10").press("f3", "enter").type("bed9")
    pid = terminal.child.pid
    os.close(terminal.child.child_fd)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        done, _ = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        time.sleep(0.02)
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        pytest.fail("it still ran ten seconds later")
    terminal.child.closed = terminal.child.terminated = True
    terminal.child.fd = terminal.child.child_fd = terminal.child.ptyproc.fd = -1
    terminal.child.ptyproc.closed = True


@pytest.mark.parametrize("kind", ["dumb", "nonsense"])
def test_a_terminal_without_a_cursor_is_refused_in_a_sentence(kind):
    with Terminal(term=kind) as terminal:
        terminal.wait_for("cannot place a cursor")
        assert terminal.is_over() and terminal.child.exitstatus == 1


def test_no_terminal_is_told():
    done = subprocess.run([DEMO], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and "needs a terminal" in done.stderr and done.stdout == ""


STEPS = ["tell", "choose", "text", "confirm", "pin", "so-pin", "insert", "gate", "show", "back", "enter", "print", "done"]


@pytest.mark.parametrize("step", ["start", "status", "list"] + STEPS)
def test_a_key_that_means_nothing_gets_a_word(step, tmp_path, monkeypatch):
    # Among the keys is the one that saves what Status shows.
    monkeypatch.chdir(tmp_path)
    with Terminal("--step", step) as terminal:
        terminal.wait_for("F10").press(*{"start": [], "status": ["f2"], "list": ["f3"]}.get(step, ["f3", "enter"]))
        before = terminal.text()
        terminal.press("f12")
        if step == "show":
            assert re.search(r"\b[23]:\d\d\b", terminal.text()) and "b e d 9" in terminal.text()
        else:
            assert before != terminal.text() and "F12 does nothing here" in terminal.text()
        for key in list(KEYS) + ["q", "\x07", "\x1c", "\x00", "\u00e9", "\u6e2c"]:
            if key not in ("f10", "q"):
                terminal.press(key)
        assert terminal.child.isalive()


def test_a_flood_of_random_keys(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chance = random.Random(7)
    # Ctrl-Z would stop it, and leaving is not the question here.
    alphabet = [key for name, key in KEYS.items() if name != "f10"] + [chr(c) for c in range(1, 127) if chr(c) not in "q\x1a"]
    alphabet += ["\u00fc", "\u6e2c", "\x1b[999~", "\x1b[", "\x1b]0;x\x07"]
    with Terminal("--step", "tell", "--slots", "200") as terminal:
        terminal.wait_for("F10")
        for _ in range(40):
            terminal.child.send("".join(chance.choice(alphabet) for _ in range(250)))
            assert terminal.read(0.005, 0.2), terminal.text()
        terminal.read(0.5)
        assert terminal.child.isalive()
        os.kill(terminal.child.pid, signal.SIGTERM)
        assert terminal.is_over() and terminal.child.signalstatus == signal.SIGTERM
