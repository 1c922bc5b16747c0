"""Files of shops and marketplaces: which program wrote one, what its columns are, and what its orders are as sales and
refunds of ours. Nothing here asks the database: rows come in, rows go out."""
