"""What speaks for and against a line meaning a product, as named numbers."""

from collections.abc import Mapping, Sequence, Set
from math import log
from operator import mul

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, JaroWinkler

from purchases.matching.descriptors import describes
from purchases.matching.index import IndexedName, IndexedProduct, MatcherIndex, same_price
from purchases.matching.lines import LineReading
from purchases.matching.spelling import skeleton
from purchases.matching.vocabulary import FORM_FAMILY

__all__ = ["EVIDENCE", "weigh"]

# The order in which `weigh` gives its numbers.
EVIDENCE = (
    # names, each 0 to 1
    "line_covered",  # the line's words found in the product's name of the same script
    "line_covered_anywhere",  # … in any of its names
    "product_covered",  # the product's words found in the line
    "first_word",
    "first_word_exact",
    "first_word_anywhere",  # … in a name of either script, or joined with the next word
    "part",  # the one joined name found inside the other
    "joined",  # all words joined, by spelling
    "joined_close",
    "prefix",  # … with weight on the beginning
    "sound",  # … by sound, against the names in the other script
    "sound_close",
    "aside",  # a word in brackets or after `بديل`
    "words_of_product",
    # strengths and packs
    "dose_same",
    "dose_found",
    "dose_differs",
    "dose_unsaid",
    "percent_differs",
    "percent_unsaid",
    "size_same",
    "size_differs",
    "size_unsaid",  # natural logarithm of the size: the larger pack is the usual one
    "size_if_large",
    "size_if_small",
    "pack_same",
    "pack_differs",
    "pack_unsaid",  # natural logarithm of the count
    "strips_fit",
    "strips_may_fit",
    "loose_found",
    "loose_strength",  # … as a strength: `0.5` is rather half a percent than half a millilitre
    "loose_differs",
    "numbers_found",
    # form and descriptions
    "form_same",
    "form_family",
    "form_differs",
    "description_same",
    "description_differs",
    "description_unsaid",
    "description_lacking",  # said of a kind the product has none of (`بلس`)
    # price and company
    "price_known",
    "price_same",
    "price_near",  # up to a twentieth off: rather a sister product than another price
    "price_gap",  # |log(asked / public)|, at most 1.5
    "price_gap_large",
    "price_below",  # … when less is asked: an older price
    "company_same",
    # the supplier's own past
    "known_words_same",  # a name people decided on for this supplier has just the line's words
    "known_numbers_same",  # … just its numbers
    "offered_before",  # the supplier has offered this very product before
    "price_as_before",  # … last at this very list price
)

_NONE: Mapping[str, float] = {}
_NEAR_PRICE = 0.06  # as |log ratio|
_LARGE_PRICE_GAP = 0.5
_LARGEST_PRICE_GAP = 1.5
_TABLETS_OF_STRIP = 10
_FEWEST_OF_STRIP, _MOST_OF_STRIP = 5, 15
# A joined name this alike is nearly surely the same word.
_CLOSE = 0.8


def weigh(index: MatcherIndex, line: LineReading, product: IndexedProduct) -> list[float]:
    """The evidence of one line and one product, in the order of `EVIDENCE`.

    product: with the names the supplier has for it, `LineReading.known`.
    """
    return [
        *_names(index, line, product),
        *_doses(line, product),
        *_sizes(line, product),
        *_packs(line, product),
        *_loose_numbers(line, product),
        *_forms(line, product),
        *_descriptions(line, product),
        *_price(line, product),
        *line.history.evidence(line.said, product.product_id, line.list_price),
    ]


