"""Fitting the matcher's weights: which candidate wins, and when no person is needed.

Everything is convex, so there is nothing to tune but two penalties and the weights of kinds of
examples; all were chosen on folds inside one half of the names.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from purchases.matching.acceptance import ABOUT, AT, Weighed, about, is_ruled_out
from purchases.matching.evidence import EVIDENCE

FOLDS = 4
# An easy name counts less: there are many and they agree with each other.
EASY_WEIGHT = 0.3
RIDGE = 0.0004
# Of a line whose product is taken out of the catalogue, and of one whose price is not said.
ABSENT_WEIGHT, PRICELESS_WEIGHT = 0.06, 0.1
ACCEPTANCE_RIDGE = 10.0
# How likely right the least sure of the accepted must be. Not only the average of all of them,
# which the sure ones would lift over doubtful ones: that is then above 0.995.
PRECISION = 0.99

# What lists of names hold nothing of is set by hand. That a supplier offered a product before only
# breaks ties: its next list repeats the last one more than these names repeat each other, but more
# weight costs more lines of new products than it wins of known ones.
BY_HAND = {"company_same": 1.0, "offered_before": 0.2}


class Table(NamedTuple):
    """The candidates of one line: evidence per row, row of the right product (-1: not found).

    is_known: other names of the right product were learnt. label_fits: the line does not rule the
    right product out. decided: the very name was learnt, and
    whether for the right product; None where the evidence must decide.
    """

    evidence: np.ndarray
    right: int
    product_id: int
    is_hard: bool
    is_known: bool
    label_fits: bool
    decided: bool | None


class Fit(NamedTuple):
    """What belongs into `purchases/matching/weights.py`."""

    weights: np.ndarray
    acceptance: np.ndarray
    base: float
    least: float
    middle: float
    spread: float


def fold_of(product_id: int, salt: str) -> int:
    return zlib.crc32(f"{salt}{product_id}".encode()) % FOLDS


def ranking_weights(tables: Sequence[Table]) -> np.ndarray:
    """Weights under which the right candidate wins: softmax over each line's candidates, Newton."""
    used = [table for table in tables if table.right >= 0 and len(table.evidence) > 1]
    evidence = np.vstack([table.evidence for table in used])
    sizes = np.array([len(table.evidence) for table in used])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = starts + np.array([table.right for table in used])
    share = np.array([1.0 if table.is_hard else EASY_WEIGHT for table in used])
    share /= share.sum()
    of_line = np.repeat(np.arange(len(used)), sizes)
    weights = np.zeros(evidence.shape[1])
    for _ in range(12):
        total = evidence @ weights
        odds = np.exp(total - np.maximum.reduceat(total, starts)[of_line])
        chance = odds / np.add.reduceat(odds, starts)[of_line]
        loss = chance * share[of_line]
        slope = evidence.T @ loss - evidence[right].T @ share + RIDGE * weights
        means = np.add.reduceat(evidence * chance[:, None], starts)
        bend = (evidence * loss[:, None]).T @ evidence - (means * share[:, None]).T @ means
        step = np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
        weights -= step * min(1.0, 3.0 / np.abs(step).max())
    for name, weight in BY_HAND.items():
        if name in AT:
            weights[AT[name]] = weight
    return weights


class _Examples(NamedTuple):
    """Lines seen from their best candidate: `about` it, whether it is right, what it counts."""

    numbers: np.ndarray
    right: np.ndarray
    counts: np.ndarray
    product_ids: np.ndarray
    ruled_out: np.ndarray

    def part(self, chosen: np.ndarray) -> _Examples:
        return _Examples(*(column[chosen] for column in self))


def _examples(tables: Sequence[Table], weights: np.ndarray) -> _Examples:
    rows = []
    prices = [AT[name] for name in EVIDENCE if name.startswith("price_")]
    for table in tables:
        unpriced = table.evidence.copy()
        unpriced[:, prices] = 0.0
        nothing = table.evidence[:0]
        without = np.delete(table.evidence, table.right, 0) if table.right >= 0 else nothing
        for evidence, right, count in (
            (table.evidence, table.right, 1.0),
            (unpriced, table.right, PRICELESS_WEIGHT),
            (without, -1, ABSENT_WEIGHT),
        ):
            if len(evidence):
                ranked = ranked_by(evidence, weights)
                rows.append(
                    (
                        about(ranked),
                        ranked[0].position == right,
                        count,
                        table.product_id,
                        is_ruled_out(ranked),
                    )
                )
    return _Examples(*(np.array(column) for column in zip(*rows, strict=True)))


def ranked_by(evidence: np.ndarray, weights: np.ndarray) -> list[Weighed]:
    totals = evidence @ weights
    return [
        Weighed(int(row), evidence[row].tolist(), float(totals[row]))
        for row in np.argsort(-totals, kind="stable")
    ]


