-- Who has to do with a campaign in any way.
select creator_id from approach where campaign_id = %(campaign)s
union
select creator_id from application where campaign_id = %(campaign)s
union
select creator_id from participation where campaign_id = %(campaign)s
