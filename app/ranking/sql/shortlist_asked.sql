case when s.elsewhere then (
        select amount from asking_price where creator_id = s.creator_id and per = 'hour' and currency = %(currency)s) end
