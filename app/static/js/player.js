// The picture: our own player takes HLS where the browser plays it, else by hls.js, which is loaded only then; a
// platform's player comes after a click, and nothing is asked of the platform before it.
(() => {
  const { library } = document.currentScript.dataset;
  const HLS = "application/vnd.apple.mpegurl";
  const TRY_AGAIN = 4000;
  let hls;

  const load = () =>
    window.Hls
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          const script = document.createElement("script");
          Object.assign(script, { src: library, onload: resolve, onerror: reject });
          document.head.append(script);
        });
  const native = (video) => !/\.m3u8($|[?#])/.test(video.src) || video.canPlayType(HLS) !== "";

  const byLibrary = async (video) => {
    const address = video.src;
    video.removeAttribute("src");
    video.dataset.by = "hls.js";
    await load();
    if (!window.Hls.isSupported()) return;
    hls = new window.Hls({ enableWorker: false, autoStartLoad: false });
    hls.loadSource(address);
    hls.attachMedia(video);
    video.addEventListener("play", () => hls.startLoad(), { once: true });
    hls.on(window.Hls.Events.ERROR, (_event, about) => about.fatal && fault(video, () => hls.loadSource(address)));
  };
  const fault = (video, again) => {
    const told = video.parentElement?.querySelector(".player-fault");
    if (told) told.hidden = false;
    setTimeout(() => video.isConnected && again(), TRY_AGAIN);
    video.addEventListener("playing", () => told && (told.hidden = true), { once: true });
  };

  // What is live begins by itself, without sound, unless the viewer wants no motion or is short of data.
  const begin = (video) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;
    if (video.dataset.live !== "yes" || still) return;
    video.muted = true;
    video.play().catch(() => {});
  };

  const own = (video) => {
    window.pictureTime = () => (hls?.playingDate ?? video.getStartDate?.())?.toISOString?.() ?? "";
    if (!native(video)) {
      byLibrary(video).then(() => begin(video));
      return;
    }
    video.dataset.by = "browser";
    video.addEventListener("error", () => {
      const wanted = !video.paused;
      fault(video, () => {
        video.load();
        if (wanted) video.play().catch(() => {});
      });
    });
    begin(video);
  };

  const frame = (consent) => {
    const button = consent.querySelector("button");
    button?.addEventListener("click", () => {
      const least = Number(consent.dataset.least || 0);
      if (consent.clientWidth < least) {
        consent.querySelector("a").click(); // the platform wants more room than there is
        return;
      }
      const player = document.createElement("iframe");
      Object.assign(player, { src: consent.dataset.frame, title: consent.dataset.title, allowFullscreen: true });
      player.allow = "autoplay; encrypted-media; picture-in-picture; fullscreen";
      player.referrerPolicy = "strict-origin-when-cross-origin";
      player.className = "player";
      consent.replaceWith(player);
      player.focus();
    });
  };

  const seek = (seconds) => {
    const video = document.querySelector("video.player"), player = document.querySelector("iframe.player");
    if (video) {
      video.currentTime = seconds;
      video.play().catch(() => {});
    } else if (player) {
      const address = new URL(player.src);
      address.searchParams.set("start", seconds);
      player.src = address;
    }
    return Boolean(video || player);
  };

  const dress = () => {
    hls?.destroy();
    hls = undefined;
    for (const video of document.querySelectorAll("video.player")) own(video);
    for (const consent of document.querySelectorAll("[data-frame]")) frame(consent);
    for (const link of document.querySelectorAll("[data-seek]"))
      link.addEventListener("click", (event) => seek(Number(link.dataset.seek)) && event.preventDefault());
  };
  document.addEventListener("stage", dress);
  dress();
})();
