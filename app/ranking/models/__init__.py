"""The tables of the room, one module a topic."""

from app.ranking.models.backtest import Backtest
from app.ranking.models.standing import Evidence, Fatigue, MarketMean, Ranking, RankingModel, Standing

__all__ = ["Backtest", "Evidence", "Fatigue", "MarketMean", "Ranking", "RankingModel", "Standing"]
