insert into terms (contract_id, brand_id, creator_id, nr, valid, commission_bps, in_stream_bps, replay_bps, after_stream_bps,
    off_stream_bps, window_days, hold_days, keeps_cancelled, recorded_at)
select k.id, k.brand_id, k.creator_id, %(nr)s, tstzrange(%(from)s, %(to)s), %(commission)s, %(in_stream)s, %(replay)s,
    %(after_stream)s, %(off_stream)s, %(window)s, %(hold)s, %(kept)s, %(at)s
from contract k where k.id = %(contract)s
