// The watch page while it is open: what the stream of events (or an answer to asking again) tells is put in its place,
// chat and taps are sent. Without this script the page shows what was true when it was loaded, and its forms work.
(() => {
  const page = document.querySelector(".watch");
  if (!page) return;
  const LINES = 200; // of the chat that are kept
  const TELL = 20000; // milliseconds between two reports of what was in sight
  const chat = () => page.querySelector(".chat-lines"); // another one once the show has ended
  const placed = new Map();

  // -- what has changed --
  let pressed; // from the press to the click: a button that is taken away meanwhile would never be clicked
  page.addEventListener("pointerdown", (event) => (pressed = event.target));
  addEventListener("pointerup", () => setTimeout(() => (pressed = undefined)));
  addEventListener("pointercancel", () => (pressed = undefined));
  const fill = (place, name, html) => {
    if (placed.get(name) !== html || !place.isConnected) return;
    if (place.contains(pressed)) {
      setTimeout(() => fill(place, name, html), 200);
      return;
    }
    const held = place.contains(document.activeElement);
    place.innerHTML = html;
    if (held) place.querySelector("button, a")?.focus(); // what one was about to press is still there
  };
  const put = (name, html) => {
    if (placed.get(name) === html) return;
    placed.set(name, html);
    for (const place of page.querySelectorAll(`[data-part="${name}"]`)) fill(place, name, html);
  };
  const log = () => chat().parentElement;
  const atEnd = () => log().scrollHeight - log().scrollTop - log().clientHeight < 60;
  const toEnd = () => (log().scrollTop = log().scrollHeight);
  const addLines = (html) => {
    const drawer = document.createElement("template");
    drawer.innerHTML = html;
    const follow = atEnd();
    for (const line of [...drawer.content.children]) {
      const there = document.getElementById(line.id);
      if (!there) chat().append(line);
      else if (line.hasAttribute("data-own")) there.replaceWith(line); // the stream was faster than the answer
    }
    while (chat().children.length > LINES) chat().firstElementChild.remove();
    if (follow) toEnd();
  };
  const takeAway = (id) => {
    const line = document.getElementById(`m${id}`);
    if (line && !line.hasAttribute("data-own")) line.remove();
  };
  const onlyThese = (html) => {
    const kept = new Set([...html.matchAll(/<li id="(m\d+)"/g)].map((found) => found[1]));
    const oldest = kept.size ? Math.min(...[...kept].map((id) => Number(id.slice(1)))) : 0;
    for (const line of [...chat().children]) {
      const known = kept.has(line.id) || line.hasAttribute("data-own");
      if (!known && Number(line.id.slice(1)) >= oldest) line.remove();
    }
  };

  const stage = () => page.querySelector("#stage");
  let turning;
  const turn = async () => {
    // the show has begun or ended: picture, products and chat form are others now
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const { readyFor } = fresh.querySelector(".watch")?.dataset ?? {};
    if (readyFor && readyFor !== page.dataset.readyFor) {
      location.reload(); // the picture comes from where this page may not load it
      return;
    }
    for (const id of ["stage", "products"]) {
      const old = document.getElementById(id), made = fresh.getElementById(id);
      if (old && made) old.replaceWith(made);
    }
    const form = fresh.querySelector(".chat-form"), old = page.querySelector(".chat-form");
    if (!form !== !old) document.getElementById("chat").replaceWith(fresh.getElementById("chat"));
    placed.clear();
    document.dispatchEvent(new CustomEvent("stage"));
    dress();
  };
  const turnOnce = () => {
    if (turning) return;
    turning = setTimeout(() => turn().finally(() => (turning = undefined)), Math.random() * 3000); // not all at once
  };

  const show = (message) => {
    for (const [name, html] of Object.entries(message.parts)) put(name, html);
    if (message.chat !== undefined) {
      addLines(message.chat);
      if (message.whole) onlyThese(message.chat);
      for (const id of message.gone) takeAway(id);
    }
    if (message.state !== stage().dataset.state) turnOnce();
    dress();
  };
  page.addEventListener("show-message", (event) => show(event.detail));
  page.addEventListener("show-ask", async () => {
    const answer = await fetch(page.dataset.now, { headers: { Accept: "application/json", "X-Watching": "1" } });
    if (answer.ok) show(await answer.json());
  });

  // -- planned times where the viewer is --
  const dress = () => {
    for (const time of page.querySelectorAll("time[data-local]")) {
      const options = { dateStyle: "full", timeStyle: "short" };
      time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(time.dateTime));
      time.removeAttribute("data-local");
    }
    for (const item of page.querySelectorAll("[data-item]")) sight.observe(item);
  };

  // -- what was in sight, what was tapped --
  const seen = new Set();
  const since = new Map();
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const id = target.dataset.item;
        if (!isIntersecting) since.delete(id);
        else if (!since.has(id)) since.set(id, Date.now());
      }
    },
    { threshold: 0.5 },
  );
  const report = (tapped) => {
    const now = Date.now();
    if (!document.hidden) for (const [id, begun] of since) if (now - begun > 1000) seen.add(id);
    if (!seen.size && !tapped) return;
    const form = new FormData();
    form.set("csrf_token", page.dataset.csrf);
    form.set("seen", [...seen].join(","));
    if (tapped) form.set("tapped", tapped);
    if (window.pictureTime?.()) form.set("picture_at", window.pictureTime());
    seen.clear();
    navigator.sendBeacon(page.dataset.seen, form);
  };
  setInterval(report, TELL, "");
  document.addEventListener("visibilitychange", () => document.hidden && report(""));
  page.addEventListener("submit", (event) => event.target.dataset.tap && report(event.target.dataset.tap));
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-tap]");
    if (link) report(link.dataset.tap);
  });

  // -- writing --
  page.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".chat-form")) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const told = form.querySelector(".chat-told");
    button.disabled = true;
    try {
      const body = new FormData(form);
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const { line, told: words, error } = await answer.json();
      if (line) {
        addLines(line);
        toEnd();
        form.elements.text.value = "";
      }
      told.innerHTML = words ?? "";
      if (error) told.textContent = error;
    } catch {
      told.textContent = form.dataset.fault;
    } finally {
      button.disabled = false;
      form.elements.text.focus();
    }
  });

  toEnd();
  dress();
})();