def _names(index: MatcherIndex, line: LineReading, product: IndexedProduct) -> list[float]:
    own_script = [name for name in product.names if name.is_latin is line.is_latin]
    compared = [_compare(index, line, name) for name in own_script or product.names]
    covered, product_covered, first, joined, prefix = max(
        compared, key=lambda parts: parts[0] + parts[1] + parts[3], default=(0.0,) * 5
    )
    first_exact = float(first == 1.0)
    sounds = [
        Indel.normalized_similarity(line.sound, skeleton(name.joined))
        for name in product.names
        if name.is_latin is not line.is_latin
    ]
    sound = max(sounds, default=joined)
    return [
        covered,
        _covered_anywhere(line, product),
        product_covered,
        first,
        first_exact,
        max(first, _first_word_anywhere(line, product)),
        max((_part(line, name) for name in own_script or product.names), default=0.0),
        joined,
        max(0.0, joined - _CLOSE),
        prefix,
        sound,
        max(0.0, sound - _CLOSE),
        _aside(line, product),
        len(product.names[0].words) / 5 if product.names else 0.0,
    ]


def _compare(
    index: MatcherIndex, line: LineReading, name: IndexedName
) -> tuple[float, float, float, float, float]:
    """Line covered, product covered, first words, joined likeness, prefix likeness."""
    of_line = [0.0] * len(line.words)
    of_name = [0.0] * len(name.words)
    _agree_by_words(line, name, of_line, of_name)
    _agree_by_joined_words(line, name, of_line, of_name)
    return (
        _mean(of_line, line.weights),
        _mean(of_name, index.weights(name.words)),
        min(of_line[0], of_name[0]) if of_line and of_name else 0.0,
        Indel.normalized_similarity(line.joined, name.joined),
        JaroWinkler.similarity(line.joined, name.joined),
    )


def _agree_by_words(
    line: LineReading, name: IndexedName, of_line: list[float], of_name: list[float]
) -> None:
    """Raise, where words agree, how much each word of the line and of the name is found."""
    for there, word in enumerate(name.words):
        if word in line.near_any:
            for here, near in enumerate(line.near):
                alike = near.get(word, 0.0)
                _raise(of_line, here, alike)
                _raise(of_name, there, alike)


def _agree_by_joined_words(
    line: LineReading, name: IndexedName, of_line: list[float], of_name: list[float]
) -> None:
    """The same where one side joins two words, or the line its first one with the form after it."""
    if not line.near_any.isdisjoint(name.pairs):
        for there, pair in enumerate(name.pairs):
            for here, near in enumerate(line.near):
                alike = near.get(pair, 0.0)
                _raise(of_line, here, alike)
                _raise(of_name, there, alike)
                _raise(of_name, there + 1, alike)
    if not line.near_any_joined.isdisjoint(name.words):
        for there, word in enumerate(name.words):
            for places, near in line.near_joined:
                alike = near.get(word, 0.0)
                _raise(of_name, there, alike)
                for here in places:
                    _raise(of_line, here, alike)


def _raise(found: list[float], position: int, alike: float) -> None:
    if alike > found[position]:
        found[position] = alike


def _mean(values: list[float], weights: Sequence[float]) -> float:
    total = sum(weights)
    if not total:
        return 0.0
    return sum(map(mul, values, weights)) / total


def _covered_anywhere(line: LineReading, product: IndexedProduct) -> float:
    best = [0.0] * len(line.words)
    for word in line.near_any & product.words:
        for here, near in enumerate(line.near):
            _raise(best, here, near.get(word, 0.0))
    return _mean(best, line.weights)


def _first_word_anywhere(line: LineReading, product: IndexedProduct) -> float:
    """How alike the first words are in any script, either of them joined with its next one."""
    if not line.near:
        return 0.0
    near = line.near[0]
    paired = line.near_joined[0][1] if line.near_joined else _NONE
    best = 0.0
    for name in product.names:
        for word in name.words[:1]:
            best = max(best, near.get(word, 0.0), paired.get(word, 0.0))
        for pair in name.pairs[:1]:
            best = max(best, near.get(pair, 0.0))
    return best


def _part(line: LineReading, name: IndexedName) -> float:
    return fuzz.partial_ratio(line.joined, name.joined) / 100


def _aside(line: LineReading, product: IndexedProduct) -> float:
    if not line.near_asides:
        return 0.0
    return max(
        [near.get(word, 0.0) for near in line.near_asides for word in product.words], default=0.0
    )


