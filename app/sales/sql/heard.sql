-- Whether any brand of this batch has an endpoint for what settlement announces.
select exists (
    select from (select distinct brand_id from work) w
    join outgoing_endpoint e on e.brand_id = w.brand_id and e.off_as is null
        and e.types && array['sale.attributed', 'commission.changed'])
