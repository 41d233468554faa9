"""How much each piece of evidence counts.

Fitted on one half of a list of real pharmacies' names with known products (`python -m
bench.matching --fit`), so that the right candidate wins as often as possible. Only
`company_same` is set by hand: those lists name no companies.
"""

__all__ = ["MIDDLE_SCORE", "SCORE_SPREAD", "WEIGHTS"]

WEIGHTS: dict[str, float] = {
    "line_covered": 3.27,
    "line_covered_anywhere": 2.14,
    "product_covered": 1.04,
    "first_word": 2.78,
    "first_word_exact": 1.21,
    "joined": 1.44,
    "joined_close": 0.55,
    "prefix": 1.55,
    "sound": 2.09,
    "sound_close": 0.93,
    "aside": 0.36,
    "words_of_product": 0.16,
    "dose_same": 1.72,
    "dose_found": 0.91,
    "dose_differs": -0.38,
    "dose_unsaid": -0.26,
    "percent_differs": 0.08,
    "percent_unsaid": 0.49,
    "size_same": 0.41,
    "size_differs": -0.51,
    "size_unsaid": 0.12,
    "size_if_large": 0.35,
    "size_if_small": 0.17,
    "pack_same": 0.10,
    "pack_differs": -0.04,
    "pack_unsaid": 0.12,
    "strips_fit": 0.40,
    "strips_may_fit": 0.52,
    "loose_found": 1.77,
    "loose_differs": -0.52,
    "numbers_found": 2.58,
    "form_same": 1.92,
    "form_family": -0.43,
    "form_differs": -2.05,
    "description_same": 1.47,
    "description_differs": -1.45,
    "description_unsaid": -0.41,
    "price_known": 0.78,
    "price_same": 2.48,
    "price_near": -1.46,
    "price_gap": -2.36,
    "price_gap_large": -1.41,
    "price_below": 1.06,
    "company_same": 1.00,
}

# A logistic curve over the weighed sum: at the middle, a best candidate is as often the product
# as it is the nearest other one of a catalogue that lacks the product.
MIDDLE_SCORE = 18.05
SCORE_SPREAD = 3.31
