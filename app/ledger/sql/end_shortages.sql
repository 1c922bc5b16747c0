update shortage set ended_at = %(at)s
where ended_at is null and not exists (
    select from unnest(%(brands)s::int[], %(currencies)s::text[]) still (brand_id, currency)
    where still.brand_id = shortage.brand_id and still.currency = shortage.currency)
