"""Mutants of a module: comparisons, and/or, + and -, min/max, 0 and 1, True and False; a condition, an order or a lock
left out, `not` taken away. Annotations, decorators and assertions stay as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from tests.mutate.mutants import Mutant

COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """All single changes of the module."""
    yield from Finder(path, source).of(ast.parse(source))


class Finder:
    """Walks one module; positions of the syntax tree are bytes in lines, those of mutants characters in the file."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.source = path, source
        self.lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def of(self, node: ast.AST) -> Iterator[Mutant]:
        """The mutants of a node and of all in it."""
        if isinstance(node, ast.Assert):
            return
        yield from self._changes(node)
        skipped = {id(each) for name in ("decorator_list", "annotation", "returns") for each in self._all(node, name)}
        for child in ast.iter_child_nodes(node):
            if id(child) not in skipped:
                yield from self.of(child)

    @staticmethod
    def _all(node: ast.AST, name: str) -> list[ast.AST]:
        value = getattr(node, name, None)
        return value if isinstance(value, list) else [value] if value is not None else []

    def _begin(self, node: ast.expr) -> int:
        return self._at(node.lineno, node.col_offset)

    def _end(self, node: ast.expr) -> int:
        return self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def _at(self, line: int, column: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def _around(self, node: ast.expr) -> tuple[int, int]:
        """Where an operand begins and ends with the parentheses around it, which the tree does not know."""
        begin, end = self._begin(node), self._end(node)
        while True:
            before, after = self.source[:begin].rstrip(), self.source[end:].lstrip()
            if not before.endswith("(") or not after.startswith(")"):
                return begin, end
            begin, end = len(before) - 1, len(self.source) - len(after) + 1

    def _text(self, node: ast.expr) -> str:
        return self.source[self._begin(node) : self._end(node)]

    def _sign(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Mutant]:
        """The operator between two operands becomes another."""
        begin, end = self._end(left), self._begin(right)
        match = re.search(rf"(?<![<>=!]){re.escape(old)}(?![<>=])", self.source[begin:end])
        if match:
            yield Mutant(self.path, begin + match.start(), begin + match.end(), new, f"{old} to {new}")

    def _whole(self, node: ast.expr, text: str, what: str) -> Mutant:
        return Mutant(self.path, self._begin(node), self._end(node), text, what)

    def _changes(self, node: ast.AST) -> Iterator[Mutant]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for (one, other), op in zip(pairwise([left, *others]), ops, strict=True):
                    yield from self._sign(one, other, *COMPARED[type(op)])
            case ast.BoolOp(op=op, values=values):
                signs = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                for one, other in pairwise(values):
                    yield from self._sign(one, other, *signs)
                    yield Mutant(self.path, self._around(one)[1], self._around(other)[1], "", "condition dropped")
                first, second = self._around(values[0])[0], self._around(values[1])[0]
                yield Mutant(self.path, first, second, "", "first condition dropped")
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._sign(left, right, "+", "-")
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                yield from self._sign(left, right, "-", "+")
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
                yield self._whole(node, self._text(operand), "sign dropped")
            case ast.Constant(value=bool() as value):
                yield self._whole(node, str(not value), f"{value} to {not value}")
            case ast.Constant(value=0 | 1 as value) if isinstance(value, int):
                yield self._whole(node, str(1 - value), f"{value} to {1 - value}")
            case ast.Call(func=ast.Name(id=name) as called) if name in CALLED:
                yield self._whole(called, CALLED[name], f"{name} to {CALLED[name]}")
            case ast.Call(func=ast.Attribute(attr="order_by" | "with_for_update" as name, value=value)):
                yield self._whole(node, self._text(value), f"{name} dropped")
