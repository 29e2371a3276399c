"""A token handed over to the person to whom it belongs: SoftHSM, with genuine tools beside it."""
import json

from test_token import SO_PIN, USER_PIN, Tools, desk, folder, initialise_free_slot  # noqa: F401

PERSONAL = "77665544"


def test_a_maintainer_gets_a_pin_that_nobody_else_knows(desk, folder):  # noqa: F811
    initialise_free_slot(desk, "Team")
    tools = Tools(folder)
    desk.start("Personal PIN of a maintainer").text_line("Whose token it is", "Mara Maintainer")
    desk.text_line("The ceremony's folder").pin(SO_PIN, "The SO-PIN").wait_title("The keyboard is handed over")
    assert "Mara Maintainer: come to the keyboard" in desk.words()
    desk.answer().new_pin(PERSONAL, "The new user PIN")
    assert "the user PIN that Mara Maintainer chose, and took it" in desk.done()
    tools.p11("Team", "-O", pin=PERSONAL)
    tools.p11("Team", "-O", pin=USER_PIN, status=1)
    record = next(path for path in folder.glob("**/journal.jsonl") if "personal-pin-set" in path.read_text())
    text, events = record.read_text(), [json.loads(line) for line in record.read_text().splitlines()]
    names = [event["event"] for event in events]
    assert names.index("personal-pin-intended") < names.index("personal-pin-set") < names.index("user-pin-proven")
    assert names[-1] == "done" and {"event": "keyboard-handed-over", "person": "Mara Maintainer"}.items() <= \
        events[names.index("keyboard-handed-over")].items()
    assert not any(pin in text for pin in (PERSONAL, USER_PIN, SO_PIN))
    # What reached the token is on record.
    software = events[names.index("software")]
    assert software["module"] == "softhsm2" and "SoftHSM" in software["version"]
