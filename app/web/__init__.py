"""What every page needs: fields, query arguments, paging, choices, charts, downloads."""
