"""What a key may read: its brand's sales with their why, contracts, streams, creators, payouts and statements."""
