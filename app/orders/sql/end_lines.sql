-- Nobody waits in the line of a show that is long over.
update waiting_buyer w set status = 'went_without'
from show s
where s.id = w.show_id and s.ended_at < %(before)s and w.status = 'in_line'
