-- Whether any line of the batch is a brand's that shares commissions, or ever did.
select exists (
    select from (select distinct brand_id from work) w join split_rule r using (brand_id)
)