def _acceptance(examples: _Examples) -> tuple[np.ndarray, float]:
    """A logistic regression over standardised numbers, given back for the plain ones."""
    mean = examples.numbers.mean(axis=0)
    spread = examples.numbers.std(axis=0) + 1e-9
    columns = np.hstack([(examples.numbers - mean) / spread, np.ones((len(examples.right), 1))])
    penalty = np.full(columns.shape[1], ACCEPTANCE_RIDGE)
    penalty[-1] = 0.0
    weights = np.zeros(columns.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-(columns @ weights)))
        slope = columns.T @ (examples.counts * (chance - examples.right)) + penalty * weights
        bend = examples.counts * chance * (1 - chance) + 1e-9
        weights -= np.linalg.solve((columns * bend[:, None]).T @ columns + np.diag(penalty), slope)
    plain = weights[:-1] / spread
    return plain, float(weights[-1] - plain @ mean)


def _least(examples: _Examples) -> float:
    """The least certainty that is as good as PRECISION: isotonic regression on folds held out."""
    score = np.zeros(len(examples.right))
    folds = np.array([fold_of(product_id, "accept") for product_id in examples.product_ids])
    for fold in range(FOLDS):
        plain, base = _acceptance(examples.part(folds != fold))
        score[folds == fold] = examples.numbers[folds == fold] @ plain + base
    judged = (examples.counts == 1.0) & ~examples.ruled_out
    order = np.argsort(-score[judged])
    likely = falling(examples.right[judged][order].astype(float))
    last = np.flatnonzero(likely >= PRECISION)[-1]
    return float(1 / (1 + np.exp(-score[judged][order][last])))


def falling(values: np.ndarray) -> np.ndarray:
    """The closest sequence that never rises: isotonic regression by pooling adjacent violators."""
    pools: list[list[float]] = []  # mean, count
    for value in values:
        pools.append([value, 1])
        while len(pools) > 1 and pools[-1][0] > pools[-2][0]:
            mean, count = pools.pop()
            above = pools[-1]
            above[0] = (above[0] * above[1] + mean * count) / (above[1] + count)
            above[1] += count
    return np.repeat([mean for mean, _ in pools], [int(count) for _, count in pools])


def fit(tables: Sequence[Table]) -> Fit:
    """Fit on these lines alone; what is held out for calibration is held out among them."""
    tables = [table for table in tables if table.decided is None]
    folds = [fold_of(table.product_id, "rank") for table in tables]
    held_out = []
    for fold in range(FOLDS):
        weights = ranking_weights([t for t, f in zip(tables, folds, strict=True) if f != fold])
        held_out.append(
            _examples([t for t, f in zip(tables, folds, strict=True) if f == fold], weights)
        )
    examples = _Examples(*(np.concatenate(parts) for parts in zip(*held_out, strict=True)))
    plain, base = _acceptance(examples)
    weights = ranking_weights(tables)
    return Fit(weights, plain, base, _least(examples), *_likelihood(tables, weights))


def _likelihood(tables: Sequence[Table], weights: np.ndarray) -> tuple[float, float]:
    """Middle and spread of the logistic that tells right products from best wrong ones."""
    totals, labels = [], []
    hard = [table for table in tables if table.is_hard and table.right >= 0]
    easy = [table for table in tables if not table.is_hard and table.right >= 0]
    for table in [*hard, *easy[: len(hard)]]:
        total = table.evidence @ weights
        totals.append(total[table.right])
        labels.append(1.0)
        others = np.delete(total, table.right)
        if len(others):
            totals.append(others.max())
            labels.append(0.0)
    score, is_right = np.array(totals), np.array(labels)
    middle, spread = float(np.median(score)), 2.0
    for _ in range(20_000):
        error = 1 / (1 + np.exp(-(score - middle) / spread)) - is_right
        middle += 0.05 * float(np.mean(error)) * spread
        spread += 0.05 * float(np.mean(error * (score - middle))) / spread
    return middle, spread


def printed(fit: Fit) -> str:
    """The tables of `purchases/matching/weights.py`."""
    lines = ["WEIGHTS: dict[str, float] = {"]
    lines += [f'    "{n}": {w:.2f},' for n, w in zip(EVIDENCE, fit.weights, strict=True)]
    lines += ["}", "ACCEPTANCE: dict[str, float] = {"]
    lines += [f'    "{n}": {w:.3f},' for n, w in zip(ABOUT, fit.acceptance, strict=True)]
    lines += [
        "}",
        f"ACCEPTANCE_BASE = {fit.base:.3f}",
        f"LEAST_CERTAINTY = {fit.least:.4f}",
        f"MIDDLE_SCORE = {fit.middle:.2f}",
        f"SCORE_SPREAD = {fit.spread:.2f}",
    ]
    return "\n".join(lines)