def _doses(line: LineReading, product: IndexedProduct) -> list[float]:
    said, has = line.said, product.doses
    found = sum(dose in has or dose in product.percents for dose in line.doses)
    return [
        float(bool(line.doses) and line.doses in product.dose_sets),
        found / len(line.doses) if line.doses else 0.0,
        float(bool(line.doses) and bool(has) and not found),
        float(bool(has) and not line.doses and not said.loose),
        _differ(said.percents, product.percents),
        float(bool(product.percents) and not said.percents and not said.loose),
    ]


def _sizes(line: LineReading, product: IndexedProduct) -> list[float]:
    said, has = line.said.sizes, product.sizes
    size, wanted = product.log_size, line.wants_large
    return [
        float(not said.isdisjoint(has)),
        _differ(said, has),
        size if not said else 0.0,
        size if wanted > 0 else 0.0,
        size if wanted < 0 else 0.0,
    ]


def _packs(line: LineReading, product: IndexedProduct) -> list[float]:
    said, strips, has = line.said.packs, line.said.strips, product.packs
    same = 0.0
    if said:
        same = 1.0 if said & has else 0.5 * bool(said & product.numbers)
    fits, may_fit = _strips(strips, has) if strips else (0.0, 0.0)
    return [
        same,
        float(bool(said) and not same),
        product.log_pack if not said and not strips else 0.0,
        fits,
        may_fit,
    ]


def _strips(strips: Set[float], packs: Set[float]) -> tuple[float, float]:
    """Whether so many strips of ten, or of some likely number, make one of the packs."""
    fits = any(count == _TABLETS_OF_STRIP * number for number in strips for count in packs)
    may_fit = any(
        number and _FEWEST_OF_STRIP <= count / number <= _MOST_OF_STRIP and count % number == 0
        for number in strips
        for count in packs
    )
    return float(fits), float(may_fit)


def _loose_numbers(line: LineReading, product: IndexedProduct) -> list[float]:
    said = line.said
    found = len(said.loose & product.numbers)
    strengths = len(said.loose & product.strengths)
    return [
        found / len(said.loose) if said.loose else 0.0,
        strengths / len(said.loose) if said.loose else 0.0,
        float(bool(said.loose) and not found),
        len(said.numbers & product.numbers) / len(said.numbers) if said.numbers else 0.0,
    ]


def _forms(line: LineReading, product: IndexedProduct) -> list[float]:
    said, has = line.said.forms, product.forms
    if not said or not has:
        return [0.0, 0.0, 0.0]
    if not has.isdisjoint(said):
        return [1.0, 0.0, 0.0]
    families = {FORM_FAMILY.get(form, form) for form in has}
    same_family = any(FORM_FAMILY.get(form, form) in families for form in said)
    return [0.0, float(same_family), float(not same_family)]


def _descriptions(line: LineReading, product: IndexedProduct) -> list[float]:
    same = differs = unsaid = 0
    for group, words in product.rivals.items():
        wanted = line.rivals.get(group)
        agrees = describes(wanted, words) if wanted is not None else None
        if agrees is None:
            unsaid += 1
        elif agrees:
            same += 1
        else:
            differs += 1
    lacking = sum(group not in product.rivals for group in line.rivals)
    return [float(same), float(differs), float(unsaid), float(lacking)]


def _price(line: LineReading, product: IndexedProduct) -> list[float]:
    company = float(bool(line.company) and not line.company.isdisjoint(product.company))
    if product.price is None or not line.prices:
        return [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, company]
    price = product.price
    asked = min(line.prices, key=lambda one: abs(log(one / price)))
    ratio = log(asked / price)
    gap = min(abs(ratio), _LARGEST_PRICE_GAP)
    same = same_price(asked, price)
    large = max(0.0, gap - _LARGE_PRICE_GAP)
    near = not same and gap < _NEAR_PRICE
    below = gap if ratio < 0 else 0.0
    return [1.0, float(same), float(near), gap, large, below, company]


def _differ(said: Set[float], has: Set[float]) -> float:
    return float(bool(said) and bool(has) and said.isdisjoint(has))
