select count(*) from (select {base} limit %(most)s) found
