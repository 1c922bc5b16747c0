// Hears what changes in a show: by the stream of events where one is served and reachable, else by a beat at which the
// page asks again. An element with data-events (the address, empty for none) and data-ticket (where a new one is) gets:
//   show-message  detail: what a watch page shows now        show-<topic>  something of the topic has changed (desks)
//   show-ask      no stream: ask again now
// so that with htmx a part of a page is fresh by: hx-get="..." hx-trigger="show-order from:closest [data-events]"
(() => {
  const place = document.querySelector("[data-events]");
  if (!place) return;
  const TOPICS = ["show", "pin", "offer", "order", "chat", "viewers"];
  const ASK = Number(place.dataset.ask || 6000); // milliseconds between two questions without a stream
  const HIDDEN = 20000; // a page that is out of sight for so long hears nothing until it is seen again
  const LONGEST = 60000;
  let source, asking, hiding, again, failures = 0;

  const tell = (name, detail) => place.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  const about = (jitter) => jitter * (0.5 + Math.random());

  const ask = () => {
    if (document.hidden) return;
    tell("show-ask");
    for (const topic of TOPICS) tell(`show-${topic}`);
  };
  const startAsking = () => {
    if (asking || !navigator.onLine) return;
    ask();
    asking = setInterval(ask, about(ASK));
    place.dataset.hears = "asking";
  };
  const stopAsking = () => {
    clearInterval(asking);
    asking = undefined;
  };
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(again);
  };
  const later = () => {
    clearTimeout(again);
    again = setTimeout(renew, Math.min(LONGEST, about(1000 * 2 ** failures)));
  };

  const connect = (address) => {
    close();
    if (!address) {
      startAsking();
      return;
    }
    source = new EventSource(address);
    source.onopen = () => {
      failures = 0;
      stopAsking();
      place.dataset.hears = "stream";
    };
    source.onmessage = (event) => tell("show-message", JSON.parse(event.data));
    source.addEventListener("changed", (event) => {
      for (const topic of JSON.parse(event.data)) tell(`show-${topic}`);
    });
    source.onerror = () => {
      close(); // a ticket is good for one minute: never again with the same
      failures += 1;
      if (failures > 1) startAsking();
      later();
    };
  };
  const renew = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.ticket, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      connect((await answer.json()).address);
    } catch {
      failures += 1;
      startAsking();
      later();
    }
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, HIDDEN);
    else if (!source && place.dataset.events) renew();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && place.dataset.events && renew());
  const begin = () => connect(place.dataset.events);
  // once the listeners of the page's other scripts stand, and not for a page that is only fetched in case it is wanted
  const ready = () => (document.prerendering ? document.addEventListener("prerenderingchange", begin, { once: true }) : begin());
  if (document.readyState === "complete") ready();
  else addEventListener("load", ready, { once: true });
})();
