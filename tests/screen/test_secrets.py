"""What is secret is neither seen nor sent, unless somebody asks for it; and it does not stay."""
import time

from terminal import Terminal

GROUPS = (b"bed9", b"2af6", b"9643", b"c441")


def begin(step, *words, **more):
    terminal = Terminal("--step", step, *words, **more)
    terminal.wait_for("F10").press("f3", "enter")
    return terminal


def found(terminal, since=0):
    return [group for group in GROUPS if group in terminal.raw[since:]]


def test_a_masked_share_never_reaches_the_terminal():
    with begin("back") as terminal:
        for character in "bed92af69643c441":
            terminal.press(character)
        terminal.press("tab").type("luv0y8").wait_for("the check word fits")
        assert not found(terminal) and b"luv0y8" not in terminal.raw
        # The control: what is revealed is found.
        terminal.press("tab", "up", "f2")
        assert found(terminal) == list(GROUPS)


def test_a_masked_pin_never_reaches_the_terminal():
    with begin("pin") as terminal:
        terminal.type("94715286").wait_for("8 characters")
        assert b"9471" not in terminal.raw and b"5286" not in terminal.raw
        terminal.press("f2")
        assert b"9471" in terminal.raw and b"5286" in terminal.raw


def test_reveal_ends_after_five_seconds():
    with begin("back") as terminal:
        terminal.type("bed92af69643c441").press("f2")
        assert "bed9 2af6 9643 c441" in terminal.text()
        began = time.monotonic()
        while "bed9" in terminal.text():
            terminal.read(0.1, 0.3)
            assert time.monotonic() - began < 15
        assert time.monotonic() - began > 3.5


def test_reveal_ends_at_any_key_and_with_help():
    for key in ("left", "f1", "esc", "f2", "tab", "f7"):
        with begin("back") as terminal:
            terminal.type("bed92af69643c441").press("f2").wait_for("bed9 2af6")
            terminal.press(key).wait_until_gone("bed9")


def test_a_shown_share_is_painted_over():
    for key in ("enter", "esc", "f1"):
        with begin("show") as terminal:
            terminal.wait_for("b e d 9")
            before = len(terminal.raw)
            terminal.press(key).wait_until_gone("b e d 9")
            # Filler went over the whole screen, and of varied kind.
            after = terminal.raw[before:]
            assert sum(after.count(sign) for sign in b".:-=+*#%") > 1500, key
            assert all(after.count(sign) > 50 for sign in b".:-=+*#%"), key


def test_a_hidden_share_comes_back_with_enter_only():
    with begin("show") as terminal:
        terminal.press("f1").wait_for("Keys that work").press("esc").wait_for("The share is hidden")
        terminal.press("x")
        assert "b e d 9" not in terminal.text() and "does nothing here" in terminal.text()
        terminal.press("enter").wait_for("b e d 9")


def begin_idle(tmp_path, step):
    terminal = begin(step, "--clock", str(tmp_path / "clock"))

    def pass_time(seconds):
        (tmp_path / "new").write_text(str(seconds))
        (tmp_path / "new").rename(tmp_path / "clock")
        # What wakes the program without a key.
        terminal.resize(24, 81).resize(24, 80)
    return terminal, pass_time


def test_a_share_left_alone_gives_way_to_a_gate(tmp_path):
    terminal, pass_time = begin_idle(tmp_path, "show")
    with terminal:
        terminal.wait_for("The share is hidden in")
        pass_time(170)
        terminal.wait_for("hidden in 0:").press("x").wait_for("hidden in 2:5")
        pass_time(340)
        terminal.wait_for("b e d 9")
        before = len(terminal.raw)
        pass_time(360)
        terminal.wait_for("Nobody has pressed a key for a while.").wait_until_gone("b e d 9")
        # Painted over, like any secret that goes.
        assert sum(terminal.raw[before:].count(sign) for sign in b".:-=+*#%") > 1500
        terminal.press("x").wait_for("does nothing here")
        assert "b e d 9" not in terminal.text() and "I am here" in terminal.text()
        terminal.press("enter").wait_for("b e d 9").wait_for("hidden in 2:5")


