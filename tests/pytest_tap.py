"""Runs one file of pytest tests and prints TAP, which automake's driver counts."""
import os
import sys

sys.dont_write_bytecode = True
import pytest


class Tap:
    def __init__(self):
        self.count = 0
        self.out = os.fdopen(os.dup(1), "w", buffering=1)
        # pytest's own report would break the stream.
        sys.stdout = open(os.devnull, "w")

    def line(self, text):
        self.out.write(text + "\n")

    def pytest_collectreport(self, report):
        if report.failed:
            self.count += 1
            self.line(f"not ok {self.count} - collecting {report.nodeid}")
            self.explain(report)

    def explain(self, report):
        for line in str(report.longrepr).splitlines():
            self.line("# " + line)

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.split("::", 1)[-1].replace("#", "")
        if report.when == "call" or (report.when == "setup" and not report.passed):
            self.count += 1
            if report.skipped:
                reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "skipped"
                self.line(f"ok {self.count} - {name} # SKIP {reason}")
            elif report.passed:
                self.line(f"ok {self.count} - {name}")
            else:
                self.line(f"not ok {self.count} - {name}")
                self.explain(report)
        elif report.when == "teardown" and report.failed:
            self.count += 1
            self.line(f"not ok {self.count} - {name} (after the test)")
            self.explain(report)

    def pytest_sessionfinish(self):
        self.line(f"1..{self.count}")


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    sys.exit(pytest.main(["-p", "no:cacheprovider", "--rootdir", here, "-c", os.devnull]
                         + sys.argv[1:], plugins=[Tap()]))
