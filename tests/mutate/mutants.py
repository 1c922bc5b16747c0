"""Single small changes of a file, each of which a test should notice."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change: `path` relative to the tree, the characters [start, end) of the file become `text`."""

    path: str
    start: int
    end: int
    text: str
    what: str

    def applied(self, source: str) -> str:
        """The file with the change in it."""
        return source[: self.start] + self.text + source[self.end :]

    def line(self, source: str) -> int:
        """The number of the line in which the change begins."""
        return source.count("\n", 0, self.start) + 1

    def key(self, source: str) -> tuple[str, str, str]:
        """What it is known by also when lines are added above it: path, kind of change, the line as it becomes."""
        begin = source.rfind("\n", 0, self.start) + 1
        ends = source.find("\n", self.end)
        after = source[begin : self.start] + self.text + source[self.end : ends if ends >= 0 else len(source)]
        return self.path, self.what, " ".join(after.split())

    def diff(self, source: str) -> str:
        """The lines that change, without context."""
        lines = difflib.unified_diff(source.splitlines(), self.applied(source).splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
