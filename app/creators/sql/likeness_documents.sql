delete from search_document where creator_id = %(goes)s
