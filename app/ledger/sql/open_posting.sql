create temporary table if not exists posting (
    brand_id int not null,
    debit text not null,
    credit text not null,
    creator_id int,
    amount bigint not null,
    currency char(3) not null,
    kind text not null,
    cause bigint not null,
    seq int not null,
    available_on date,
    occurred_at timestamptz not null
) on commit delete rows
