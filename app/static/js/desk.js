// The live desk: draws the curve, and asks for fresh figures when something of the show has changed, at most once a
// second (events.js tells when). Without this script the page shows the same curve as a picture, and a link asks again.
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const AT_ONCE = 1000; // milliseconds between two questions, at least
  const SETTLED = 2500; // after which an order is settled as well
  const TOPICS = ["show", "pin", "offer", "order", "chat", "viewers"];

  // -- the curve --
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.className = name;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const TONES = { pin: "plot-info", flash: "plot-good", price: "plot-warn", sold_out: "plot-bad" };
  let plot, drawn;

  const name = (ctx, text, left, top, width) => {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, 20 * devicePixelRatio);
    ctx.clip();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillText(text, left + 4 * devicePixelRatio, top + 14 * devicePixelRatio);
    ctx.restore();
  };
  const overlay = (chart) => {
    const { ctx, bbox } = chart;
    const tones = Object.fromEntries(Object.entries(TONES).map(([kind, name]) => [kind, colour(name)]));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const mark of drawn.marks) {
      const left = chart.valToPos(mark.from, "x", true);
      ctx.fillStyle = ctx.strokeStyle = tones[mark.kind];
      if (mark.to === null) {
        ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
        ctx.lineWidth = 1.5 * devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(left, bbox.top);
        ctx.lineTo(left, bbox.top + bbox.height);
        ctx.stroke();
      } else {
        const width = Math.max(2, chart.valToPos(mark.to, "x", true) - left);
        ctx.globalAlpha = 0.12;
        ctx.fillRect(left, bbox.top, width, bbox.height);
        ctx.globalAlpha = 1;
        if (mark.kind === "pin" && width > 40 * devicePixelRatio) name(ctx, mark.text, left, bbox.top, width);
      }
    }
    ctx.restore();
  };
  const options = (width, { zone, time }) => {
    const ink = colour("plot-quiet"), language = document.documentElement.lang;
    const clock = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: zone });
    const told = (at) => clock.format(new Date(at * 1000));
    const lines = ["plot-info", "plot-warn", "plot-bad", "plot-good", "plot-quiet"];
    const axis = { stroke: ink, grid: { stroke: colour("plot-line"), width: 1 }, ticks: { show: false } };
    const figure = (digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: 3 });
    const money = drawn.lines.find((line) => line.scale !== "count");
    const axes = [{ ...axis, values: (_plot, splits) => splits.map(told) }, { ...axis, scale: "count" }];
    if (money) axes.push({ ...axis, scale: money.scale, side: 1, size: 70, grid: { show: false } });
    return {
      width,
      height: 280,
      hooks: { drawClear: [overlay] },
      scales: { count: { range: (_plot, _low, high) => [0, Math.max(4, high)] } },
      axes,
      series: [
        { label: time, value: (_plot, at) => (at ? told(at) : "–") },
        ...drawn.lines.map((line, number) => ({
          label: line.label,
          scale: line.scale,
          stroke: colour(lines[Math.min(number, lines.length - 1)]),
          fill: line.scale === "count" ? undefined : colour("plot-wash"),
          width: number === 0 ? 2 : 1.5,
          value: (_plot, value) => (value === null || value === undefined ? "–" : figure(line.scale === "count" ? 0 : 2).format(value)),
        })),
      ],
    };
  };
  const draw = () => {
    const figure = document.getElementById("curve");
    if (!figure || !window.uPlot) return;
    const before = drawn && drawn.lines.map((line) => line.label).join();
    drawn = JSON.parse(figure.dataset.drawn);
    const place = figure.querySelector(".curve-drawn");
    const data = [drawn.at, ...drawn.lines.map((line) => line.values)];
    const same = plot && before === drawn.lines.map((line) => line.label).join();
    if (same) {
      place.append(plot.root);
      plot.setData(data);
    } else {
      plot?.destroy();
      plot = new uPlot(options(figure.clientWidth || 600, figure.dataset), data, place);
    }
    figure.classList.add("is-drawn");
  };
  const again = () => {
    plot?.destroy();
    plot = undefined;
    draw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("resize", () => {
    const figure = document.getElementById("curve");
    if (plot && figure) plot.setSize({ width: figure.clientWidth, height: 280 });
  });

  // -- fresh figures --
  const put = ({ state, html }) => {
    if (state !== desk.dataset.state) {
      location.reload(); // it has begun or ended: the page is another one now
      return;
    }
    const known = new Set([...desk.querySelectorAll("details[id]")].map((each) => each.id));
    const open = new Set([...desk.querySelectorAll("details[open]")].map((each) => each.id));
    const scrolled = [...desk.querySelectorAll(".table-wrap")].map((each) => each.scrollTop);
    const held = desk.contains(document.activeElement) ? document.activeElement.id : "";
    desk.innerHTML = html;
    for (const each of desk.querySelectorAll("details[id]")) if (known.has(each.id)) each.open = open.has(each.id);
    desk.querySelectorAll(".table-wrap").forEach((each, number) => (each.scrollTop = scrolled[number] ?? 0));
    if (held) document.getElementById(held)?.focus();
    draw();
  };
  let asking = false, wanted = false, last = 0, waiting, settling;
  const ask = async () => {
    waiting = undefined;
    asking = true;
    wanted = false;
    last = Date.now();
    try {
      const answer = await fetch(desk.dataset.now, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok) put(await answer.json());
    } catch {
      // the next change, or the next beat, asks again
    } finally {
      asking = false;
      if (wanted) soon();
    }
  };
  const soon = () => {
    wanted = true;
    if (asking || waiting) return;
    waiting = setTimeout(ask, Math.max(0, last + AT_ONCE - Date.now()));
  };
  for (const topic of TOPICS) desk.addEventListener(`show-${topic}`, soon);
  desk.addEventListener("show-order", () => {
    clearTimeout(settling);
    settling = setTimeout(soon, SETTLED);
  });

  draw();
})();
