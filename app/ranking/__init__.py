"""Who fits a brief and why: scores, fatigue, forecasts, and how well they held."""
