"use strict";
(() => {
  const errors = [];
  addEventListener("error", (event) => errors.push(String(event.message)));

  // The filter, used as a reader would.
  const get = (id) => document.getElementById(id);
  const counted = () => get("filter-count").value;
  const choose = (id, value) => {
    get(id).value = value;
    get(id).dispatchEvent(new Event("input", { bubbles: true }));
    return counted();
  };
  const filter = {};
  filter.all = counted();
  filter.failed = choose("filter-state", "failed");
  choose("filter-state", "");
  filter.words = choose("filter-words", "packages scipy");
  filter.nothing = choose("filter-words", "there is no such word");
  get("filter-words").value = "";
  get("filter-words").dispatchEvent(new Event("input", { bubbles: true }));
  filter.reset = counted();

  for (const details of document.querySelectorAll("details")) details.open = true;

  // What is wider than the screen, but for what scrolls in a box of its own.
  const wide = [...document.querySelectorAll("body *")]
    .filter((element) => !element.closest(".scroll, nav, pre, .unseen, .skip") && !element.closest("svg *"))
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);

  // Contrast by WCAG 2.2: 4.5 for texts, 3 for large ones.
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest("script, title, desc, option, .unseen, .skip")) continue;
    const style = getComputedStyle(element);
    const color = numbers(element.closest("svg") ? style.fill : style.color);
    const [one, other] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) pale.push(`${element.className || element.tagName} ${ratio.toFixed(1)}`);
  }
  const found = document.createElement("pre");
  found.id = "found";
  const paper = getComputedStyle(document.body).backgroundColor;
  found.textContent = JSON.stringify({ errors, filter, wide, pale: [...new Set(pale)], paper });
  document.body.append(found);
})();
