"""Batches: who is paid, submitted by one and approved by another, handed to the bank."""
