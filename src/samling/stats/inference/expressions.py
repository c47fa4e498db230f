"""Arithmetic on named estimates, with its gradient: "low - high", "log(a / b)", "(a - b) / c".

Names are those of the estimates, whatever signs they contain; the longest that fits is meant, and
a name wins over a number, so a number can always be written with a decimal point. A name that
could be read in two ways may stand in backticks. The gradient is exact: every step of the
arithmetic carries the derivatives along (forward differentiation, Griewank & Walther 2008).
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samling.stats.errors import ComparisonError
from samling.stats.tables.exact import FloatArray

NUMBER = re.compile(r"\d+(\.\d*)?([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?")
SIGNS = re.compile(r"\*\*|[-+*/()]")
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Dual:
    """A number and its gradient with respect to all estimates."""

    value: float
    gradient: FloatArray


def _log(x: float) -> tuple[float, float]:
    return math.log(x), 1.0 / x


def _exp(x: float) -> tuple[float, float]:
    return math.exp(x), math.exp(x)


def _sqrt(x: float) -> tuple[float, float]:
    return math.sqrt(x), 0.5 / math.sqrt(x)


def _logit(x: float) -> tuple[float, float]:
    return math.log(x / (1.0 - x)), 1.0 / (x * (1.0 - x))


FUNCTIONS: Mapping[str, Callable[[float], tuple[float, float]]] = {
    "log": _log,
    "exp": _exp,
    "sqrt": _sqrt,
    "logit": _logit,
}


@dataclass(frozen=True)
class Expression:
    """A parsed expression over `names`."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    @property
    def quotient(self) -> bool:
        """Whether it is one thing divided by another, both above 0 where the estimates are.

        So it has a log scale and 1 is "no difference": "a / b", "(1 - a) / (1 - b)" and odds
        ratios, but not a relative difference "(a - b) / b".
        """
        tree = self.tree
        return (
            isinstance(tree, ast.BinOp)
            and isinstance(tree.op, ast.Div)
            and _has_estimate(tree.right)
            and not _may_be_negative(tree)
        )

    @property
    def used(self) -> tuple[int, ...]:
        """Places of the names that the expression has, in their order."""
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return tuple(sorted(int(name[1:]) for name in found if name not in FUNCTIONS))

    def at(self, values: FloatArray) -> Dual:
        """Value and gradient (k,) at the estimates (k,); NaN where the arithmetic has no answer."""
        try:
            return _evaluate(self.tree, np.asarray(values, dtype=float))
        except (ValueError, ZeroDivisionError, OverflowError):
            return Dual(math.nan, np.full(len(self.names), math.nan))

    def over(self, values: FloatArray) -> FloatArray:
        """Values (m,) for many sets of estimates (k, m), NaN where there is no answer."""
        with np.errstate(all="ignore"):
            found = _evaluate_many(self.tree, np.asarray(values, dtype=float))
        found = np.broadcast_to(found, values.shape[1:])
        return np.where(np.isfinite(found), found, np.nan)


def refuse_no_expressions(given: Any) -> None:
    """Raise ComparisonError unless there are expressions, each with a name."""
    named = given.items() if isinstance(given, Mapping) else ()
    if not named or not all(isinstance(text, str) for _, text in named):
        raise ComparisonError(
            f"Contrasts are given as names with expressions, such as "
            f'{{"gap": "low - high"}}; found {given!r}.'
        )


def parse(text: str, names: Sequence[str]) -> Expression:
    """Read an expression; ComparisonError says what in it isn't a name, number or sign."""
    words = _words(text, names)
    try:
        tree = ast.parse(" ".join(words), mode="eval").body
        _check(tree)
    except (SyntaxError, TypeError) as error:
        raise ComparisonError(
            f"The expression {text!r} can't be read as arithmetic. Use + - * / ** ( ), numbers, "
            f"{', '.join(FUNCTIONS)} and these names: {_shown(names)}."
        ) from error
    return Expression(text, tuple(names), tree)


def _words(text: str, names: Sequence[str]) -> list[str]:
    """The text as words of Python, every name as n0, n1, ..."""
    longest = sorted(range(len(names)), key=lambda place: -len(names[place]))
    words, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word, at = _word(text, at, names, longest)
        words.append(word)
    return words


def _word(text: str, at: int, names: Sequence[str], longest: Sequence[int]) -> tuple[str, int]:
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end > 0 and text[at + 1 : end] in names:
            return f"n{list(names).index(text[at + 1 : end])}", end + 1
    for place in longest:
        name = names[place]
        end = at + len(name)
        if name and text.startswith(name, at) and not _goes_on(text, end, name):
            return f"n{place}", end
    for pattern in (NUMBER, SIGNS):
        found = pattern.match(text, at)
        if found:
            return found.group(), found.end()
    found = WORD.match(text, at)
    if found and found.group() in FUNCTIONS:
        return found.group(), found.end()
    there = found.group() if found else text[at]
    raise ComparisonError(
        f"The expression {text!r} has {there!r}, which is none of the names: {_shown(names)}."
    )


