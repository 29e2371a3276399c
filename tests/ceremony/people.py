"""The people of a ceremony: they look at the screen and press keys, and know nothing else of the program.

A Room is the console on a pseudo-terminal with the people around it. play() holds the ceremony up to a question, known
by its title; what is special in a test is done in between.
"""
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time

BUILD = pathlib.Path(os.environ["QUORATE_BUILD"])
SOURCE = pathlib.Path(os.environ["QUORATE_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests/screen"))

from terminal import Terminal  # noqa: E402

QUORATE = str(BUILD / "quorate")
QUICK = str(BUILD / "tests/quorate-quick")
# What the screen asks to be typed before the first PIN.
KEYBOARD_LINE = "yz YZ 0123456789 -_/#@+=?"
DERIVATION_SECONDS = 60
# What a ceremony with a new share file leaves in its folder beside that file and the record.
SHEETS = {f"{name}.{ending}" for name in ("sheets-before", "sheets-after", "record-sheet") for ending in ("pdf", "txt")}


@dataclasses.dataclass
class Share:
    """What stands on a custodian's sheet."""
    prime: str
    number: str
    value: str
    word: str
    # Where in the terminal's stream it could be seen, and where no longer.
    begin: int = 0
    end: int = 0


@dataclasses.dataclass
class Plan:
    threshold: int = 2
    total: int = 3
    label: str = "Harbour"
    so_pin: str = "1928374650918273"
    user_pin: str = "94715286"
    reader: str = "Rehearsal card 1"
    form: str = "m of n"
    private: str = "Nothing is private"


def slip(digits, place):
    """The digits with another one at a place, counted from 1, as a hasty pen would have it."""
    wrong = "8" if digits[place - 1] != "8" else "3"
    return digits[:place - 1] + wrong + digits[place:]


# What stands before a real ceremony on a machine of which something is red.
GATE = "Before a ceremony: this machine"


