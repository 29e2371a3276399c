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
    "f5": "\x1b[15~", "f10": "\x1b[21~", "home": "\x1bOH", "end": "\x1bOF",
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

    def press(self, *keys):
        for key in keys:
            self.child.send(self.keys.get(key, key))
            # Esc alone is told from a function key by the pause after it.
            self.read(0.2 if key == "esc" else 0.02)
        return self

    def type(self, text):
        self.child.send(text)
        self.read(0.05)
        return self

    def wait_for(self, text, seconds=5):
        end = time.monotonic() + seconds
        while text not in self.text():
            assert time.monotonic() < end, f"{text!r} did not come:\n{self.text()}"
            if not self.read(0.05):
                assert text in self.text(), f"the program ended:\n{self.text()}"
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

    def is_over(self, seconds=3):
        """Waits for the program's end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.child.isalive():
                return True
            self.read(0.02, 0.1)
        return False
