"""Why a line is a creator's or the house's: the words that `decision.reason` holds."""

from __future__ import annotations

# A creator's: which rule matched (settlement.md section 3).
CHECKOUT_STREAM = "checkout_stream"  # rule 1: the checkout happened inside a stream of a creator with a contract
COUPON_CODE = "coupon_code"  # rule 2: the code belongs to a contract that covers the sale
LAST_TOUCH = "last_touch"  # rule 3: the latest touch in the window whose contract covered it

# The house's: the nearest miss.
NOT_COMMISSIONABLE = "not_commissionable"  # the product earns nobody anything
WINDOW_PASSED = "window_passed"  # the latest touch had a contract, but the sale came after its window
COUPON_NOT_VALID = "coupon_not_valid"  # a known code whose contract does not cover the sale
NO_CONTRACT = "no_contract"  # a touch or a stream of a creator without a contract then
UNKNOWN_STREAM = "unknown_stream"  # the checkout names a stream that is not this brand's
UNKNOWN_COUPON = "unknown_coupon"  # a code that belongs to no contract of the brand
NO_CANDIDATE = "no_candidate"  # nobody was near
WITHDRAWN = "withdrawn"  # the import that brought the sale was withdrawn

CREATORS = (CHECKOUT_STREAM, COUPON_CODE, LAST_TOUCH)
HOUSE = (
    NOT_COMMISSIONABLE,
    WINDOW_PASSED,
    COUPON_NOT_VALID,
    NO_CONTRACT,
    UNKNOWN_STREAM,
    UNKNOWN_COUPON,
    NO_CANDIDATE,
    WITHDRAWN,
)