class Room(Terminal):
    def __init__(self, folder, plan=None, program=QUICK, within=(), is_rehearsal=True, **more):
        """within: a command in whose world the program runs."""
        self.folder, self.plan, self.shares = pathlib.Path(folder), plan or Plan(), {}
        self.ceremonies = self.folder / "ceremonies" if is_rehearsal else self.folder
        words = [*within, program, *(["rehearse"] if is_rehearsal else []), "--folder", str(folder)]
        super().__init__(*words[1:], program=words[0], **more)
        self.wait_for("REHEARSAL" if is_rehearsal else "F10", 10)

    def title(self):
        found = re.search(r"┌ (.*?) ─*┐", self.text())
        return found[1] if found else ""

    def words(self):
        """The text on the screen without frame and line breaks."""
        return re.sub(r"[\s│]+", " ", self.text())

    def all_words(self):
        """What is there to be read, turning the page where the screen says that there is more."""
        words = self.words()
        while "PgDn: there is more to read" in self.words():
            words += self.press("pgdn").words()
        return words

    def wait_for(self, text, seconds=8):
        """As a reader does, who does not mind where a line ends."""
        end = time.monotonic() + seconds
        while text not in self.words():
            assert time.monotonic() < end, f"{text!r} did not come:\n{self.text()}"
            if not self.read(0.03):
                assert text in self.words(), f"the program ended:\n{self.text()}"
        return self

    def enter_and_wait(self, text, seconds=8):
        return self.press("enter").wait_for(text, seconds)

    def leave(self, title, seconds=8):
        """Waits until another question is asked than the one of this title."""
        end = time.monotonic() + seconds
        while self.title() in (title, ""):
            assert time.monotonic() < end, f"{title!r} stayed:\n{self.text()}"
            assert self.read(0.03), f"the program ended:\n{self.text()}"
        return self

    def answer(self, text=""):
        """Types an answer and goes on to the next question."""
        title = self.title()
        if text:
            self.type(text)
        return self.press("enter").leave(title)

    def selected(self):
        return next((line for line in self.text().splitlines() if "►" in line), "")

    def choose(self, label):
        return self.select(label).answer()

    def select(self, label):
        for _ in range(40):
            if label in self.selected():
                return self
            before = self.selected()
            self.press("down")
            if self.selected() == before:
                break
        for _ in range(40):
            if label in self.selected():
                return self
            self.press("up")
        raise AssertionError(f"no choice {label!r}:\n{self.text()}")

    def begin(self, ceremony="New key domain"):
        self.press("f3").wait_for("Which ceremony?").choose(ceremony)
        if self.title() == GATE:
            self.type("a machine of the tests").press("enter")
        return self.wait_for("What will happen")

    # The operator's part: one method a question.

    def choose_device(self):
        self.wait_for(self.plan.reader)
        # A choice has two lines: the label, and the reader under it.
        for _ in range(10):
            lines = self.text().splitlines()
            at = next(i for i, line in enumerate(lines) if "►" in line)
            if self.plan.reader in lines[at + 1]:
                return self.answer()
            self.press("down")
        raise AssertionError(self.text())

    def enter_pin(self, pin):
        """Twice where the PIN is new, and advice is heard and left."""
        title = self.title()
        is_new = "Choose" in self.words()
        self.type(pin)
        if is_new:
            self.enter_and_wait("Once more").type(pin)
        return self.press("enter").leave(title)

    def confirm(self):
        """Once the device was looked at, its name is typed."""
        self.wait_for("to go on", 20)
        return self.answer(re.search(r"Type (\S+(?: \S+)*?) to go on", self.words())[1])

    def confirm_each(self):
        """Everybody of the plan, one after the other; the word is typed where one is asked for."""
        title = self.title()
        while self.title() == title:
            before = self.words()
            if "type this and press Enter" in before:
                self.type(re.search(r"type this and press Enter: (\w+)", before)[1])
            self.press("enter")
            self.wait_until(lambda _, before=before: self.words() != before)
        return self

    def work(self):
        title = self.title()
        return self.leave(title, DERIVATION_SECONDS)

    # A custodian's part.

    def read_share(self):
        """From the screen to paper."""
        rows = dict(re.findall(r"│ (Prime|Share ID|Share value|Check word) +([0-9a-z ]+?) *│", self.text()))
        assert len(rows) == 4, self.text()
        fields = [rows[name].replace(" ", "") for name in ("Prime", "Share ID", "Share value", "Check word")]
        share = Share(*fields)
        assert re.fullmatch(r"[c-f][0-9a-f]{15}", share.prime) and re.fullmatch(r"[0-9a-f]{16}", share.value)
        assert re.fullmatch(r"[0-9a-z]{6}", share.word)
        return share

    def see_share(self, number):
        self.wait_for(f"Custodian {number} of {self.plan.total}: come to the keyboard")
        begin = len(self.raw)
        self.enter_and_wait("The share is hidden in")
        share = self.read_share()
        assert share.number == str(number)
        self.enter_and_wait("Now type your share")
        share.begin, share.end = begin, len(self.raw)
        self.shares[number] = share
        return share

    def type_share(self, share):
        """From paper into the fields that are asked; does not press the last Enter."""
        if "known already" not in self.words():
            self.type(share.prime).press("enter")
        self.type(share.number).press("enter")
        self.type(" ".join(re.findall("....", share.value))).press("enter")
        return self.type(share.word)

    def finish_turn(self, number):
        self.wait_for("the check word fits").enter_and_wait(f"Custodian {number} is done")
        return self.answer()

    def turn(self):
        number = int(re.match(r"Custodian (\d+)", self.title())[1])
        share = self.see_share(number)
        self.type_share(share)
        return self.finish_turn(number)

    PARTS = {
        "What will happen": answer,
        "The device": choose_device,
        "Is the device genuine?": answer,
        "The device's label": lambda self: self.press("\x15").answer(self.plan.label),
        "The keyboard": lambda self: self.answer(KEYBOARD_LINE),
        "The SO-PIN": lambda self: self.enter_pin(self.plan.so_pin),
        "The user PIN": lambda self: self.enter_pin(self.plan.user_pin),
        "What to decide about the backup": answer,
        "The form of the backup": lambda self: self.choose(self.plan.form),
        "The share files": lambda self: self.choose("► 1 share file"),
        "How the file is opened": lambda self: self.choose("By shares"),
        "How the new file is opened": lambda self: self.choose("By shares"),
        "The custodians": lambda self: self.choose(f"► {self.plan.total} custodians"),
        "How many are needed": lambda self: self.choose(f"► {self.plan.threshold} of {self.plan.total}"),
        "What stays private": lambda self: self.choose(self.plan.private),
        "The plan": answer,
        "Who is here": lambda self: self.confirm_each(),
        "The device is confirmed": lambda self: self.confirm_each(),
        "What was done is confirmed": lambda self: self.confirm_each(),
        "The ceremony's folder": answer,
        "The share file's name": answer,
        "The key domain's name": lambda self: self.press("\x15").answer(self.plan.label),
        "Sheets for this ceremony": answer,
        "The share file is made": work,
        "The device is initialised": confirm,
        "Both PINs are proven": lambda self: self.wait_for("took both PINs", DERIVATION_SECONDS).answer(),
        "The key goes into the device": work,
        "The set is proven": work,
        "Sheets to be kept": answer,
        "The sheet is read back": lambda self: self.choose("Do not read it back now"),
        "The wrapped keys": lambda self: self.choose("no wrapped-key sheet"),
        "The record, to be signed": answer,
    }

    def part(self, until):
        """What is done at this question, None at the one of this title; one that is only half drawn yet is waited for."""
        end = time.monotonic() + 8
        while self.title() != until:
            # Of several share files, a sheet each.
            title = re.sub(r"^Sheet \d+ of \d+ is", "The sheet is", self.title())
            part = self.PARTS.get(title) or (Room.turn if title.startswith("Custodian ") else None)
            if part:
                return part
            assert time.monotonic() < end, f"nobody knows what to do here:\n{self.text()}"
            self.read(0.05)
        return None

    def play(self, until="Done"):
        """Holds the ceremony until the question of this title is asked."""
        while part := self.part(until):
            part(self)
        return self

    def join(self, path, shares, seconds=DERIVATION_SECONDS):
        """The other ceremony with a device: the key of a file that is there already goes into it."""
        self.begin("Join a key domain")
        self.play("The key check value").answer()
        self.play("The share file").answer(str(path)).choose("By shares").choose(f"{len(shares)} shares")
        self.play("Share 1 of %d" % len(shares))
        for share in shares:
            self.wait_for("whoever is next").enter_and_wait("Type your share").type_share(share)
            self.enter_and_wait("Your share is taken").answer()
        self.wait_for("The key check value is", seconds).answer()
        return self.play()

    # What is left in the end.

    def kcv(self):
        # It stands above what was read last.
        while "key check value is" not in self.words() and "-- PgUp: the beginning --" in self.words():
            self.press("pgup")
        return re.search(r"key check value is ([0-9A-F ]{19})", self.words())[1].replace(" ", "")

    def ceremony_folder(self):
        found = list(self.ceremonies.iterdir())
        return max(found, key=lambda path: path.stat().st_ctime_ns)

    def share_file(self):
        return next(self.ceremony_folder().glob("*.pbe"))

    def shares_text(self, *numbers):
        """As `quorate verify --shares-stdin` takes them."""
        first = self.shares[numbers[0]]
        lines = [f"prime {first.prime}"]
        lines += [f"{share.number} {share.value} {share.word}" for share in map(self.shares.get, numbers)]
        return "\n".join(lines) + "\n"


def rehearsal_settings(folder):
    """The environment in which genuine tools see the rehearsal, as `quorate rehearse --env` tells a shell."""
    done = subprocess.run([QUICK, "rehearse", "--env", "--folder", str(folder)], text=True, capture_output=True,
                          timeout=20, check=True)
    return {**os.environ, "LC_ALL": "C", **dict(re.findall(r"^export (\w+)='(.*)'$", done.stdout, re.M))}


def rehearsal_end(folder):
    """Ends the card process; what the rehearsal saved stays but for the cards."""
    subprocess.run([QUICK, "rehearse", "--reset", "--env", "--folder", str(folder)], capture_output=True, timeout=20,
                   check=False)
