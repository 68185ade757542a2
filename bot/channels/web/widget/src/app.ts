/** The chat itself. The loader loads it when somebody wants it, and mounts it into its element. */

import { Api } from "./api";
import { Conversation, type Identity } from "./conversation";
import { h, ICONS, icon, trap } from "./dom";
import { type App, type Host, type Mount, PLACE } from "./host";
import { Memory } from "./memory";
import { Panel } from "./panel";
import { safetyLine } from "./safety";
import base from "./styles/base.css";
import controls from "./styles/controls.css";
import log from "./styles/log.css";
import panel from "./styles/panel.css";
import screens from "./styles/screens.css";
import type { WidgetInfo } from "./types";
import { Words } from "./words";

/** Each rule where it belongs; those for screens come last, since they change others. */
const SHEET = [base, panel, controls, log, screens].join("");
/** How long a visitor who opens the chat waits for it before they are told that there is none. */
const PATIENCE = 8000;
const SMALL = "(max-width: 30rem), (max-height: 30rem)";

class Chat implements App {
  readonly #closing = new AbortController();
  readonly #api: Api;
  readonly #memory: Memory;
  #panel: Panel | null = null;
  #failed: HTMLElement | null = null;
  #ready: Promise<void>;
  #words: Words | null = null;
  #isOpen = false;
  /** The chat is the page itself: it cannot be closed. */
  readonly #isPage: boolean;

  constructor(private readonly host: Host) {
    const style = new CSSStyleSheet();
    style.replaceSync(SHEET);
    host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, style];
    this.#api = new Api(host.base);
    this.#memory = new Memory(host.base, host.option("user"));
    this.#isPage = host.option("layout") === "page";
    this.#ready = this.#prepare();
    this.#fitKeyboard();
  }

  async open(): Promise<void> {
    this.#isOpen = true;
    if (this.#failed) this.#ready = this.#prepare();
    await this.#ready;
    const shown = this.#panel?.element ?? this.#failed;
    if (!this.#isOpen || !shown) return;
    shown.hidden = false;
    this.#setModal();
    this.host.launcher.hidden = true;
    this.host.launcher.ariaExpanded = "true";
    if (this.#panel) this.#panel.focus();
    else shown.focus();
    this.#count();
    this.host.element.dispatchEvent(new CustomEvent("faqbot:open", { bubbles: true }));
  }

  close(): void {
    if (!this.#isOpen || this.#isPage) return;
    this.#isOpen = false;
    for (const shown of [this.#panel?.element, this.#failed]) if (shown) shown.hidden = true;
    this.host.launcher.hidden = false;
    this.host.launcher.ariaExpanded = "false";
    this.host.launcher.focus();
    this.#count();
    this.host.element.dispatchEvent(new CustomEvent("faqbot:close", { bubbles: true }));
  }

  dispose(): void {
    this.#closing.abort();
    this.#panel?.element.remove();
    this.#failed?.remove();
    this.host.launcher.hidden = false; // a page that only moves the element goes on with it
  }

  async #prepare(): Promise<void> {
    const { host } = this;
    this.#words ??= await Words.load(host.base, host.language, host.option("texts"));
    const fixed = this.#words.language === "es" ? "es" : "en";
    let failed: HTMLElement | null = null;
    try {
      const path = `/widget?language=${fixed}`;
      const info = await this.#api.call<WidgetInfo>(path, { patience: PATIENCE });
      await this.#mount(info, this.#words, fixed);
    } catch {
      if (!this.#panel) failed = this.#failure(this.#words);
    }
    this.#failed?.remove();
    this.#failed = failed;
    if (failed) host.box.append(failed);
  }

  async #mount(info: WidgetInfo, words: Words, language: string): Promise<void> {
    const identity = identityOf(this.host);
    const { host } = this;
    const talk = new Conversation(this.#api, this.#memory, language, identity, this.#closing);
    const close = this.#isPage ? null : () => this.close();
    const panel = new Panel(host, talk, info, words, close);
    panel.element.lang = words.language;
    panel.onNews = () => this.#count();
    this.#panel = panel;
    host.box.append(panel.element);
    if (this.#memory.saved.consent) await talk.resume().catch(() => talk.trouble("slow"));
    this.#conversation = talk;
    this.#count();
  }

  #conversation: Conversation | null = null;

  /** Counts what was said since the chat was last open, and shows it on the button. */
  #count(): void {
    const talk = this.#conversation;
    if (!talk || !this.#words) return;
    if (this.#isOpen && !document.hidden) {
      const { id, seen } = this.#memory.saved;
      if (id && talk.lastSeq > seen) this.#memory.keep({ seen: talk.lastSeq });
      this.host.badge(0, "");
      return;
    }
    const { seen } = this.#memory.saved;
    const unread = Array.from(talk.messages.values()).filter(
      (message) => message.seq > seen && message.author !== "visitor" && message.kind !== "notice",
    ).length;
    const label = unread === 1 ? "unread_one" : "unread";
    this.host.badge(unread, unread ? this.#words.of(label, { count: unread }) : "");
  }

  /** Returns what says that there is no chat now, and what there is. */
  #failure(words: Words): HTMLElement {
    const phone = this.host.option("phone");
    const said = phone ? words.of("error_phone", { phone }) : words.of("error");
    const panel = h(
      "div.panel",
      {
        role: this.#isPage ? "main" : "dialog",
        "aria-labelledby": "title",
        tabindex: -1,
        lang: words.language,
        keydown: (event) => {
          if ((event as KeyboardEvent).key === "Escape") this.close();
          else if (!this.#isPage) trap(event as KeyboardEvent, panel);
        },
      },
      h(
        "div.header",
        {},
        h(
          "div.bar",
          {},
          h("div.names", {}, h("h1", { id: "title" }, words.of("error_title"))),
          !this.#isPage &&
            h(
              "button.icon",
              { type: "button", "aria-label": words.of("close"), click: () => this.close() },
              icon(ICONS.close),
            ),
        ),
      ),
      h("div.strip", {}, safetyLine(words)),
      h(
        "div.body",
        {},
        h(
          "div.sheet",
          {},
          h("p", { role: "status" }, said),
          phone && h("a.number", { href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone),
          h("button.main", { type: "button", click: () => this.open() }, words.of("retry")),
        ),
      ),
    );
    panel.hidden = true;
    return panel;
  }

  /** Where the chat covers the page, nothing else is there for a screen reader either. */
  #setModal(): void {
    const shown = this.#panel?.element ?? this.#failed;
    if (shown && !this.#isPage) shown.ariaModal = matchMedia(SMALL).matches ? "true" : null;
  }

  /** On a phone the chat ends where the keyboard begins. */
  #fitKeyboard(): void {
    const view = window.visualViewport;
    if (!view) return;
    const fit = () => {
      this.host.box.style.setProperty("--height", `${view.height}px`);
      this.host.box.style.setProperty("--top", `${view.offsetTop}px`);
      this.#setModal();
    };
    const { signal } = this.#closing;
    view.addEventListener("resize", fit, { signal });
    view.addEventListener("scroll", fit, { signal });
    document.addEventListener("visibilitychange", () => this.#count(), { signal });
    fit();
  }
}

function identityOf(host: Host): Identity | null {
  const [user, expires, signature] = [
    host.option("user"),
    Number(host.option("user-expires")),
    host.option("user-signature"),
  ];
  return user && expires && signature ? { user, expires, signature } : null;
}

(window as unknown as Record<symbol, Mount>)[PLACE] = (host) => new Chat(host);