def test_a_share_typed_half_is_kept_and_not_revealed_any_more(tmp_path):
    terminal, pass_time = begin_idle(tmp_path, "back")
    with terminal:
        terminal.type("bed92af6").press("f2").wait_for("bed9 2af6")
        before = len(terminal.raw)
        pass_time(180)
        terminal.wait_for("What was typed of the share is kept").wait_until_gone("bed9")
        # Whoever else comes: no look at it, and help, stopping and notes lead back to the gate.
        terminal.press("f1").wait_for("Keys that work").press("esc").wait_for("Nobody has pressed a key")
        terminal.press("esc").wait_for("the record is kept").press("enter").wait_for("Nobody has pressed a key")
        terminal.press("enter").wait_for("digit 9 of 16").press("f2").wait_for("is not revealed.")
        assert not found(terminal, before)
        terminal.type("9643c441").press("tab").type("luv0y8").wait_for("the check word fits")
        # The control: in a field that was emptied it is revealed as ever.
        terminal.press("up", "\x15").type("bed9").press("f2").wait_for("bed9")


def test_a_pin_left_alone_is_wiped(tmp_path):
    terminal, pass_time = begin_idle(tmp_path, "pin")
    with terminal:
        terminal.type("94715286").wait_for("8 characters")
        pass_time(200)
        terminal.wait_for("What was typed was wiped").press("enter").wait_for("0 characters")
        # Help over it as the time passes: the gate comes up under it.
        terminal.type("123").press("f1").wait_for("Keys that work")
        pass_time(600)
        terminal.press("esc").wait_for("What was typed was wiped").press("enter").wait_for("0 characters")


def test_nothing_gives_way_where_nothing_is_secret(tmp_path):
    terminal, pass_time = begin_idle(tmp_path, "gate")
    with terminal:
        seen = terminal.text()
        pass_time(10000)
        assert terminal.text() == seen


def test_type_ahead_does_not_pass_a_gate():
    with begin("gate") as terminal:
        terminal.child.send("\r\r\r\r")
        terminal.wait_for("Write this on your sheet").read(0.3)
        assert "Write this on your sheet" in terminal.text()


def test_resize_while_typing_keeps_what_is_there_and_hides_it():
    with begin("back") as terminal:
        for i, character in enumerate("bed92af69643c441"):
            terminal.press(character)
            terminal.resize(24 + i % 5, 80 + i)
        terminal.press("tab").type("luv0y8").wait_for("the check word fits")
        assert not found(terminal)


def test_resize_while_a_share_is_shown_keeps_it():
    with begin("show") as terminal:
        terminal.resize(43, 132).wait_for("b e d 9")


def test_a_wrong_digit_is_pointed_at_and_can_be_corrected():
    with begin("back") as terminal:
        terminal.type("bed92aa69643c441").press("tab").type("luv0y8").wait_for("Share value, digit 7")
        terminal.press("enter")
        assert "Share value, digit 7" in terminal.text()
        terminal.press("up", "home", *["right"] * 6).type("f").wait_for("the check word fits")
        terminal.press("tab", "enter").wait_for("Custodian 1 is done")


def test_faults_are_told_while_they_are_typed():
    with begin("enter") as terminal:
        terminal.type("e28c4e2a93cca876").wait_for("This prime is not one")
        terminal.press("backspace").type("7")
        terminal.press("enter").type("0").press("enter").type("ffffffffffffffff").wait_for("not below the prime")
        terminal.type("g").wait_for("Only the digits 0-9 and a-f")
        terminal.press("\x15").type("bed92af69643c441").press("enter", "enter").wait_for("no share with ID 0")


def test_overlong_input_overflows_nothing():
    with begin("so-pin") as terminal:
        terminal.type("7" * 5000).wait_for("No more fits")
        assert terminal.child.isalive()
    with begin("text") as terminal:
        terminal.type("\u00fc" * 2000).wait_for("No more fits")
        assert terminal.child.isalive()


def test_wrong_keys_of_a_pin_are_refused_and_not_repeated():
    with begin("pin") as terminal:
        terminal.type("\u00fc").wait_for("printable ASCII")
        terminal.type("123").press("enter").wait_for("6 to 15 characters")


def test_stopping_is_asked_first():
    with begin("back") as terminal:
        terminal.press("esc").wait_for("the record is kept").press("enter").wait_for("Type it back")
        terminal.press("esc", "down", "enter").wait_for("The ceremony was stopped")


def test_nothing_is_drawn_while_idle():
    with begin("gate") as terminal:
        terminal.read(0.3)
        before = len(terminal.raw)
        with open(f"/proc/{terminal.child.pid}/stat", encoding="ascii") as file:
            first = file.read().split()[13:15]
        time.sleep(1)
        terminal.read(0.1)
        with open(f"/proc/{terminal.child.pid}/stat", encoding="ascii") as file:
            assert file.read().split()[13:15] == first
        # The clock's minute may have changed meanwhile; nothing else.
        assert len(terminal.raw) - before < 60
