"""Monthly money: retainers, guarantees, thresholds, quotas and the exclusivity's fee, computed, explained, posted."""