def _goes_on(text: str, end: int, name: str) -> bool:
    """Whether a word or number that ends here in the name goes on in the text."""
    if end >= len(text) or not (name[-1].isalnum() or name[-1] == "_"):
        return False
    following = text[end]
    if following == "." and name[-1].isdigit():
        return end + 1 >= len(text) or text[end + 1].isdigit() or text[end + 1].isspace()
    return following.isalnum() or following == "_"


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")


OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def _check(tree: ast.expr) -> None:
    """TypeError for anything that isn't plain arithmetic."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, OPERATORS):
        _check(tree.left)
        _check(tree.right)
        if isinstance(tree.op, ast.Pow) and _has_estimate(tree.right):
            raise TypeError
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
        _check(tree.operand)
    elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and len(tree.args) == 1:
        if tree.func.id not in FUNCTIONS or tree.keywords:
            raise TypeError
        _check(tree.args[0])
    elif isinstance(tree, ast.Name):
        if tree.id in FUNCTIONS:
            raise TypeError
    elif not (isinstance(tree, ast.Constant) and isinstance(tree.value, int | float)):
        raise TypeError


def _has_estimate(tree: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id not in FUNCTIONS for node in ast.walk(tree))


def _may_be_negative(tree: ast.expr) -> bool:
    """Whether positive estimates can give a negative value; a number minus an estimate is 1 - p."""
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.USub) or _may_be_negative(tree.operand)
    if isinstance(tree, ast.Call):
        return tree.func.id in ("log", "logit")  # type: ignore[attr-defined]
    if not isinstance(tree, ast.BinOp):
        return False
    if isinstance(tree.op, ast.Sub):
        return _has_estimate(tree.left)
    if isinstance(tree.op, ast.Pow):
        return _may_be_negative(tree.left)
    return _may_be_negative(tree.left) or _may_be_negative(tree.right)


def _evaluate(tree: ast.expr, values: FloatArray) -> Dual:
    if isinstance(tree, ast.Name):
        place = int(tree.id[1:])
        gradient = np.zeros(values.size)
        gradient[place] = 1.0
        return Dual(float(values[place]), gradient)
    if isinstance(tree, ast.Constant):
        return Dual(float(tree.value), np.zeros(values.size))  # type: ignore[arg-type]
    if isinstance(tree, ast.UnaryOp):
        inner = _evaluate(tree.operand, values)
        sign = -1.0 if isinstance(tree.op, ast.USub) else 1.0
        return Dual(sign * inner.value, sign * inner.gradient)
    if isinstance(tree, ast.Call):
        inner = _evaluate(tree.args[0], values)
        value, slope = FUNCTIONS[tree.func.id](inner.value)  # type: ignore[attr-defined]
        return Dual(value, slope * inner.gradient)
    assert isinstance(tree, ast.BinOp)  # noqa: S101 - checked when it was parsed
    return _binary(tree.op, _evaluate(tree.left, values), _evaluate(tree.right, values))


def _binary(operator: ast.operator, left: Dual, right: Dual) -> Dual:
    a, b = left.value, right.value
    if isinstance(operator, ast.Add):
        return Dual(a + b, left.gradient + right.gradient)
    if isinstance(operator, ast.Sub):
        return Dual(a - b, left.gradient - right.gradient)
    if isinstance(operator, ast.Mult):
        return Dual(a * b, b * left.gradient + a * right.gradient)
    if isinstance(operator, ast.Div):
        return Dual(a / b, (left.gradient - a / b * right.gradient) / b)
    # math.pow, since ** makes a complex number of a root of what is below 0
    return Dual(math.pow(a, b), b * math.pow(a, b - 1.0) * left.gradient)


MANY: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "logit": lambda x: np.log(x / (1.0 - x)),
}


def _evaluate_many(tree: ast.expr, values: FloatArray) -> FloatArray:
    if isinstance(tree, ast.Name):
        return np.asarray(values[int(tree.id[1:])])
    if isinstance(tree, ast.Constant):
        return np.asarray(float(tree.value))  # type: ignore[arg-type]
    if isinstance(tree, ast.UnaryOp):
        inner = _evaluate_many(tree.operand, values)
        return -inner if isinstance(tree.op, ast.USub) else inner
    if isinstance(tree, ast.Call):
        return MANY[tree.func.id](_evaluate_many(tree.args[0], values))  # type: ignore[attr-defined]
    assert isinstance(tree, ast.BinOp)  # noqa: S101 - checked when it was parsed
    left, right = _evaluate_many(tree.left, values), _evaluate_many(tree.right, values)
    return _ARITHMETIC[type(tree.op)](left, right)


_ARITHMETIC: Mapping[type[ast.operator], Callable[[FloatArray, FloatArray], FloatArray]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
