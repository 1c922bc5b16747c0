"""Is the body of a request what Stripe's own client says it must be? Read from the types of the installed package."""

from __future__ import annotations

import re
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

import stripe
import stripe.params as v1
import stripe.params.checkout as checkout
import stripe.params.v2.core as v2
import stripe.params.v2.money_management as money
from typing_extensions import get_type_hints, is_typeddict

OPTIONS = {"api_key", "stripe_version", "stripe_account", "max_network_retries", "idempotency_key", "content_type"}
OPTIONS |= {"headers", "stripe_context"}
KINDS: dict[str, Any] = {
    r"/v1/transfers": v1.TransferCreateParams,
    r"/v1/transfers/\w+/reversals": v1.TransferCreateReversalParams,
    r"/v1/checkout/sessions/\w+/expire": checkout.SessionExpireParams,
    r"/v1/refunds": v1.RefundCreateParams,
    r"/v1/checkout/sessions": checkout.SessionCreateParams,
    r"/v2/core/accounts": v2.AccountCreateParams,
    r"/v2/core/account_links": v2.AccountLinkCreateParams,
    r"/v2/core/accounts/\w+/close": v2.AccountCloseParams,
    r"/v2/money_management/outbound_setup_intents": money.OutboundSetupIntentCreateParams,
    r"/v2/money_management/recipient_verifications": money.RecipientVerificationCreateParams,
    r"/v2/money_management/recipient_verifications/\w+/acknowledge": money.RecipientVerificationAcknowledgeParams,
    r"/v2/money_management/outbound_payments": money.OutboundPaymentCreateParams,
    r"/v2/money_management/outbound_payments/\w+/cancel": money.OutboundPaymentCancelParams,
}


def wrong_in(path: str, body: Mapping[str, Any]) -> str:
    """What is wrong with the body of a POST, in a sentence; empty when nothing is."""
    kind = next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, path)), None)
    found = faults(kind, body) if kind is not None else []
    texts = [f"metadata.{name} must be a string" for name, value in (body.get("metadata") or {}).items()
             if not isinstance(value, str)]  # fmt: skip
    return "; ".join([*found, *texts][:3])


def faults(kind: Any, value: Any, path: str = "") -> list[str]:
    """How a value differs from a type."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return []
    if origin in (typing.Union, types.UnionType):
        return _of_union(inner, value, path)
    if origin is Literal:
        return [] if value in inner else [f"{path}: {value!r} is none of {inner}"]
    if is_typeddict(kind):
        return _of_object(kind, value, path)
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: wants a list"]
        return [fault for place, each in enumerate(value) for fault in faults(inner[0], each, f"{path}[{place}]")]
    if origin is dict:
        return [] if isinstance(value, dict) else [f"{path}: wants an object"]
    if isinstance(kind, type):
        right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        return [] if right else [f"{path}: wants {kind.__name__}, got {value!r}"]
    return []


def _of_union(kinds: tuple[Any, ...], value: Any, path: str) -> list[str]:
    """One of several; a text beside fixed words must be one of the words: the types leave it open, the API does not."""
    found = [faults(kind, value, path) for kind in kinds]
    words = [get_args(kind) for kind in kinds if get_origin(kind) is Literal]
    if all(found):
        return min(found, key=len)
    if words and str in kinds and isinstance(value, str) and not any(value in known for known in words):
        return [f"{path}: {value!r} is none of {words[0]}"]
    return []


def _of_object(kind: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: wants an object"]
    names = {
        **vars(typing),
        **vars(sys.modules[kind.__module__]),
        **vars(stripe),
        "StripeContext": stripe.StripeContext,
    }
    hints = get_type_hints(kind, globalns=names)
    wrong = [f"{path}.{name}: unknown" for name in value if name not in hints or name in OPTIONS]
    wrong += [f"{path}.{name}: missing" for name in kind.__required_keys__ - set(value)]
    for name in value:
        if name in hints and name not in OPTIONS:
            wrong += faults(hints[name], value[name], f"{path}.{name}")
    return wrong
