"use strict";
(() => {
  const PER_PAGE = 50;
  const byId = (id) => document.getElementById(id);
  const { families, rules, flags, familyOf, documents } = JSON.parse(byId("data").textContent);
  const [NAME, ID, WORDS, REMOVED, REMOVALS, FLAGS, FAMILIES, RULES, DIFF] = documents.columns;
  const count = NAME.length;
  const number = new Intl.NumberFormat("en").format;
  const share = (at) => (WORDS[at] ? Math.min(1, REMOVED[at] / WORDS[at]) : 0);
  const percent = (part) => (!part ? "0 %" : part < 0.0005 ? "<0.1 %" : `${(100 * part).toFixed(1)} %`);
  const plural = (n, one) => `${number(n)} ${one}${n === 1 ? "" : "s"}`;
  const colour = (rule) => { const at = familyOf[rule]; return at === undefined || at > 8 ? "fx" : `f${at}`; };
  const byName = new Map(NAME.map((name, at) => [name, at]));
  const haystack = NAME.map((name, at) =>
    [name, ID[at], ...RULES[at].map(([rule]) => rules[rule]), ...FLAGS[at].map(([kind]) => flags[kind])].join(" ").toLowerCase());

  /** An element with some properties and children; strings are only ever text. */
  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // Filter, sort, page ---------------------------------------------------------------------------------------------------------

  const order = { name: (at) => at, words: (at) => WORDS[at], removed: (at) => REMOVED[at], share, removals: (at) => REMOVALS[at],
    flags: (at) => 2 * FLAGS[at].length + (DIFF[at] >= 0) };
  const state = { sort: "name", down: false, page: 0, found: [] };
  const heads = [...document.querySelectorAll("#table th button")];
  const body = document.querySelector("#table tbody");

  const find = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const family = byId("family").value === "" ? -1 : Number(byId("family").value);
    const [changed, flagged, shown] = ["changed", "flag", "shown"].map((id) => byId(id).checked);
    state.found = [];
    for (let at = 0; at < count; at++) {
      if (changed && !REMOVALS[at] || flagged && !FLAGS[at].length || shown && DIFF[at] < 0) continue;
      if (family >= 0 && !FAMILIES[at].includes(family)) continue;
      if (words.every((word) => haystack[at].includes(word))) state.found.push(at);
    }
    sort();
  };
  const sort = () => {
    const key = order[state.sort], sign = state.down ? -1 : 1;
    state.found.sort((one, other) => sign * (key(one) - key(other)) || one - other);
    for (const head of heads) {
      const at = head.closest("th");
      if (head.dataset.sort === state.sort) at.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else at.removeAttribute("aria-sort");
    }
    turn(0);
    byId("hits").textContent = state.found.length === count ? plural(count, "document") : `${number(state.found.length)} of ${plural(count, "document")}`;
  };
  const turn = (page) => {
    state.page = page;
    const start = page * PER_PAGE, some = state.found.slice(start, start + PER_PAGE);
    body.replaceChildren(...some.map(line));
    byId("place").textContent = some.length ? `${number(start + 1)}–${number(start + some.length)} of ${number(state.found.length)}` : "None found";
    byId("back").disabled = page === 0;
    byId("forth").disabled = start + PER_PAGE >= state.found.length;
  };
  const line = (at) => {
    const name = make("th", { scope: "row", className: "name" },
      make("button", { type: "button", onclick: () => open(at) }, make("bdi", {}, NAME[at])));
    if (ID[at]) name.append(make("small", {}, make("bdi", {}, ID[at])));
    const most = RULES[at].length ? make("code", {}, rules[RULES[at][0][0]]) : "";
    const marks = make("td");
    for (const [kind] of FLAGS[at]) marks.append(make("span", { className: "mark flag" }, flags[kind]));
    if (DIFF[at] >= 0) marks.append(make("span", { className: "mark" }, "diff"));
    return make("tr", {}, name, make("td", { className: "n wide" }, number(WORDS[at])), make("td", { className: "n wide" }, number(REMOVED[at])),
      make("td", { className: "n" }, percent(share(at))), make("td", { className: "n wide" }, number(REMOVALS[at])),
      make("td", { className: "by" }, most), marks);
  };

  // One document -----------------------------------------------------------------------------------------------------------------

  const dialog = byId("dialog");
  let here = -1;

  const open = (at) => {
    here = at;
    byId("d-name").replaceChildren(make("bdi", {}, NAME[at]));
    facts(at);
    const diff = byId("d-diff");
    diff.replaceChildren(...drawn(at));
    diff.scrollTop = 0;
    const place = state.found.indexOf(at);
    byId("d-back").disabled = place <= 0;
    byId("d-forth").disabled = place < 0 || place === state.found.length - 1;
    if (!dialog.open) {
      dialog.showModal();
      diff.focus({ preventScroll: true }); // so that keys scroll it
    } else if (!dialog.contains(document.activeElement) || document.activeElement.disabled) diff.focus({ preventScroll: true });
    history.replaceState(null, "", `#doc=${encodeURIComponent(NAME[at])}`);
  };
  const step = (by) => {
    const next = state.found[state.found.indexOf(here) + by];
    if (state.found.includes(here) && next !== undefined) open(next);
  };
  const facts = (at) => {
    const told = byId("d-facts");
    told.replaceChildren(make("b", {}, `${number(REMOVED[at])} of ${plural(WORDS[at], "word")} removed`), ` (${percent(share(at))}), ${plural(REMOVALS[at], "removal")}`);
    if (RULES[at].length) {
      told.append("; most by ");
      RULES[at].forEach(([rule, words], n) => told.append(n ? ", " : "", make("span", { className: colour(rules[rule]) }, rules[rule]), ` ${number(words)}`));
    }
    for (const [kind, message] of FLAGS[at]) told.append(make("br"), make("span", { className: "mark flag" }, flags[kind]), message);
  };
  const drawn = (at) => {
    const block = DIFF[at] >= 0 && byId(`diff-${DIFF[at]}`);
    if (!block) return [make("p", { className: "say" }, "This page holds no diff of this document. To see it: ", make("code", {}, "cleaner preview"), ", or ", make("code", {}, "cleaner report --diffs N"), " with a larger number.")];
    const diff = JSON.parse(block.textContent);
    const whole = diff.rows.length === 1 && diff.rows[0].rows && !diff.rows[0].gone;
    const rows = drawnRows(whole ? diff.rows[0].rows : diff.rows, diff.rules);
    if (rows.length && !REMOVALS[at]) rows.unshift(make("p", { className: "say gap" }, "Nothing was removed."));
    if (diff.cut) rows.push(make("p", { className: "say gap" }, `The rest is too long to be shown here: ${plural(diff.cut, "line")}.`));
    if (!rows.length) rows.push(make("p", { className: "say gap" }, "It is empty."));
    return rows;
  };
  const drawnRows = (rows, names) => {
    let last = "";
    return rows.map((row) => {
      if (!Array.isArray(row)) return drawnFold(row, names);
      const made = drawnRow(row, names);
      const by = made.lastChild;
      if (by.className === "rule" && made.classList.contains("gone")) {
        if (by.textContent === last) by.classList.add("unseen"); // for eyes, the name stands above
        last = by.textContent;
      } else if (row.length > 1) last = "";
      return made;
    });
  };
  const drawnRow = ([no, ...parts], names) => {
    const text = make("p", { dir: "auto" });
    const taken = [];
    let kept = false;
    for (const part of parts) {
      if (typeof part === "string") {
        kept ||= part.trim() !== "";
        text.append(part);
        continue;
      }
      const gap = typeof part[0] === "number";
      const rule = names[part[gap ? 2 : 1]];
      const said = gap ? make("span", { className: "gap" }, ` ⋯ ${plural(part[0], "word")}, ${plural(part[1], "character")} ⋯ `) : part[0];
      if (rule === undefined) { text.append(said); kept = true; continue; }
      if (rule !== "tidy" && !taken.includes(rule)) taken.push(rule);
      text.append(make("del", { className: colour(rule), title: rule }, said));
    }
    const gone = parts.some((part) => typeof part !== "string");
    const by = make("span", { className: "rule" });
    taken.forEach((rule, n) => by.append(n ? make("br") : make("span", { className: "unseen" }, "removed by "), make("span", { className: colour(rule) }, rule)));
    const kind = taken.length ? (kept ? "row part" : "row gone") : "row";
    return make("div", { className: kind }, make("span", { className: "no", ariaHidden: "true" }, String(no)), text, ...(gone ? [by] : []));
  };
  const drawnFold = (fold, names) => {
    const all = fold.gone === fold.words;
    const part = fold.gone && !all ? `, ${fold.gone.toLocaleString("en")} of them removed` : "";
    const said = `⋮ ${plural(fold.lines, "line")}${all ? " removed" : ""}, ${plural(fold.words, "word")}${part}`;
    if (!fold.rows) return make("p", { className: "fold" }, `${said} (too long to be here)`);
    const button = make("button", { type: "button", className: "fold", ariaExpanded: "false" }, said);
    button.onclick = () => {
      const rows = drawnRows(fold.rows, names);
      button.replaceWith(...rows);
      rows[0].tabIndex = -1;
      rows[0].focus({ preventScroll: true });
    };
    return button;
  };

  // What is listened to -----------------------------------------------------------------------------------------------------------

  const follow = () => {
    if (!location.hash.startsWith("#doc=")) {
      if (dialog.open) dialog.close(); // the browser went back
      return;
    }
    let name = location.hash.slice(5);
    try { name = decodeURIComponent(name); } catch { /* it is no name of ours */ }
    if (byName.has(name)) open(byName.get(name));
    else byId("hits").textContent = "The document that the address names isn’t in this table.";
  };
  families.forEach((name, at) => byId("family").append(new Option(name, String(at))));
  for (const head of heads) {
    head.onclick = () => {
      state.down = head.dataset.sort === state.sort ? !state.down : head.dataset.sort !== "name";
      state.sort = head.dataset.sort;
      sort();
    };
  }
  byId("filters").onsubmit = (event) => event.preventDefault();
  byId("filters").oninput = find;
  byId("back").onclick = () => turn(state.page - 1);
  byId("forth").onclick = () => turn(state.page + 1);
  byId("d-back").onclick = () => step(-1);
  byId("d-forth").onclick = () => step(1);
  byId("d-close").onclick = () => dialog.close();
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  dialog.onclose = () => history.replaceState(null, "", location.pathname + location.search);
  dialog.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else return;
    event.preventDefault();
  };
  byId("explorer").hidden = false;
  find();
  addEventListener("hashchange", follow);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", follow);
  else follow();
})();
