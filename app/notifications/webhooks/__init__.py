"""Our webhooks to the systems of brands (Standard Webhooks 1.0.0): endpoints, signing, sending, and their log."""
