"""How many keys are pressed, and how many screens are answered, in a 3-of-5 ceremony: with the console, and with
sc-hsm-tool beside it. Run as a program it prints the table of quorate-ceremony(7): `make keystrokes`.

The same label, PINs and file names; from the shell's prompt on. What people think and write by hand is not counted.
"""
import os
import pathlib
import sys
import tempfile

import pexpect

from people import Plan, Room, rehearsal_end, rehearsal_settings

PLAN = Plan(threshold=3, total=5)
SLOW = 60
BEGIN, END = ".\\\" keystrokes: made by make keystrokes", ".\\\" keystrokes: end"


class CountingRoom(Room):
    """The people of the tests, with somebody who counts."""
    pressed = answered = keys_back = screens_back = 0

    def press(self, *names):
        self.pressed += len(names)
        self.answered += names.count("enter")
        return super().press(*names)

    def type(self, text):
        self.pressed += len(text)
        return super().type(text)

    def type_share(self, share):
        """Without the blanks that nobody has to type; its fields are on one screen."""
        pressed, answered = self.pressed, self.answered
        if "known already" not in self.words():
            self.type(share.prime).press("enter")
        self.type(share.number).press("enter").type(share.value).press("enter").type(share.word)
        # The last Enter is pressed by finish_turn.
        self.answered = answered
        self.keys_back += self.pressed - pressed + 1
        self.screens_back += 1
        return self


def console(folder):
    with CountingRoom(folder, PLAN) as room:
        room.begin().play().press("enter")
        # Its command, and leaving it.
        room.type("").press("f10")
        room.pressed += len("quorate\n")
        return room.pressed, room.answered, room.pressed - room.keys_back, room.answered - room.screens_back


class Tool:
    """sc-hsm-tool on a pseudo-terminal; a prompt that is answered counts as a screen."""

    def __init__(self, environment):
        self.environment, self.keys, self.screens = environment, 0, 0

    def begin(self, *words):
        self.keys += len(" ".join(("sc-hsm-tool", *words)) + "\n")
        self.screens += 1
        # Which of the two virtual readers: with a single reader nobody types that.
        self.tool = pexpect.spawn("sc-hsm-tool", ["-r", PLAN.reader, *words], env=self.environment, encoding="ascii",
                                  timeout=SLOW)
        return self

    def answer(self, prompt, text=""):
        self.tool.expect(prompt)
        self.tool.sendline(text)
        self.keys += len(text) + 1
        self.screens += 1
        return self.tool.match

    def shown(self, pattern):
        self.tool.expect(pattern)
        return self.tool.match.groups()

    def end(self):
        self.tool.expect(pexpect.EOF)
        self.tool.close()
        assert self.tool.exitstatus == 0, self.tool.before


def sc_hsm_tool(folder):
    tool, shares = Tool(rehearsal_settings(folder)), []
    os.chdir(folder)
    tool.begin("--initialize", "--label", PLAN.label, "--dkek-shares", "1")
    tool.answer("Enter SO-PIN", PLAN.so_pin)
    tool.answer("Enter initial User-PIN", PLAN.user_pin)
    tool.end()
    name = f"{PLAN.label}.pbe"
    tool.begin("--create-dkek-share", name, "--pwd-shares-threshold", "3", "--pwd-shares-total", "5")
    tool.answer("Press <enter> to continue")
    for _ in range(PLAN.total):
        tool.answer("Press <enter> to display")
        shares.append(tool.shown(r"Prime       : (\S+)\s+Share ID    : (\d+)\s+Share value : (\S+)\s"))
        tool.answer("press <enter> when finished")
    tool.shown("(DKEK share created and saved)")
    tool.end()
    tool.begin("--import-dkek-share", name, "--pwd-shares-total", "3")
    tool.answer("enter prime", shares[0][0])
    for _, number, value in shares[:PLAN.threshold]:
        tool.answer("Press <enter> to enter")
        tool.answer("enter share ID", number)
        tool.answer("enter share value", value)
    tool.shown("DKEK key check value : ([0-9A-F]{16})")
    tool.end()
    return tool.keys, tool.screens


def table(folder, has_tool=True):
    """The rows between the marks in the manual. The tool takes its time: its row can be left out."""
    keys, screens, keys_without, screens_without = console(folder / "console")
    rows = [("quorate, every share typed back", keys, screens),
            ("quorate, without the typing back", keys_without, screens_without)]
    if has_tool:
        rows.append(("sc-hsm-tool, which has no typing back", *sc_hsm_tool(folder / "tool")))
    lines = [BEGIN, ".Bl -column \"sc-hsm-tool, which has no typing back\" \"keys\" \"screens\"", ".It Ta keys Ta screens"]
    lines += [".It " + " Ta ".join(map(str, row)) for row in rows]
    return "\n".join([*lines, ".El", END]) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        place = pathlib.Path(made)
        (place / "tool").mkdir()
        try:
            sys.stdout.write(table(place))
        finally:
            rehearsal_end(place / "console")
            rehearsal_end(place / "tool")
