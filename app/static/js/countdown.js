// Counts down what the page says in words: <strong data-until="2026-11-30T20:00:00+00:00" data-over="The time is over.">.
(() => {
  const countDown = () => {
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.ceil((Date.parse(place.dataset.until) - Date.now()) / 1000));
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const words = left ? time : (place.dataset.over ?? time);
      if (place.textContent !== words) place.textContent = words;
    }
  };
  setInterval(countDown, 500); // what comes into the page later is counted down as well
  countDown();
})();
