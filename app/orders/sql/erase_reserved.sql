-- Who only reserved is nobody's business a month later.
update purchase set email = null, buyer = null, street = null, postcode = null, town = null, country = null
where status in ('reserved', 'expired', 'let_go') and held_at < %(before)s and coalesce(email, street) is not null
