"""quorate plan: every fault with its line, and what reviewers are shown."""
import hashlib

import pytest

from quick import QUORATE, run

WHOLE = """\
[plan]
name = Root keys
ceremony = new-key-domain
label = root
backup = m-of-n
custodians = 5
threshold = 3
[operator]
name = Olive
"""


@pytest.fixture
def plan(tmp_path):
    return tmp_path / "plan.ini"


def test_a_whole_plan(plan):
    plan.write_text(WHOLE)
    done = run(QUORATE, "plan", "check", plan)
    assert (done.returncode, done.stderr) == (0, "")
    assert hashlib.sha256(WHOLE.encode()).hexdigest() in done.stdout
    done = run(QUORATE, "plan", "show", plan)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Backup: 3 of 5. 2 shares may be lost; 3 custodians must collude for a theft.\n" in done.stdout
    assert "Operator: Olive\n" in done.stdout
    assert "  --  How many are needed: decided by the plan, not asked\n" in done.stdout
    steps = [line for line in done.stdout.splitlines() if line.startswith("   ") or line.startswith(("  1", "  2"))]
    assert steps[0] == "   1  What will happen" and steps[-1].endswith("  Done")


def test_every_fault_is_told_with_its_line(plan):
    plan.write_text(WHOLE.replace("threshold = 3", "threshold = 6\ncolour = blue") + "rubbish\n[nobody]\n")
    for words in (("plan", "check"), ("plan", "show")):
        done = run(QUORATE, *words, plan)
        assert (done.returncode, done.stdout) == (1, "")
        told = done.stderr.splitlines()
        assert [line.split(": ")[0] for line in told[:-1]] == [f"{plan}, line {number}" for number in (7, 8, 11, 12)]
        assert told[-1].startswith(f"quorate: {plan}: This plan cannot be followed")


def test_a_faulty_plan_opens_no_console(plan):
    plan.write_text("[plan]\n")
    for words in (("ceremony",), ("rehearse", "--folder", plan.parent / "r")):
        done = run(QUORATE, *words, "--plan", plan)
        assert done.returncode == 1 and "The key `name` is missing" in done.stderr
    assert run(QUORATE, "ceremony").returncode == 2
    assert run(QUORATE, "plan", "burn", plan).returncode == 2
    assert run(QUORATE, "plan", "check", plan.parent / "none").returncode == 1
