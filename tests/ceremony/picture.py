"""The picture of the console in README: a real screen of the real program. `make picture` puts it there."""
import sys
import tempfile

from people import SOURCE, Plan, Room, rehearsal_end, slip

BEGIN, END = "<!-- screen -->\n", "<!-- /screen -->\n"


def picture(folder):
    """The second custodian of five types the share back, with one wrong digit. Only the clock is not as it was."""
    with Room(folder, Plan(threshold=3, total=5, label="harbour")) as room:
        room.begin().play("Custodian 2 of 5")
        share = room.see_share(2)
        room.type(share.number).press("enter").type(slip(share.value, 7)).press("enter").type(share.word)
        room.wait_for("Probably wrong here")
        lines = [line.rstrip() for line in room.text().splitlines()]
    # Of empty rows one is enough for a picture; the clock's time was taken off by text().
    lines = [line for line, before in zip(lines, [""] + lines) if not line == before]
    text = "\n".join(lines).replace("YYYY-MM-DD HH:MMZ", "2026-11-23 09:52Z")
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


def block(readme):
    return readme[readme.index(BEGIN) + len(BEGIN):readme.index(END)]


def main():
    path = SOURCE / "README.md"
    with tempfile.TemporaryDirectory() as folder:
        drawn = picture(folder)
        rehearsal_end(folder)
    text = path.read_text()
    path.write_text(text.replace(BEGIN + block(text) + END, f"{BEGIN}\n{drawn}\n{END}"))


if __name__ == "__main__":
    sys.exit(main())
