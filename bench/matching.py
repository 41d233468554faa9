"""How well and how fast lines are matched, on real names with known answers.

    python -m bench.matching            top-1, top-5, precision and coverage of automatic
                                        matches on the half the weights were not fitted on;
                                        seconds for 3,000 lines against the large catalogue;
                                        exit 1 if a goal is missed
    python -m bench.matching --fit      fit the weights anew on each half, judge each on the
                                        other; prints what belongs into matching/weights.py

Reads `matching/` and `catalogue/` of the folder PHARMACIO_SHARED_DATA (default ../shared/data).
A product belongs wholly to one half, by a checksum of its number.
"""

import argparse
import sys
import time
import zlib
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from bench._real_files import FOLDER, rows_of
from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex, match_many
from purchases.matching.candidates import find_candidates
from purchases.matching.evidence import EVIDENCE, weigh
from purchases.matching.lines import read_line

FITTED_HALF, OTHER_HALF = 0, 1
# Weight of an easy name in fitting: there are many and they agree with each other.
EASY_WEIGHT = 0.15
RIDGE = 0.0007

LEAST_TOP1 = {"hard": 0.75, "easy": 0.97}
LEAST_TOP5 = {"hard": 0.90, "easy": 0.99}
LEAST_PRECISION = 0.99
MOST_SECONDS = 10.0


class Pair(NamedTuple):
    line: LineToMatch
    product_id: int


class Figures(NamedTuple):
    """Shares of lines: right product first, among five; of the accepted ones, right."""

    top1: float
    top5: float
    precision: float


class Table(NamedTuple):
    """The candidates of one line: evidence per row, row of the right product (-1: not found)."""

    evidence: np.ndarray
    right: int


def catalogue_of(name: str) -> tuple[list[CatalogueEntry], dict[str, int]]:
    rows = rows_of(name)
    entries = [
        CatalogueEntry(
            product_id=number,
            names=(row["name_ar"], row["name_en"]),
            public_price=Decimal(row["price"] or 0),
        )
        for number, row in enumerate(rows, start=1)
    ]
    return entries, {row["sku"]: number for number, row in enumerate(rows, start=1)}


def pairs_of(name: str, number_of: dict[str, int], half: int | None) -> list[Pair]:
    return [
        Pair(
            LineToMatch(row["item_name"], price=Decimal(row["price"])),
            number_of[row["correct_sku"]],
        )
        for row in rows_of(name)
        if half is None or zlib.crc32(row["correct_sku"].encode()) % 2 == half
    ]


def judge(index: MatcherIndex, pairs: Sequence[Pair], title: str) -> Figures:
    decisions = match_many(index, [pair.line for pair in pairs])
    top1 = top5 = accepted = right = 0
    for pair, decision in zip(pairs, decisions, strict=True):
        ranked = [candidate.product_id for candidate in decision.candidates]
        top1 += ranked[:1] == [pair.product_id]
        top5 += pair.product_id in ranked[:5]
        accepted += decision.status == "matched"
        right += decision.product_id == pair.product_id
    figures = Figures(top1 / len(pairs), top5 / len(pairs), right / max(1, accepted))
    print(
        f"{title:24} {len(pairs):6,} lines   top-1 {figures.top1:6.1%}   top-5 {figures.top5:6.1%}"
        f"   accepted {accepted / len(pairs):6.1%}"
        f"   of these right {figures.precision:7.2%} ({accepted - right} wrong)"
    )
    return figures


def judge_absent(entries: list[CatalogueEntry], pairs: Sequence[Pair], title: str) -> None:
    """Lines whose product is taken out of the catalogue: every acceptance is wrong."""
    gone = {pair.product_id for pair in pairs}
    index = MatcherIndex.build(entry for entry in entries if entry.product_id not in gone)
    decisions = match_many(index, [pair.line for pair in pairs])
    accepted = sum(decision.status == "matched" for decision in decisions)
    print(f"{title:24} {len(pairs):6,} lines   accepted all the same {accepted / len(pairs):6.1%}")


def time_large(lines: Sequence[LineToMatch]) -> float:
    entries, _ = catalogue_of("catalogue/egypt_29k.csv")
    # Of processor: other work on the machine is not the matcher's fault.
    started = time.process_time()
    index = MatcherIndex.build(entries)
    built = time.process_time()
    match_many(index, lines)
    done = time.process_time()
    print(
        f"{len(lines):,} lines against {len(entries):,} products: "
        f"index {built - started:.2f} s + matching {done - built:.2f} s = {done - started:.2f} s"
    )
    return done - started


