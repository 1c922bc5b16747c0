-- How far an agreement is.
select state from self_billing_state where agreement_id = %(agreement)s
