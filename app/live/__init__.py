"""Shows as viewers and desks see them while they run: the watch page, chat, who watches, and the stream of events."""
