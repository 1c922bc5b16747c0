-- Exactly the rows that were read: a refund recorded meanwhile has its own row and is not touched.
delete from due where ctid = any (array(select due_row from claimed))
