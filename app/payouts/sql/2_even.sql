-- What comes to nothing is no part: a commission with its reversal waits for what comes after it.
delete from part where amount = 0
