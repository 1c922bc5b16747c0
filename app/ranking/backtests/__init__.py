"""How well yesterday's scores and forecasts held against what came."""
