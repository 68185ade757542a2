/** The chat itself. The loader loads it when somebody wants it, and mounts it into its element. */

import { Api } from "./api";
import { Conversation, type Identity } from "./conversation";
import { h, ICONS, icon, trap } from "./dom";
import { type App, type Host, type Mount, PLACE } from "./host";
import { Memory } from "./memory";
import { Panel } from "./panel";
import { safetyLine } from "./safety";
import type { WidgetInfo } from "./types";
import sheet from "./view.css";
import { Words } from "./words";

class Chat implements App {
  readonly #closing = new AbortController();
  readonly #api: Api;
  readonly #memory: Memory;
  #panel: Panel | null = null;
  #failed: HTMLElement | null = null;
  #ready: Promise<void>;
  #words: Words | null = null;
  #isOpen = false;

  constructor(private readonly host: Host) {
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, style];
    this.#api = new Api(host.base);
    this.#memory = new Memory(host.base, host.option("user"));
    this.#ready = this.#prepare();
    this.#fitKeyboard();
  }

  async open(): Promise<void> {
    this.#isOpen = true;
    await this.#ready;
    if (!this.#isOpen) return;
    if (!this.#panel) {
      this.#ready = this.#prepare();
      await this.#ready;
    }
    const shown = this.#panel?.element ?? this.#failed;
    if (!shown) return;
    shown.hidden = false;
    shown.ariaModal = matchMedia("(max-width: 30rem), (max-height: 30rem)").matches ? "true" : null;
    this.host.launcher.hidden = true;
    this.host.launcher.ariaExpanded = "true";
    if (this.#panel) this.#panel.focus();
    else shown.focus();
    this.#count();
    this.host.element.dispatchEvent(new CustomEvent("faqbot:open", { bubbles: true }));
  }

  close(): void {
    if (!this.#isOpen) return;
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
  }

  async #prepare(): Promise<void> {
    this.#failed?.remove();
    this.#failed = null;
    const { host } = this;
    this.#words ??= await Words.load(host.base, host.language, host.option("texts"));
    const fixed = this.#words.language === "es" ? "es" : "en";
    try {
      const info = await this.#api.call<WidgetInfo>(`/widget?language=${fixed}`);
      await this.#mount(info, this.#words, fixed);
    } catch {
      if (!this.#panel) this.#fail(this.#words);
    }
  }

  async #mount(info: WidgetInfo, words: Words, language: string): Promise<void> {
    const identity = identityOf(this.host);
    const { host } = this;
    const talk = new Conversation(this.#api, this.#memory, language, identity, this.#closing);
    const panel = new Panel(host, talk, info, words, () => this.close());
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

  /** Says that there is no chat now, and what there is. */
  #fail(words: Words): void {
    const phone = this.host.option("phone");
    const said = phone ? words.of("error_phone", { phone }) : words.of("error");
    const again = async () => {
      this.#ready = this.#prepare();
      await this.open();
    };
    const panel = h(
      "div.panel",
      {
        role: "dialog",
        "aria-labelledby": "title",
        tabindex: -1,
        lang: words.language,
        keydown: (event) => {
          if ((event as KeyboardEvent).key === "Escape") this.close();
          else trap(event as KeyboardEvent, panel);
        },
      },
      h(
        "div.header",
        {},
        h(
          "div.bar",
          {},
          h("div.names", {}, h("h1", { id: "title" }, words.of("error_title"))),
          h(
            "button.icon",
            { type: "button", "aria-label": words.of("close"), click: () => this.close() },
            icon(ICONS.close),
          ),
        ),
      ),
      h("div.strip", {}, safetyLine(words)),
      h(
        "div.main",
        {},
        h(
          "div.sheet",
          {},
          h("p", { role: "status" }, said),
          phone && h("a.number", { href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone),
          h("button.main", { type: "button", click: again }, words.of("retry")),
        ),
      ),
    );
    panel.hidden = true;
    this.#failed = panel;
    this.host.box.append(panel);
  }

  /** On a phone the chat ends where the keyboard begins. */
  #fitKeyboard(): void {
    const view = window.visualViewport;
    if (!view) return;
    const fit = () => {
      this.host.box.style.setProperty("--height", `${view.height}px`);
      this.host.box.style.setProperty("--top", `${view.offsetTop}px`);
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
