"""The live desk: what a show sells while it runs, and how it went; for its creator, its brands and the platform.

`scenes` says what a reader looks at, `measures` counts it, `figures` makes ratios of it and says what they mean,
`medians` holds them against other shows, `afterwards` against the plan.
"""
