"""Payouts by Stripe: prepare, send, poll, cancel; each is intent, effect and result in three commits."""
