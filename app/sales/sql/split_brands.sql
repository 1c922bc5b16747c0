-- Whether any line of the batch is a brand's that shares commissions, or ever did.
select exists (select from split_rule where brand_id = any (%(brands)s))
