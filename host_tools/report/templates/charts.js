"use strict";
// Draws the charts of each log from its JSON: traces over time, which share their span of time, and small figures.
(() => {
  const DASHES = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5]];
  const UNKNOWN = -32768, GAP_S = 1.2;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = (s) => {
    const sign = s < 0 ? "-" : "", a = Math.abs(s), m = Math.floor(a / 60), rest = a - 60 * m;
    return sign + m + ":" + (rest < 9.95 ? "0" : "") + (Number.isInteger(a) ? rest.toFixed(0) : rest.toFixed(1));
  };
  const unpacked = (text, kind) => new kind(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const groups = [];

  // the first place of t that is not before `value`
  function place(t, value) {
    let a = 0, b = t.length;
    while (a < b) { const m = (a + b) >> 1; if (t[m] < value) a = m + 1; else b = m; }
    return a;
  }

  // What uPlot shows of a trace between two times: every sample, or the least and the most of each bucket; null where
  // nothing is known or nothing was recorded
  function shown(trace, from, to, most) {
    const t = trace.t, a = Math.max(0, place(t, from * 1000) - 1), b = Math.min(t.length, place(t, to * 1000) + 1);
    const size = Math.max(1, Math.ceil(2 * (b - a) / most)), x = [], ys = trace.series.map(() => []);
    const put = (ms, values) => { x.push(ms / 1000); values.forEach((v, k) => ys[k].push(v)); };
    for (let i = a; i < b; i += size) {
      const end = Math.min(i + size, b);
      if (i > a && t[i] - t[i - 1] > 1000 * GAP_S) put((t[i] + t[i - 1]) / 2, ys.map(() => null));
      if (size < 3) { for (let j = i; j < end; j++) put(t[j], trace.series.map((s) => value(s, j))); continue; }
      const ends = trace.series.map((s) => {
        let low = Infinity, high = -Infinity;
        for (let j = i; j < end; j++) { const v = s.raw[j]; if (v !== UNKNOWN) { if (v < low) low = v; if (v > high) high = v; } }
        return high < low ? [null, null] : [low * s.scale, high * s.scale];
      });
      put(t[i], ends.map((e) => e[0]));
      if (t[(i + end - 1) >> 1] > t[i]) put(t[(i + end - 1) >> 1], ends.map((e) => e[1]));
    }
    return [x, ...ys];
  }
  const value = (s, j) => s.raw[j] === UNKNOWN ? null : s.raw[j] * s.scale;
  const told = (v, unit) => (Math.abs(v) >= 100 ? v.toFixed(0) : Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2)) + " " + unit;

  function marks(data) {
    // repetitions under the curves
    const under = (u) => {
      const { ctx } = u, { left, top, width, height } = u.bbox, ratio = devicePixelRatio;
      ctx.save();
      ctx.beginPath(); ctx.rect(left, top, width, height); ctx.clip();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`; ctx.textAlign = "center"; ctx.textBaseline = "bottom";
      for (const rep of data.repetitions) {
        const a = u.valToPos(rep.from, "x", true), b = u.valToPos(rep.to, "x", true);
        if (b < left || a > left + width) continue;
        ctx.fillStyle = colour("--band"); ctx.fillRect(a, top, b - a, height);
        ctx.fillStyle = colour("--soft"); if (b - a > 8 * ratio * (rep.label.length + 1)) ctx.fillText(rep.label, (a + b) / 2, top + height - 2 * ratio);
      }
      ctx.restore();
    };
    // cues over them; their letters only where they have room
    const over = (u) => {
      const { ctx } = u, { left, top, width, height } = u.bbox, ratio = devicePixelRatio;
      const inside = data.cues.map((cue) => [u.valToPos(cue.at, "x", true), cue.label]).filter(([x]) => x >= left && x <= left + width);
      ctx.save();
      ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`; ctx.textAlign = "left"; ctx.textBaseline = "top";
      ctx.strokeStyle = ctx.fillStyle = colour("--cue"); ctx.lineWidth = (inside.length > 60 ? .5 : 1.5) * ratio; ctx.setLineDash([4 * ratio, 3 * ratio]);
      let last = -Infinity, step = 0;
      for (const [x, label] of inside) {
        ctx.beginPath(); ctx.moveTo(x, top); ctx.lineTo(x, top + height); ctx.stroke();
        step = x - last < 14 * ratio ? (step + 1) % 4 : 0;  // letters of cues close together go below each other
        last = x;
        if (inside.length <= 60) ctx.fillText(label, x + 3 * ratio, top + (2 + 13 * step) * ratio);
      }
      ctx.restore();
    };
    return { hooks: { drawClear: [under], draw: [over] } };
  }

  function axes(xLabels) {
    const ink = colour("--soft"), grid = { stroke: colour("--grid"), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: "12px system-ui, sans-serif" };
    return [{ ...axis, ...xLabels }, { ...axis, size: 48 }];
  }

  function line(s, i, unit) {
    return {
      label: s.label, stroke: colour("--c" + i % 5), width: 1.6, dash: DASHES[i % 5], spanGaps: false, points: { show: false },
      value: (u, v, _, at) => at === null ? "" : v === null ? "not known" : told(v, unit),
    };
  }

  function options(group, trace, width) {
    return {
      width, height: width < 500 ? 200 : 240,
      cursor: {
        sync: { key: group.key }, drag: { x: true, y: false },
        bind: { dblclick: () => () => { show(group, 0, group.end); return null; } },
      },
      scales: { x: { time: false }, y: { range: (u, low, high) => {
        if (low === null) return [0, 1];
        const pad = Math.max((high - low) * .08, trace.pad);
        return [trace.zero ? Math.min(0, low) : low - pad, high + pad];
      } } },
      axes: axes({ values: (u, ticks) => ticks.map(clock) }),
      series: [
        { label: "time", value: (u, s) => s === null ? "" : clock(Math.round(s * 10) / 10) },
        ...trace.series.map((s, i) => line(s, i, trace.unit)),
      ],
      plugins: [marks(group.data)],
      hooks: { setScale: [(u, key) => { if (key === "x") show(group, u.scales.x.min, u.scales.x.max); }] },
    };
  }

  // Every trace of the group shows this span of time, with as many samples as it has room for
  function show(group, from, to) {
    if (group.busy || from === null || from === undefined) return;
    group.busy = true;
    const least = .2;
    if (to - from < least) to = from + least;
    [group.from, group.to] = [from, to];
    group.plots.forEach((plot, i) => plot.batch(() => {
      plot.setData(shown(group.data.traces[i], from, to, 2 * plot.width), false);
      plot.setScale("x", { min: from, max: to });
    }));
    setTimeout(() => { group.busy = false; }, 0);  // uPlot calls its hooks in a microtask
  }

  function move(group, step, zoom) {
    const middle = (group.from + group.to) / 2 + step * (group.to - group.from), half = (group.to - group.from) * zoom / 2;
    const low = Math.max(0, middle - half);
    show(group, low, Math.min(group.end, low + 2 * half));
  }

  function keyboard(host, group) {
    host.onkeydown = (event) => {
      const does = {
        ArrowLeft: () => move(group, -.25, 1), ArrowRight: () => move(group, .25, 1), "+": () => move(group, 0, .5),
        "-": () => move(group, 0, 2), 0: () => show(group, 0, group.end),
      }[event.key];
      if (does && event.target === host) { does(); event.preventDefault(); }
    };
  }

  function legend(plot) {
    plot.root.querySelectorAll(".u-series > th").forEach((name, i) => {
      if (!i) return;
      name.tabIndex = 0; name.setAttribute("role", "button"); name.title = "hide or show";
      name.onkeydown = (event) => { if (event.key === "Enter") name.click(); };
    });
  }

  function figure(data, host, width) {
    const band = data.band;
    const step = data.x.length > 1 ? data.x[1] - data.x[0] : 1;
    return new uPlot({
      width, height: 240,
      cursor: { drag: { x: true, y: false } },
      scales: {
        x: { time: false, range: (u, low, high) => data.points ? [low - .5 * step, high + .5 * step] : [low, high] },
        y: { range: (u, low, high) => low === null ? [0, 1] : [low - .1 * (high - low || 2), high + .1 * (high - low || 2)] },
      },
      axes: axes(data.points ? { incrs: [1, 2, 5, 10, 20, 50, 100] } : {}),
      bands: band ? [{ series: [band[0] + 1, band[1] + 1], fill: colour("--band") }] : [],
      series: [
        { label: data.xLabel.split(",")[0], value: (u, v) => v === null ? "" : String(Math.round(10 * v) / 10) },
        ...data.series.map((s, i) => {
          const edge = band && band.includes(i), own = line(s, i, data.unit);
          if (edge) return { ...own, stroke: colour("--soft"), width: .8, dash: [] };
          return data.points ? { ...own, width: 1, points: { show: true, size: 6, stroke: own.stroke, fill: i ? colour("--paper") : own.stroke } } : own;
        }),
      ],
    }, [data.x, ...data.series.map((s) => s.y)], host);
  }

  function draw(group, forcedWidth) {
    group.plots.concat(group.figures).forEach((plot) => plot.destroy());
    group.plots = []; group.figures = [];
    const visible = (host) => forcedWidth || host.clientWidth;
    group.busy = true;
    group.data.traces.forEach((trace) => {
      const host = document.getElementById(`plot${group.number}-${trace.index}`);
      if (!visible(host)) return;
      const width = visible(host);
      group.plots.push(new uPlot(options(group, trace, width), shown(trace, group.from, group.to, 2 * width), host));
      keyboard(host, group);
    });
    group.data.figures.forEach((data) => {
      const host = document.getElementById(`figure${group.number}-${data.index}`);
      if (visible(host)) group.figures.push(figure(data, host, forcedWidth ? forcedWidth / 2 : host.clientWidth));
    });
    group.plots.concat(group.figures).forEach(legend);
    group.busy = false;
    show(group, group.from, group.to);
  }

  function buttons(group) {
    const bar = document.querySelector(`.zoom[data-log="${group.number}"]`);
    const add = (label, hint, does) => {
      const button = document.createElement("button");
      button.type = "button"; button.textContent = label; button.title = hint; button.setAttribute("aria-label", hint);
      button.onclick = does;
      bar.append(button);
    };
    add("−", "show more time", () => move(group, 0, 2));
    add("+", "look closer", () => move(group, 0, .5));
    add("◀", "earlier", () => move(group, -.5, 1));
    add("▶", "later", () => move(group, .5, 1));
    const choice = document.createElement("select");
    choice.setAttribute("aria-label", "Part of the log");
    group.data.spans.forEach((span) => choice.add(new Option(span.label)));
    choice.onchange = () => { const span = group.data.spans[choice.selectedIndex]; show(group, span.from, span.to); };
    bar.append(choice);
    bar.hidden = !group.data.traces.length;
  }

  function read(element) {
    const data = JSON.parse(element.textContent), times = {};
    for (const topic in data.times) times[topic] = unpacked(data.times[topic], Uint32Array);
    for (const trace of data.traces) {
      trace.t = times[trace.t];
      for (const s of trace.series) { s.raw = unpacked(s.data, s.bits === 32 ? Int32Array : Int16Array); delete s.data; }
    }
    const end = data.spans[0].to;
    return { number: +element.dataset.log, key: "log" + element.dataset.log, data, plots: [], figures: [], end, from: 0, to: end, busy: false };
  }

  document.querySelectorAll("script.log-data").forEach((element) => groups.push(read(element)));
  const redraw = (width) => groups.forEach((group) => draw(group, width));

  // the athlete's page and the coach's page of the same data
  const pages = document.querySelector(".pages");
  const turn = (name) => {
    document.body.dataset.page = name;
    pages.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.page === name)));
    redraw();
  };
  // seconds that the charts of a log show, for whoever scripts the page
  window.uPlotSpan = (number) => { const group = groups.find((one) => one.number === number); return [group.from, group.to]; };
  pages.hidden = false;
  pages.onclick = (event) => { const name = event.target.dataset.page; if (name) { history.replaceState(null, "", "#" + name); turn(name); } };
  document.body.classList.add("scripted");
  groups.forEach(buttons);
  turn(["athlete", "coach"].includes(location.hash.slice(1)) ? location.hash.slice(1) : document.body.dataset.page);

  document.querySelectorAll("tr[data-from]").forEach((row) => {
    const go = () => {
      const group = groups.find((one) => one.number === +row.dataset.log);
      if (!group.plots.length) return;
      show(group, +row.dataset.from, +row.dataset.to);
      document.getElementById("time" + group.number).scrollIntoView({ behavior: "smooth" });
    };
    row.tabIndex = 0; row.title = "Show this in the charts";
    row.onclick = go;
    row.onkeydown = (event) => { if (event.key === "Enter") go(); };
  });

  let waiting = 0, shownWidth = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === shownWidth) return;
    shownWidth = innerWidth;
    clearTimeout(waiting); waiting = setTimeout(redraw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    document.querySelectorAll("details").forEach((d) => { d.dataset.was = d.open; d.open = true; });
    if (document.body.dataset.page === "coach") redraw(680);
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    document.querySelectorAll("details").forEach((d) => { d.open = d.dataset.was === "true"; });
    redraw();
  });
})();
