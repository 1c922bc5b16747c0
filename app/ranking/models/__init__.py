"""The tables of the room, one module a topic."""

from app.ranking.models.backtest import Backtest
from app.ranking.models.standing import Fatigue, MarketMean, Ranking, Standing

__all__ = ["Backtest", "Fatigue", "MarketMean", "Ranking", "Standing"]
