insert into terms (contract_id, brand_id, creator_id, nr, valid, commission_bps, in_stream_bps, replay_bps, after_stream_bps,
    off_stream_bps, window_days, hold_days, recorded_at)
select k.id, k.brand_id, k.creator_id, 1, k.period, j.commission_percent * 100, j.in_stream_percent * 100,
    j.replay_percent * 100,
    j.after_stream_percent * 100, j.off_stream_percent * 100, j.window_days, j.hold_days, %(at)s
from judged j
join contract k on k.ref = j.contract
where j.fresh
