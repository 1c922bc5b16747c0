"""Second factors: with what people show once more that it is them, where much money depends on it."""

from app.users.factors.using import Factors, factors_of, has_one, use

__all__ = ["Factors", "factors_of", "has_one", "use"]
