select s.*, null::text[] as fault
from staged s
