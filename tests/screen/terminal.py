"""A program on a pseudo-terminal, and what a person would see of it."""
import os
import re
import time

import pexpect
import pyte

BUILD = os.environ.get("QUORATE_BUILD", "build")
HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(BUILD, "tests", "screen", "console_demo")

KEYS = {
    "enter": "\r", "esc": "\x1b", "tab": "\t", "backspace": "\x7f", "up": "\x1bOA", "down": "\x1bOB", "right": "\x1bOC",
    "left": "\x1bOD", "pgup": "\x1b[5~", "pgdn": "\x1b[6~", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
    "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f12": "\x1b[24~",
    "home": "\x1bOH", "end": "\x1bOF",
}
LINUX_KEYS = {"f1": "\x1b[[A", "f2": "\x1b[[B", "f3": "\x1b[[C", "f4": "\x1b[[D", "f5": "\x1b[[E", "up": "\x1b[A", "down": "\x1b[B",
              "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[1~", "end": "\x1b[4~"}


class Screen(pyte.Screen):
    """With what xterm knows and pyte does not: the last character repeated, and scrolling within the margins."""
    last = " "

    def draw(self, data):
        self.last = data[-1:] or self.last
        super().draw(data)

    def repeat(self, count=1):
        self.draw(self.last * count)

    def scroll(self, step, edge, count):
        top, bottom = self.margins or (0, self.lines - 1)
        row, self.cursor.y = self.cursor.y, (top, bottom)[edge]
        for _ in range(count or 1):
            step()
        self.cursor.y = row

    def scroll_up(self, count=1):
        self.scroll(self.index, 1, count)

    def scroll_down(self, count=1):
        self.scroll(self.reverse_index, 0, count)


class Stream(pyte.ByteStream):
    csi = dict(pyte.ByteStream.csi, b="repeat", S="scroll_up", T="scroll_down")
    events = pyte.ByteStream.events | {"repeat", "scroll_up", "scroll_down"}


class Terminal:
    def __init__(self, *arguments, rows=24, columns=80, term="xterm-256color", locale="C.UTF-8", program=DEMO, settings=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "NO_COLOR"))}
        environment.update(TERM=term, LC_ALL=locale, TZ="UTC", **(settings or {}))
        self.keys = dict(KEYS, **(LINUX_KEYS if term == "linux" else {}))
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(program, list(arguments), env=environment, dimensions=(rows, columns), timeout=10)
        self.child.delaybeforesend = None
        self.watched = self.child.pid  # the process that send() waits for; None: nobody

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.close(force=True)

    def read(self, quiet=0.08, most=3.0):
        """Takes what comes until nothing came for a while; False once the program has ended."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            try:
                got = self.child.read_nonblocking(65536, timeout=quiet)
            except pexpect.TIMEOUT:
                return True
            except pexpect.EOF:
                return False
            self.raw += got
            self.stream.feed(got)
        return True

    def sleeps(self):
        """How often the program has gone to sleep, and whether it sleeps now; None if it is gone."""
        try:
            with open(f"/proc/{self.watched}/status", encoding="utf-8", errors="replace") as file:
                status = file.read()
        except OSError:
            return None
        found = re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)
        return found and (int(found[1]), "\nState:\tS" in status)

    def send(self, text, quiet):
        """Sends, and waits until the program woke up, did what it does, and sleeps again: no load makes this too short."""
        before, end = self.sleeps(), time.monotonic() + 3
        self.child.send(text)
        while before and time.monotonic() < end:
            now = self.sleeps()
            if not now or (now[0] > before[0] and now[1]) or not self.read(0.002, 0.05):
                break
        self.read(quiet)

    def press(self, *keys):
        for key in keys:
            # Esc alone is told from a function key by the pause after it.
            self.send(self.keys.get(key, key), 0.2 if key == "esc" else 0.02)
        return self

    def type(self, text):
        self.send(text, 0.05)
        return self

    def wait_until(self, is_met, seconds=15):
        """True once is_met of what is seen; False if it did not come to that."""
        end = time.monotonic() + seconds
        while not is_met(self.text()):
            if time.monotonic() > end or not self.read(0.05):
                return is_met(self.text())
        return True

    def wait_until_gone(self, text):
        assert self.wait_until(lambda seen: text not in seen), f"{text!r} is still there:\n{self.text()}"
        return self

    def wait_for(self, text):
        assert self.wait_until(lambda seen: text in seen), f"{text!r} did not come:\n{self.text()}"
        return self

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        self.read(0.2)
        return self

    def text(self):
        """What is seen, without the clock."""
        lines = "\n".join(line.rstrip() for line in self.screen.display)
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", "YYYY-MM-DD HH:MMZ", lines)

    def is_over(self, seconds=10):
        """Waits for the program's end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.child.isalive():
                return True
            self.read(0.02, 0.1)
        return False
