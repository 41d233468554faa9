"""Which rules of approval a proposal falls under, and so how many must approve it, and who.

Precedence: docs/decisions/approval-rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.public import ProductSummary, category_paths
from purchases.models import ApprovalPolicy, ControlledRule

RoleCodes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One approval asked for. role_codes: who may give it, () for whoever may approve at all.

    policy_id: the rule that asks for it, None where none holds.
    """

    policy_id: int | None = None
    role_codes: RoleCodes = ()


NO_RULE = (RouteStep(),)


def route_of(
    *, total: Decimal, supplier_id: int, products: Iterable[ProductSummary]
) -> tuple[RouteStep, ...]:
    """The approvals a proposal needs, in order. total: money, of all of it. Two queries.

    As many as the strictest rule that holds asks for; each by a role that all of those rules
    accept. Without any rule, one, by whoever may approve.
    """
    lines = list(products)
    paths = category_paths()
    rules = [
        rule
        for rule in ApprovalPolicy.objects.filter(is_active=True)
        if _holds(rule, total, supplier_id) and _concerns(rule, lines, paths)
    ]
    if not rules:
        return NO_RULE
    rules.sort(key=_precedence, reverse=True)
    return tuple(_step(rules, number) for number in range(rules[0].approvers))


def stricter_now(present: Sequence[RouteStep], then: Sequence[RoleCodes]) -> bool:
    """Whether the present rules ask for something that was not asked then.

    More approvals, or one by fewer or other roles. Rules that became milder do not count.
    """
    if len(present) > len(then):
        return True
    return any(
        step.role_codes and not (asked and set(asked) <= set(step.role_codes))
        for step, asked in zip(present, then, strict=False)
    )


def _step(rules: Sequence[ApprovalPolicy], number: int) -> RouteStep:
    """rules: strictest first. Where their roles have none in common, the stricter rule's hold."""
    asking = [rule for rule in rules if rule.approvers > number]
    decisive, roles = asking[0], frozenset[str]()
    for rule in asking:
        wanted = frozenset(_roles(rule)[number])
        if wanted and not roles:
            decisive, roles = rule, wanted
        elif wanted & roles:
            roles &= wanted
    return RouteStep(decisive.pk, tuple(sorted(roles)))


def _roles(rule: ApprovalPolicy) -> tuple[Sequence[str], Sequence[str]]:
    return (rule.first_roles, rule.second_roles)


def _precedence(rule: ApprovalPolicy) -> tuple[int, int, int, Decimal, int]:
    """Greater is stricter: more approvers, more steps bound to roles, fewer roles in them;
    then the higher threshold, then the newer rule."""
    bound = [roles for roles in _roles(rule) if roles]
    return (
        rule.approvers,
        len(bound),
        -sum(len(roles) for roles in bound),
        rule.min_amount or Decimal(0),
        rule.pk,
    )


def _holds(rule: ApprovalPolicy, total: Decimal, supplier_id: int) -> bool:
    return (
        (rule.min_amount is None or total >= rule.min_amount)
        and (rule.max_amount is None or total < rule.max_amount)
        and rule.supplier_id in (None, supplier_id)
    )


def _concerns(
    rule: ApprovalPolicy,
    products: Sequence[ProductSummary],
    paths: Mapping[int, frozenset[int]],
) -> bool:
    """Whether one product at least is of the rule's category and controlled class, both."""
    return any(
        _of_category(rule, product, paths) and _of_class(rule, product) for product in products
    )


def _of_category(
    rule: ApprovalPolicy, product: ProductSummary, paths: Mapping[int, frozenset[int]]
) -> bool:
    if rule.category_id is None:
        return True
    if product.category_id is None:
        return False
    return rule.category_id in paths.get(product.category_id, ())


def _of_class(rule: ApprovalPolicy, product: ProductSummary) -> bool:
    if rule.controlled_class == ControlledRule.ANY:
        return product.is_controlled
    return rule.controlled_class in ("", product.controlled_class)
