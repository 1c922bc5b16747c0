"""The tables of the room, one module a topic."""

from app.ranking.models.backtest import Backtest, BacktestRequest
from app.ranking.models.standing import Evidence, Fatigue, MarketMean, Ranking, RankingModel, Standing

__all__ = ["Backtest", "BacktestRequest", "Evidence", "Fatigue", "MarketMean", "Ranking", "RankingModel", "Standing"]
