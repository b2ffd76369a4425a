// Pairs of visible texts that cover each other, and what sticks out of the page on the right
const shown = (e) => {
  if (getComputedStyle(e).visibility === "hidden") return false;
  for (let up = e; up; up = up.parentElement) if (getComputedStyle(up).clipPath !== "none") return false;
  return true;
};
const boxes = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const own = node.parentElement;
  if (!node.textContent.trim() || own.closest("script, style, noscript, .heard, .skip, option") || !own.checkVisibility() || !shown(own)) continue;
  const range = document.createRange(); range.selectNodeContents(node);
  for (const r of range.getClientRects()) if (r.width > 1 && r.height > 1) boxes.push({ own, r, text: node.textContent.trim().slice(0, 40) });
}
const found = [];
for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < Math.min(boxes.length, i + 400); j++) {
  const a = boxes[i], b = boxes[j];
  if (a.own === b.own || getComputedStyle(a.own).position === "sticky" || getComputedStyle(b.own).position === "sticky") continue;
  const w = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), h = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
  if (w > 2 && h > 3 + .25 * Math.min(a.r.height, b.r.height)) found.push(`${a.text} / ${b.text}`);
}
const wide = [...document.querySelectorAll("body *")].filter((e) => {
  if (e.closest(".wide, .heard, .skip") || !e.checkVisibility()) return false;
  return e.getBoundingClientRect().right > innerWidth + 1;
}).map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)} > ${innerWidth}`);
return { overlaps: found.slice(0, 20), wide: wide.slice(0, 20), scrolls: document.documentElement.scrollWidth > innerWidth };