def tables_of(index: MatcherIndex, pairs: Sequence[Pair]) -> list[Table]:
    tables = []
    for pair in pairs:
        line = read_line(index, pair.line)
        products = [index.products[position] for position in find_candidates(index, line)]
        evidence = np.array([weigh(index, line, product) for product in products])
        ids = [product.product_id for product in products]
        right = ids.index(pair.product_id) if pair.product_id in ids else -1
        tables.append(Table(evidence.reshape(len(products), len(EVIDENCE)), right))
    return tables


def fit(tables: Sequence[Table], importance: Sequence[float]) -> np.ndarray:
    """Weights under which the right candidate wins: softmax over each line's candidates, Adam."""
    used = [
        (table, share)
        for table, share in zip(tables, importance, strict=True)
        if table.right >= 0 and len(table.evidence) > 1
    ]
    evidence = np.vstack([table.evidence for table, _ in used])
    sizes = np.array([len(table.evidence) for table, _ in used])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = starts + np.array([table.right for table, _ in used])
    share = np.array([share for _, share in used]) / sum(share for _, share in used)
    of_line = np.repeat(np.arange(len(used)), sizes)
    weights = np.zeros(evidence.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, 1501):
        total = evidence @ weights
        odds = np.exp(total - np.maximum.reduceat(total, starts)[of_line])
        chance = odds / np.add.reduceat(odds, starts)[of_line] * share[of_line]
        slope = evidence.T @ chance - evidence[right].T @ share + RIDGE * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return weights


def fit_likelihood(tables: Sequence[Table], weights: np.ndarray) -> tuple[float, float]:
    """Middle and spread of the logistic that tells right products from best wrong ones."""
    totals, labels = [], []
    for table in tables:
        if table.right < 0:
            continue
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


def top1(tables: Sequence[Table], weights: np.ndarray) -> float:
    hits = [
        table.right >= 0 and int(np.argmax(table.evidence @ weights)) == table.right
        for table in tables
    ]
    return float(np.mean(hits))


def print_fits(index: MatcherIndex, number_of: dict[str, int]) -> None:
    hard, easy = (
        [
            tables_of(index, pairs_of(f"matching/pairs_{kind}.csv", number_of, half))
            for half in (FITTED_HALF, OTHER_HALF)
        ]
        for kind in ("hard", "easy")
    )
    for half in (OTHER_HALF, FITTED_HALF):
        shares = [1.0] * len(hard[half]) + [EASY_WEIGHT] * len(easy[half])
        weights = fit([*hard[half], *easy[half]], shares)
        print(
            f"fitted on half {half}: top-1 hard {top1(hard[half], weights):.1%},"
            f" on half {1 - half}: hard {top1(hard[1 - half], weights):.1%},"
            f" easy {top1(easy[1 - half], weights):.1%}"
        )
    middle, spread = fit_likelihood([*hard[half], *easy[half][: len(hard[half])]], weights)
    for name, weight in zip(EVIDENCE, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"MIDDLE_SCORE = {middle:.2f}\nSCORE_SPREAD = {spread:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", action="store_true", help="fit the weights anew and print them")
    chosen = parser.parse_args()
    if not (FOLDER / "matching").exists():
        print(f"nothing measured: no real names at {FOLDER / 'matching'}")
        return 0
    entries, number_of = catalogue_of("matching/catalogue.csv")
    index = MatcherIndex.build(entries)
    if chosen.fit:
        print_fits(index, number_of)
        return 0
    reached = []
    for kind in ("hard", "easy"):
        pairs = pairs_of(f"matching/pairs_{kind}.csv", number_of, OTHER_HALF)
        figures = judge(index, pairs, f"{kind}, other half")
        judge_absent(entries, pairs, f"{kind}, product absent")
        reached += [
            figures.top1 >= LEAST_TOP1[kind],
            figures.top5 >= LEAST_TOP5[kind],
            figures.precision >= LEAST_PRECISION,
        ]
    lines = [
        pair.line
        for kind in ("hard", "easy")
        for pair in pairs_of(f"matching/pairs_{kind}.csv", number_of, None)
    ]
    reached.append(time_large(lines[:3000]) <= MOST_SECONDS)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
