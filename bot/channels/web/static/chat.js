// The chat page's script. Words of others reach the page as text nodes or through `fill`,
// which rebuilds a short list of elements; nothing is ever parsed into the live document.
"use strict";

(() => {
  const KEY = "faqbot.conversation";
  const API = "/api/v1/conversations";
  const [POLL, PATIENCE, LONGEST_WAIT] = [5000, 20000, 30000]; // milliseconds
  const TAGS = new Set(["P", "BR", "UL", "OL", "LI", "STRONG", "EM", "A"]);
  const SAFE_LINK = /^(https:|tel:|sms:)/;
  const PERSON = "I want to talk to a person";

  const element = (id) => document.getElementById(id);
  const log = element("log");
  const input = element("text");
  const shown = new Map(); // message id -> its article
  const pending = new Map(); // client message id -> its article
  let saved = load();
  let lastSeq = 0;
  let draining = false;
  let watching = null; // the conversation that is watched
  let wakeUp = () => {};

  class Refused extends Error {
    constructor(status, problem) {
      super(problem.title || `status ${status}`);
      this.status = status;
      this.detail = problem.detail || "Please try again.";
    }

    get isGone() {
      return this.status === 401 || this.status === 404;
    }

    get mayPass() {
      return this.status >= 500 || this.status === 429;
    }
  }

  // --- what this device remembers -----------------------------------------------------------

  function load() {
    const nothing = { id: null, token: null, outbox: [] };
    try {
      return { ...nothing, ...JSON.parse(localStorage.getItem(KEY) || "{}") };
    } catch {} // storage is closed to us: the conversation lives as long as the page
    return nothing;
  }

  function save() {
    try {
      localStorage.setItem(KEY, JSON.stringify(saved));
    } catch {} // as above
  }

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const pause = (ms) =>
    new Promise((resolve) => {
      wakeUp = resolve;
      setTimeout(resolve, ms);
    });

  // --- talking to the server ----------------------------------------------------------------

  async function call(method, path, body) {
    const headers = saved.token ? { Authorization: `Bearer ${saved.token}` } : {};
    if (body) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(API + path, { method, headers, signal, body: JSON.stringify(body) });
    if (response.status === 204) return null;
    const data = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(response.status, data);
    return data;
  }

  async function conversation() {
    if (!saved.id) {
      const { id, token } = await call("POST", "", {});
      Object.assign(saved, { id, token });
      save();
    }
    watch();
    return `/${saved.id}`;
  }

  function forget() {
    saved.id = saved.token = null;
    save();
    for (const article of shown.values()) article.remove();
    shown.clear();
    lastSeq = 0;
  }

  // Sends what waits, one after the other. The same client_message_id makes repeats harmless.
  async function drain() {
    if (draining) return;
    draining = true;
    for (let tries = 0; saved.outbox.length; ) {
      const [waiting] = saved.outbox;
      try {
        const result = await call("POST", `${await conversation()}/messages`, waiting);
        done(waiting);
        show(result.message);
        result.replies.forEach(show);
        showState(result);
        // The start of the first reply, where a number to call would stand.
        if (result.replies.length) reveal(result.replies[0].id, "start");
        tries = 0;
      } catch (error) {
        if (error instanceof Refused && error.isGone) {
          forget(); // the conversation has ended; the message goes into a new one
          tries += 1;
          if (tries > 3) await pause(POLL);
        } else if (error instanceof Refused && !error.mayPass) {
          done(waiting); // its words go back to where they can be changed
          pending.get(waiting.client_message_id)?.remove();
          if (!input.value) input.value = waiting.text;
          element("error").textContent = error.detail;
        } else {
          tries += 1;
          const note = pending.get(waiting.client_message_id)?.querySelector(".delivery");
          if (note) note.textContent = "Not sent yet. Trying again.";
          await pause(Math.min(1000 * 2 ** (tries - 1), LONGEST_WAIT));
        }
      }
    }
    draining = false;
  }

  function done(waiting) {
    saved.outbox = saved.outbox.filter((m) => m.client_message_id !== waiting.client_message_id);
    save();
  }

  function send(text) {
    element("error").textContent = "";
    if (!text.trim()) return;
    const waiting = { client_message_id: newId(), text };
    saved.outbox.push(waiting);
    save();
    showPending(waiting);
    drain();
  }

  // --- news from staff ----------------------------------------------------------------------

  async function watch() {
    if (watching === saved.id) return;
    const mine = (watching = saved.id);
    while (watching === mine && saved.id === mine) {
      try {
        await stream();
      } catch (error) {
        if (error instanceof Refused && error.isGone) break;
        await pause(POLL);
        await catchUp().catch(() => {}); // the next round tries again
      }
    }
    if (watching === mine) watching = null;
  }

  async function catchUp() {
    let list;
    do {
      list = await call("GET", `/${saved.id}/messages?after=${lastSeq}`);
      list.messages.forEach(show);
    } while (list.has_more);
    showState(list);
  }

  // EventSource cannot send the token in a header, and an address must not hold it.
  async function stream() {
    const headers = { Authorization: `Bearer ${saved.token}`, "Last-Event-ID": String(lastSeq) };
    const response = await fetch(`${API}/${saved.id}/events`, { headers });
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (let read; !(read = await reader.read()).done; ) {
      const events = (text + decoder.decode(read.value, { stream: true })).split("\n\n");
      text = events.pop();
      events.forEach(handleEvent);
    }
  }

  function handleEvent(event) {
    const field = (name) => event.split("\n").find((line) => line.startsWith(`${name}: `));
    const shower = { "event: message": show, "event: state": showState }[field("event")];
    if (shower) shower(JSON.parse(field("data").slice(6)));
  }

  // --- showing ------------------------------------------------------------------------------

  function make(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function fill(target, html) {
    copy(new DOMParser().parseFromString(html, "text/html").body, target);
    return target;
  }

  function copy(from, to) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.textContent);
      else if (TAGS.has(node.nodeName)) {
        const made = document.createElement(node.nodeName);
        const href = node.getAttribute("href") || "";
        if (node.nodeName === "A" && SAFE_LINK.test(href)) {
          made.href = href;
          made.rel = "noopener noreferrer";
        }
        copy(node, made);
        to.append(made);
      } else copy(node, to);
    }
  }

  function show(message) {
    lastSeq = Math.max(lastSeq, message.seq);
    if (shown.has(message.id) || message.kind === "notice") return; // the page shows the notice
    pending.get(message.client_message_id)?.remove();
    pending.delete(message.client_message_id);
    const article = messageArticle(message);
    const later = [...log.children].find((other) => Number(other.dataset.seq) > message.seq);
    log.insertBefore(article, later || null);
    shown.set(message.id, article);
    reveal(message.id, "nearest");
  }

  function reveal(id, block) {
    shown.get(id)?.scrollIntoView({ block });
  }

  function messageArticle(message) {
    const names = { visitor: "You", bot: "Assistant", staff: `${message.staff_name} (clinic)` };
    const urgent = message.kind === "crisis" || message.kind === "emergency";
    const className = `message ${message.author}${urgent ? " urgent" : ""}`;
    const heading = make("h2", { textContent: names[message.author] });
    const article = make("article", { className }, heading);
    article.dataset.seq = message.seq;
    const draft = "Draft, not yet approved by a clinician";
    if (message.draft) article.append(make("p", { className: "draft" }, draft));
    const words = fill(make("div", { className: "words" }), message.html);
    if (urgent) article.append(numbers(words));
    article.append(words);
    if (message.footer_html) {
      article.append(fill(make("div", { className: "under words" }), message.footer_html));
    }
    if (message.sources.length) article.append(sourceList(message.sources));
    if (message.buttons.length) article.append(choices(message.buttons));
    if (message.kind === "answer") article.append(rating(message));
    return article;
  }

  // Large links for the numbers that an urgent reply names, in its order.
  function numbers(words) {
    const links = { "tel:988": [["Call 988", "tel:988"], ["Text 988", "sms:988"]] };
    links["tel:911"] = [["Call 911", "tel:911"]];
    const named = [...words.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    const wanted = [...new Set(named)].flatMap((href) => links[href] || []);
    const made = wanted.map(([textContent, href]) => make("a", { href, textContent }));
    return make("div", { className: "numbers" }, ...made);
  }

  function sourceList(sources) {
    const items = sources.map((source) => {
      const parts = [source.organisation, source.title, source.year].filter(Boolean).join(", ");
      if (!source.url || !SAFE_LINK.test(source.url)) return make("li", { textContent: parts });
      const link = { href: source.url, rel: "noopener noreferrer", target: "_blank" };
      return make("li", {}, make("a", link, parts));
    });
    const heading = make("h3", { textContent: "Sources" });
    return make("div", { className: "under" }, heading, make("ul", {}, ...items));
  }

  function choices(buttons) {
    const choice = (text) => ({ type: "button", onclick: () => send(text) });
    const made = buttons.map(({ title, text }) => make("button", choice(text), title));
    return make("div", { className: "choices" }, ...made);
  }

  function rating(message) {
    const question = make("span", { textContent: "Was this helpful?" });
    const box = make("div", { className: "rating" }, question);
    for (const [value, label] of [["up", "Yes"], ["down", "No"]]) {
      const thumb = make("span", { className: `thumb ${value}` });
      const button = make("button", { type: "button", ariaPressed: "false" }, thumb, label);
      button.onclick = () => rate(message.id, value, question, button);
      box.append(button);
    }
    return box;
  }

  async function rate(id, value, question, button) {
    try {
      await call("POST", `/${saved.id}/feedback`, { message_id: id, rating: value });
      for (const other of button.parentNode.querySelectorAll("button")) {
        other.ariaPressed = String(other === button);
      }
      question.textContent = "Thank you.";
    } catch {
      question.textContent = "That could not be saved. Please try again.";
    }
  }

  function showPending(waiting) {
    const words = make("div", { className: "words" }, waiting.text);
    const note = make("p", { className: "delivery" }, "Sending\u2026");
    const article = make("article", { className: "message visitor" }, make("h2", {}, "You"), words, note);
    article.dataset.seq = Number.MAX_SAFE_INTEGER;
    pending.set(waiting.client_message_id, article);
    log.append(article);
    article.scrollIntoView({ block: "nearest" });
  }

  function showState({ state, staff_name: name }) {
    const words = {
      bot: "",
      staff: `You are talking with ${name} from the clinic.`,
      locked: "Automated answers are paused. This is in front of staff.",
    };
    const status = element("status"); // set only when it changes, or it is read out each time
    if (status.textContent !== words[state]) status.textContent = words[state];
  }

  // --- the visitor's hands ------------------------------------------------------------------

  function submit(event) {
    event.preventDefault();
    const text = input.value;
    if (!text.trim()) return;
    input.value = "";
    grow();
    send(text);
    input.focus();
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  async function saveContact(event) {
    event.preventDefault();
    const value = (id) => element(id).value.trim() || undefined;
    const body = { method: value("method"), value: value("value"), best_time: value("time") };
    try {
      await call("POST", `${await conversation()}/contact`, body);
      element("contact-result").textContent = "Saved. Staff can see it.";
    } catch (error) {
      element("contact-result").textContent =
        error instanceof Refused ? error.detail : "That could not be saved. Please try again.";
    }
  }

  function restart() {
    if (!confirm("Start a new conversation? This one leaves this device.")) return;
    for (const article of pending.values()) article.remove();
    pending.clear();
    saved.outbox = [];
    forget();
    showState({ state: "bot" });
    input.focus();
  }

  async function begin() {
    saved.outbox.forEach(showPending);
    if (saved.id) {
      try {
        await catchUp();
        watch();
      } catch (error) {
        if (error instanceof Refused && error.isGone) forget();
        else watch(); // which goes on trying
      }
    }
    log.setAttribute("aria-live", "polite"); // what was said before is not read out again
    drain();
  }

  element("form").addEventListener("submit", submit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  input.addEventListener("input", grow);
  element("person").addEventListener("click", () => send(PERSON));
  element("contact-form").addEventListener("submit", saveContact);
  element("restart").addEventListener("click", restart);
  window.addEventListener("online", () => wakeUp());
  begin();
})();
