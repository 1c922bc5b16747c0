-- Whether any brand of this batch has an endpoint for what settlement announces.
select exists (
    select from outgoing_endpoint e
    where e.brand_id = any (%(brands)s::int[]) and e.off_as is null
        and e.types && array['sale.attributed', 'commission.changed'])
