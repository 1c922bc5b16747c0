"""The simulated bank: a provider like Stripe, for demos and tests. A process of its own with its own books.

It knows nothing of this product and shares no code with it: tests compare its books with ours.
"""
