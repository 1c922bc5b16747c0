"""The life of a commission: held, released, appealed, rejected, approved early, postponed (spec/rules.md B1, B25).

A commission is its entries (settlement.md section 8); where it stands is worked out by the function `standing` of the
database. What is stored here is only what people and rules did about it.
"""
