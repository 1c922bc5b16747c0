"""What a brand and a creator agreed: contracts in time, their terms in versions, coupons."""
