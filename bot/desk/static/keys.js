// The keyboard, and texts to insert. Single keys can be switched off (WCAG 2.1.4).
(() => {
  "use strict";

  const KEY = "faqbot.desk.keys";
  const help = document.getElementById("keys-help");
  const toggle = document.getElementById("keys-on");
  const byId = (id) => document.getElementById(id);

  function areOn() {
    try {
      return localStorage.getItem(KEY) !== "off";
    } catch {
      return true;
    }
  }

  toggle.checked = areOn();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, toggle.checked ? "on" : "off");
    } catch {} // storage is closed to us: the choice lasts as long as the page
  });
  byId("keys").addEventListener("click", () => help.showModal());

  function move(step) {
    const links = [...document.querySelectorAll(".cases a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  }

  function open(id, focus) {
    const details = byId(id);
    if (!details) return;
    details.open = true;
    details.querySelector(focus)?.focus();
  }

  const actions = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => byId("q")?.focus(),
    c: () => document.querySelector(".claim button")?.focus(),
    r: () => byId("reply")?.focus(),
    n: () => byId("internal")?.focus(),
    e: () => open("resolve", "input[name=outcome]"),
    i: () => location.assign("/"),
    "?": () => help.showModal(),
  };

  function isWriting(element) {
    return element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && event.target.id === "reply") {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (!areOn() || isWriting(event.target) || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });

  // --- texts to insert ------------------------------------------------------------------------

  let texts = null;

  async function load(source) {
    if (texts) return;
    const response = await fetch(source);
    if (response.ok) texts = (await response.json()).snippets;
  }

  document.addEventListener("focusin", async ({ target }) => {
    if (target.id !== "snippet") return;
    await load(target.dataset.source);
    const list = byId("snippet-titles");
    if (list.children.length || !texts) return;
    for (const title of Object.keys(texts)) {
      list.append(Object.assign(document.createElement("option"), { value: title }));
    }
  });

  function insert() {
    const chosen = byId("snippet");
    const reply = byId("reply");
    const text = texts?.[chosen.value];
    if (!text) return chosen.focus();
    const gap = reply.value && !/\s$/.test(reply.value) ? "\n\n" : "";
    reply.setRangeText(gap + text, reply.selectionStart, reply.selectionEnd, "end");
    chosen.value = "";
    reply.focus();
    reply.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", ({ target }) => {
    if (target.id === "insert") insert();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "snippet") {
      event.preventDefault();
      insert();
    }
  });
})();
