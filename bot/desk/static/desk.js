// Keeps a page up to date: asks for its live part, and changes only what differs.
(() => {
  "use strict";

  const live = document.getElementById("live");
  if (!live) return;
  const connection = document.getElementById("connection");
  const announcer = document.getElementById("announcer");
  const LONGEST_ANSWER = 10000;
  let wasUsed = false;
  let lastGood = new Date();

  // Only what a person does counts as activity; the polling itself does not keep a session open.
  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    addEventListener(kind, () => { wasUsed = true; }, { passive: true });
  }
  document.title = live.dataset.title;

  function copyAttributes(old, fresh) {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  }

  // Makes `old` equal to `fresh` and keeps the nodes that stay, so that focus, selection, opened
  // details and half-written replies survive. Elements with an id are matched by it.
  function update(old, fresh) {
    if (old.dataset.keep !== undefined && old.dataset.keep === fresh.dataset.keep) return;
    copyAttributes(old, fresh);
    const known = new Map([...old.children].filter((c) => c.id).map((c) => [c.id, c]));
    let next = old.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      const like = wanted.id ? known.get(wanted.id) : next;
      const fits = like && like.nodeName === wanted.nodeName && (like.id || "") === (wanted.id || "");
      if (!fits) {
        old.insertBefore(document.importNode(wanted, true), next);
        continue;
      }
      if (like === next) next = next.nextSibling;
      else old.insertBefore(like, next);
      if (wanted.nodeType === Node.ELEMENT_NODE) update(like, wanted);
      else if (like.data !== wanted.data) like.data = wanted.data;
    }
    while (next) {
      const after = next.nextSibling;
      next.remove();
      next = after;
    }
  }

  function take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("live");
    if (!fresh) throw new Error("no live part");
    const before = Number(live.dataset.urgent);
    const after = Number(fresh.dataset.urgent);
    // A text that was being written when the forms changed goes on in the new form.
    const written = document.getElementById("reply")?.value;
    update(live, fresh);
    const reply = document.getElementById("reply");
    if (reply && written && !reply.value) reply.value = written;
    document.title = live.dataset.title;
    if (after > before) {
      announcer.textContent = after === 1 ? "1 urgent case is open" : `${after} urgent cases are open`;
    }
  }

  function warn(text, link) {
    if (connection.dataset.text === text) return;
    connection.dataset.text = text;
    connection.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = "Log in";
      connection.append(" ", anchor);
    }
    connection.hidden = text === "";
    if (text) document.title = `! ${live.dataset.title}`;
  }

  async function ask() {
    const activity = wasUsed ? "active" : "idle";
    wasUsed = false;
    const response = await fetch(live.dataset.source, {
      headers: { "X-Desk-Fragment": activity },
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST_ANSWER),
    });
    if (response.status === 401) {
      warn("You are logged off: this page does not show new messages.", "/login");
      return false;
    }
    if (!response.ok) throw new Error(String(response.status));
    take(await response.text());
    lastGood = new Date();
    warn("");
    return true;
  }

  async function poll() {
    let goOn = true;
    try {
      goOn = await ask();
    } catch {
      const at = lastGood.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
      warn(`No connection to the desk. This page shows what was known at ${at}.`);
    }
    if (goOn) setTimeout(poll, Number(live.dataset.every));
  }

  setTimeout(poll, Number(live.dataset.every));
})();
