-- Where to write to who waited is needed no more a month later.
update waiting_buyer set email = null
where status in ('came_late', 'went_without', 'served', 'gave_way') and since < %(before)s and email is not null
