-- Names of these creators with letters outside ASCII.
select creator_id, said_name from sought where said_name ~ '[^ -~]'
