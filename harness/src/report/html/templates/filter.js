"use strict";
(() => {
  const form = document.getElementById("filter");
  const table = document.querySelector("table.checks");
  if (!form || !table) return;
  const words = document.getElementById("filter-words");
  const state = document.getElementById("filter-state");
  const phase = document.getElementById("filter-phase");
  const open = document.getElementById("filter-open");
  const count = document.getElementById("filter-count");
  const none = document.getElementById("filter-none");
  const groups = [...table.tBodies].map((body) => ({
    body,
    rows: [...body.rows].slice(1).map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));

  const matches = (row, text, wanted) => {
    const is = row.dataset.state;
    const fits = state.value === "" || (state.value === "!passed" ? is !== "passed" : is === state.value);
    return fits && wanted.every((word) => text.includes(word));
  };

  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const { body, rows } of groups) {
      const inPhase = phase.value === "" || body.dataset.phase === phase.value;
      let here = 0;
      for (const { row, text } of rows) {
        row.hidden = !(inPhase && matches(row, text, wanted));
        here += row.hidden ? 0 : 1;
      }
      body.hidden = here === 0;
      shown += here;
      all += rows.length;
    }
    count.value = `${shown} of ${all} checks`;
    none.hidden = shown > 0;
  };

  // A link to a check leads there whatever the filter hides, and shows what is behind it.
  const reveal = () => {
    const row = location.hash.startsWith("#check-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row) return;
    if (row.hidden) {
      form.reset();
      apply();
    }
    const details = row.querySelector("details");
    if (details) details.open = true;
    row.scrollIntoView();
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  open.addEventListener("click", () => {
    const seen = [...table.querySelectorAll("tr:not([hidden]) > th > details")];
    const opens = seen.some((details) => !details.open);
    for (const details of seen) details.open = opens;
    open.textContent = opens ? "Close all" : "Open all";
  });
  addEventListener("hashchange", reveal);
  form.hidden = false;
  apply();
  reveal();
})();
