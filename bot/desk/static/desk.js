// Keeps a page up to date: asks for its live part, and changes only what differs.
(() => {
  "use strict";

  const live = document.getElementById("live");
  if (!live) return;
  const connection = document.getElementById("connection");
  const announcer = document.getElementById("announcer");
  const LONGEST_ANSWER = 10000; // milliseconds, as all of these
  const WHILE_STREAMING = 15000;
  const RETRY = 30000;
  const TYPING_EVERY = 3000;
  const TYPING_LASTS = 4000;
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

  // Others make the noise: `alarms.js` listens for it.
  function alarm(count) {
    dispatchEvent(new CustomEvent("desk-alarm", { detail: count }));
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
    alarm(Number(fresh.dataset.alarming));
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

  // --- asking, and being told when to ask -----------------------------------------------------

  let typedAt = 0;
  let asking = null;
  let again = false;
  let timer = 0;
  let isStreaming = false;
  let isOver = false;

  addEventListener("input", (event) => {
    if (event.target.id !== "reply") return;
    const now = Date.now();
    if (now - typedAt > TYPING_EVERY) {
      typedAt = now;
      soon();
    }
  });

  // Forms stay as they are while messages come in: what was seen by now is said when one is sent.
  addEventListener("submit", ({ target }) => {
    const seen = target.querySelector("input[name=seen]");
    if (seen) seen.value = live.dataset.seen;
  });

  function activity() {
    if (live.dataset.typing && Date.now() - typedAt < TYPING_LASTS) return "typing";
    return wasUsed ? "active" : "idle";
  }

  async function ask() {
    const headers = { "X-Desk-Fragment": activity() };
    wasUsed = false;
    const signal = AbortSignal.timeout(LONGEST_ANSWER);
    const response = await fetch(live.dataset.source, { headers, cache: "no-store", signal });
    if (response.status === 401) {
      warn("You are logged off: this page does not show new messages.", "/login");
      isOver = true;
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    take(await response.text());
    lastGood = new Date();
    warn("");
  }

  // One question at a time; a change that is told meanwhile asks once more.
  async function soon() {
    if (isOver) return;
    if (asking) {
      again = true;
      return;
    }
    clearTimeout(timer);
    asking = ask();
    try {
      await asking;
    } catch {
      const at = lastGood.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
      warn(`No connection to the desk. This page shows what was known at ${at}.`);
    }
    asking = null;
    if (again) {
      again = false;
      soon();
    } else {
      timer = setTimeout(soon, isStreaming ? WHILE_STREAMING : Number(live.dataset.every));
    }
  }

  function listen() {
    if (isOver) return;
    const stream = new EventSource(live.dataset.stream);
    stream.addEventListener("open", () => {
      isStreaming = true;
      soon();
    });
    stream.addEventListener("changed", soon);
    stream.addEventListener("error", () => {
      isStreaming = false;
      soon();
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
    });
  }

  addEventListener("offline", soon);
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) soon();
  });
  alarm(Number(live.dataset.alarming));
  timer = setTimeout(soon, Number(live.dataset.every));
  listen();
})();
