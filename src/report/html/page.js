(() => {
  "use strict";
  const list = document.getElementById("list");
  if (!list) return;
  const byId = (id) => document.getElementById(id);
  const controls = byId("controls"), search = byId("search"), group = byId("group"), sort = byId("sort"), count = byId("count");
  const items = [...list.children];
  const filters = [...controls.querySelectorAll("[data-filter]")];
  const values = (item, name) => (item.dataset[name] || "").split("\n").filter(Boolean);
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const now = Date.now() / 1000;
  const hasAge = (item, limit) => {
    if (!item.dataset.seen) return false;
    const days = (now - Number(item.dataset.seen)) / 86400;
    return limit < 0 ? days <= -limit : days > limit;
  };
  const fits = (item, words) =>
    words.every((word) => textOf(item).includes(word)) &&
    filters.every((filter) => {
      if (!filter.value) return true;
      if (filter.dataset.filter === "age") return hasAge(item, Number(filter.value));
      return values(item, filter.dataset.filter).includes(filter.value);
    });
  const compare = (key) => {
    const name = key.replace("-", ""), sign = key.startsWith("-") ? -1 : 1;
    const rank = (a, b) => a.dataset.rank - b.dataset.rank;
    if (name === "rank") return rank;
    if (name === "seen") return (a, b) => sign * ((a.dataset.seen || Infinity) - (b.dataset.seen || Infinity)) || rank(a, b);
    const text = (item) => values(item, name)[0] || "\uffff";
    return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : rank(a, b));
  };
  const arrange = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      item.hidden = !fits(item, words);
      if (!item.hidden) shown += 1;
    }
    count.textContent = shown === items.length ? `${shown} findings` : `${shown} of ${items.length} findings`;
    const ordered = [...items].sort(compare(sort.value));
    if (!group.value || group.value === "nothing") {
      list.replaceChildren(...ordered);
      return;
    }
    const groups = new Map();
    for (const item of ordered) {
      const title = values(item, group.value)[0] || "not known";
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(item);
    }
    const nodes = [];
    for (const [title, members] of groups) {
      const visible = members.filter((item) => !item.hidden).length;
      const heading = document.createElement("h3");
      heading.className = "group";
      heading.textContent = `${title} (${visible})`;
      heading.hidden = visible === 0;
      nodes.push(heading, ...members);
    }
    list.replaceChildren(...nodes);
  };
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(arrange);
  };
  const openTarget = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus();
    }
  };
  controls.hidden = false;
  controls.addEventListener("input", soon);
  controls.addEventListener("reset", () => setTimeout(soon));
  controls.addEventListener("submit", (event) => event.preventDefault());
  byId("open").addEventListener("click", () => items.forEach((item) => { item.open = !item.hidden; }));
  byId("close").addEventListener("click", () => items.forEach((item) => { item.open = false; }));
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      search.focus();
    }
  });
  list.addEventListener("click", (event) => {
    const summary = event.target.closest("summary");
    if (summary) history.replaceState(null, "", `#${summary.parentElement.id}`);
  });
  const addCopyButton = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${block.textContent}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
    });
    block.after(button);
  };
  list.addEventListener("toggle", (event) => {
    const blocks = event.target.open ? event.target.querySelectorAll("pre:not(:has(+ button))") : [];
    blocks.forEach(addCopyButton);
  }, true);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = items.filter((item) => !item.open);
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
  addEventListener("hashchange", openTarget);
  arrange();
  openTarget();
})();
