"use strict";
// Draws the charts of each log from its JSON. One group of charts per log shares its cursor and its span of time.
(() => {
  const DASHES = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5]];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = (s) => {
    const sign = s < 0 ? "-" : "", a = Math.abs(s), m = Math.floor(a / 60), rest = a - 60 * m;
    return sign + m + ":" + (rest < 9.95 ? "0" : "") + (Number.isInteger(a) ? rest.toFixed(0) : rest.toFixed(1));
  };
  const groups = [];

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
        ctx.fillStyle = colour("--soft"); if (b - a > 14 * ratio) ctx.fillText(rep.label, (a + b) / 2, top + height - 2 * ratio);
      }
      ctx.restore();
    };
    // cues over them
    const over = (u) => {
      const { ctx } = u, { left, top, width, height } = u.bbox, ratio = devicePixelRatio;
      ctx.save();
      ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`; ctx.textAlign = "left"; ctx.textBaseline = "top";
      ctx.strokeStyle = ctx.fillStyle = colour("--cue"); ctx.lineWidth = 1.5 * ratio; ctx.setLineDash([4 * ratio, 3 * ratio]);
      let last = -Infinity, step = 0;
      for (const cue of data.cues) {
        const x = u.valToPos(cue.at, "x", true);
        if (x < left || x > left + width) continue;
        ctx.beginPath(); ctx.moveTo(x, top); ctx.lineTo(x, top + height); ctx.stroke();
        step = x - last < 14 * ratio ? (step + 1) % 4 : 0;  // letters of cues close together go below each other
        last = x;
        ctx.fillText(cue.label, x + 3 * ratio, top + (2 + 13 * step) * ratio);
      }
      ctx.restore();
    };
    return { hooks: { drawClear: [under], draw: [over] } };
  }

  function options(group, chart, width) {
    const ink = colour("--soft"), grid = { stroke: colour("--grid"), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: "12px system-ui, sans-serif" };
    return {
      width, height: width < 500 ? 200 : 240,
      cursor: { sync: { key: group.key }, drag: { x: true, y: false } },
      scales: { x: { time: false }, y: { range: (u, low, high) => {
        if (low === null) return [0, 1];
        const pad = Math.max((high - low) * .08, chart.pad);
        return [chart.zero ? Math.min(0, low) : low - pad, high + pad];
      } } },
      axes: [{ ...axis, values: (u, ticks) => ticks.map(clock) }, { ...axis, size: 48 }],
      series: [
        { label: "time", value: (u, s) => s === null ? "" : clock(Math.round(s * 10) / 10) },
        ...chart.series.map((s, i) => ({
          label: s.label, stroke: colour("--c" + i % 5), width: 1.6, dash: DASHES[i % 5], spanGaps: false,
          points: { show: false }, 
          value: (u, v, _, at) => at === null ? "" : v === null ? "not known" : v + " " + chart.unit,
        })),
      ],
      plugins: [marks(group.data)],
      hooks: { setScale: [(u, key) => { if (key === "x") follow(group, u); }] },
    };
  }

  // every chart of the group shows the same span of time
  function follow(group, source) {
    if (group.following) return;
    group.following = true;
    const { min, max } = source.scales.x;
    for (const other of group.plots) if (other !== source) other.setScale("x", { min, max });
    group.following = false;
  }

  function show(group, from, to) {
    for (const plot of group.plots.slice(0, 1)) plot.setScale("x", { min: from, max: to });
  }

  function draw(group, forcedWidth) {
    const span = group.plots.length ? { ...group.plots[0].scales.x } : null;
    group.plots.forEach((plot) => plot.destroy());
    group.plots = [];
    group.data.charts.forEach((chart) => {
      const host = document.getElementById(`plot${group.number}-${chart.index}`);
      const x = chart.x, ys = chart.series.map((s) => s.y);
      group.plots.push(new uPlot(options(group, chart, forcedWidth || host.clientWidth), [x, ...ys], host));
    });
    if (span && span.min !== undefined) show(group, span.min, span.max);
  }

  function buttons(group) {
    const bar = document.querySelector(`.zoom[data-log="${group.number}"]`);
    for (const span of group.data.spans) {
      const button = document.createElement("button");
      button.type = "button"; button.textContent = span.label;
      button.onclick = () => show(group, span.from, span.to);
      bar.append(button);
    }
    bar.hidden = group.data.spans.length < 2 || !group.plots.length;
  }

  document.querySelectorAll("script.log-data").forEach((element, i) => {
    const group = { number: i + 1, key: "log" + (i + 1), data: JSON.parse(element.textContent), plots: [] };
    groups.push(group);
    draw(group);
    buttons(group);
  });
  document.querySelectorAll("tr[data-from]").forEach((row) => {
    const go = () => {
      const group = groups[row.dataset.log - 1];
      if (!group.plots.length) return;
      show(group, +row.dataset.from, +row.dataset.to);
      document.getElementById("time" + group.number).scrollIntoView({ behavior: "smooth" });
    };
    row.tabIndex = 0; row.title = "Show this in the charts";
    row.onclick = go;
    row.onkeydown = (event) => { if (event.key === "Enter") go(); };
  });

  const redraw = (width) => groups.forEach((group) => draw(group, width));
  let waiting = 0, shownWidth = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === shownWidth) return;
    shownWidth = innerWidth;
    clearTimeout(waiting); waiting = setTimeout(redraw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
  addEventListener("beforeprint", () => { document.documentElement.classList.add("printing"); redraw(680); });
  addEventListener("afterprint", () => { document.documentElement.classList.remove("printing"); redraw(); });
})();
