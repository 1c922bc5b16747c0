"""Who watches: the age groups in which platforms count an audience."""

from __future__ import annotations

AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55+")
