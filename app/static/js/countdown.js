// Counts down what the page says in words: <strong data-until="2026-11-30T20:00:00+00:00" data-over="The time is over.">.
for (const place of document.querySelectorAll("[data-until]")) {
  const until = Date.parse(place.dataset.until);
  const show = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    place.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : place.dataset.over;
    if (!left) clearInterval(timer);
  };
  const timer = setInterval(show, 1000);
  show();
}
