"""Who the parties are for the tax office, and the invoices that follow: written by the brand for the creator
(self-billing), by the platform for its fee. Knows what was earned, nothing of how it is paid out."""
