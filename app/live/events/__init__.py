"""The stream of events: what changes in a show is told to everybody who has its page open, by server-sent events.

One process serves them all without a thread for each. `hub` knows who is connected, `listening` hears the database,
`server` speaks HTTP, `tickets` say who may connect; `app/processes/events.py` runs them.
"""
