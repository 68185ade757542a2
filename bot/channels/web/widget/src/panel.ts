/** The open chat: one dialog, or one page, with everything in it. */

import { Composer } from "./composer";
import { contactForm } from "./contact";
import type { Conversation } from "./conversation";
import { h, ICONS, icon, trap } from "./dom";
import { quickExit } from "./exit";
import type { Host } from "./host";
import { Log } from "./log";
import { Menu } from "./menu";
import { Safety } from "./safety";
import { download, print } from "./save";
import { consentSheet, restartSheet } from "./sheets";
import type { Message, WidgetInfo } from "./types";
import type { Word, Words } from "./words";

const COARSE = "(pointer: coarse)";

export class Panel {
  readonly element: HTMLElement;
  readonly log: Log;
  readonly #composer: Composer;
  readonly #safety: Safety;
  readonly #menu: Menu;
  readonly #status = h("p.status");
  readonly #trouble = h("p.trouble", { role: "status" });
  readonly #main = h("div.body");
  readonly #clinic: string;

  constructor(
    private readonly host: Host,
    private readonly conversation: Conversation,
    private readonly info: WidgetInfo,
    private readonly words: Words,
    /** Closes the chat; nothing does where the chat is the page. */
    private readonly onClose: (() => void) | null,
  ) {
    this.#clinic = host.option("clinic") || info.clinic;
    const hands = {
      words,
      say: (text: string) => this.say(text),
      rate: (id: string, rating: "up" | "down") => conversation.rate(id, rating),
    };
    const greeting = host.option("greeting") || words.of("greeting");
    this.log = new Log(conversation, hands, this.#suggestions(), greeting);
    this.#composer = new Composer(words, (text) => this.say(text));
    this.#safety = new Safety(conversation, words, this.#exit());
    this.#menu = new Menu(words, {
      contact: () => this.#showContact(),
      print: () => print(this.#ordered(), this.#title(), words, host.root),
      download: () => download(this.#ordered(), this.#title(), words),
      restart: () => this.#askRestart(),
    });
    this.element = h(
      "div.panel",
      {
        role: onClose ? "dialog" : "main",
        "aria-labelledby": "title",
        "aria-describedby": "status",
        tabindex: -1,
        hidden: true,
        keydown: (event) => this.#key(event as KeyboardEvent),
      },
      this.#header(),
      this.#safety.element,
      this.#menu.list,
      this.#main,
      this.log.live,
    );
    this.#status.id = "status";
    this.#connect();
    if (conversation.memory.saved.consent) this.#showChat();
    else this.#showConsent();
  }

  /** Sends what the visitor said. */
  say(text: string): void {
    this.conversation.outbox.add(text);
    this.log.end();
  }

  /** Puts the focus where the visitor goes on. */
  focus(): void {
    const inside = this.element.querySelector<HTMLElement>("[data-first]");
    const keyboardWouldCover = matchMedia(COARSE).matches && inside instanceof HTMLTextAreaElement;
    (keyboardWouldCover ? this.element : (inside ?? this.element)).focus();
    this.log.end();
  }

  #exit(): HTMLElement {
    const { words } = this;
    return h(
      "button.exit",
      {
        type: "button",
        "aria-label": `${words.of("exit")}: ${words.of("exit_hint")}`,
        click: () => this.#leave(),
      },
      icon(ICONS.exit),
      words.of("exit"),
    );
  }

  #leave(): void {
    quickExit(this.host.element, this.conversation.memory, this.host.option("exit"));
  }

  #header(): HTMLElement {
    const { words } = this;
    const logo = this.host.option("logo");
    const close =
      this.onClose &&
      h(
        "button.icon",
        { type: "button", "aria-label": words.of("close"), click: this.onClose },
        icon(ICONS.close),
      );
    return h(
      "div.header",
      {},
      h(
        "div.bar",
        {},
        logo && h("img.logo", { src: logo, alt: "" }),
        h("div.names", {}, h("h1", { id: "title" }, this.#clinic), this.#status),
        this.#menu.button,
        close,
      ),
    );
  }

  #connect(): void {
    this.conversation.listener = (name, what) => {
      // First, since it takes room from the conversation, which scrolls to what is new.
      this.#safety.refresh();
      if (name === "messages") {
        const { messages, fresh } = what as { messages: Message[]; fresh: boolean };
        this.log.add(messages, fresh);
      } else if (name === "reset") this.log.clear();
      else if (name === "refused") {
        const { text, detail } = what as { text: string; detail: string };
        this.#composer.giveBack(text, detail);
      } else if (name === "trouble") this.#showTrouble(what as string);
      else this.log.refresh(this.#note());
      this.#showStatus();
      this.onNews();
    };
  }

  /** Called after anything changed; the app counts what is unread. */
  onNews: () => void = () => {};

  #note(): string {
    return this.#trouble.textContent ? this.words.of("not_sent") : "";
  }

  #showTrouble(name: string): void {
    this.#trouble.textContent = name ? this.words.of(name as Word) : "";
    this.log.refresh(name ? this.words.of("not_sent") : this.words.of("sending"));
  }

  #showStatus(): void {
    const { state, staff_name } = this.conversation.state;
    const texts = {
      bot: this.words.of("automated"),
      staff: this.words.of("with_staff", { name: staff_name ?? "" }),
      locked: this.words.of("locked"),
    };
    if (this.#status.textContent === texts[state]) return;
    const isNews = this.#status.textContent !== "";
    this.#status.textContent = texts[state];
    this.element.dataset.state = state;
    if (isNews) this.log.say(texts[state]);
  }

  #showChat(): void {
    const { words } = this;
    const ask = () => this.say(words.of("person_message"));
    const person = h(
      "button.person",
      { type: "button", click: ask },
      icon(ICONS.person),
      words.of("person"),
    );
    this.#composer.input.dataset.first = "";
    this.#menu.enable(true);
    this.#main.replaceChildren(
      this.log.element,
      this.#trouble,
      h("div.foot", {}, this.#composer.element, h("div.tools", {}, person)),
    );
    this.log.refresh();
    this.#safety.refresh();
    this.#showStatus();
    this.log.end();
  }

  #showConsent(): void {
    const accept = () => {
      this.conversation.memory.keep({ consent: true });
      this.#showChat();
      this.focus();
      void this.conversation.resume().catch(() => this.conversation.trouble("slow"));
    };
    this.#menu.enable(false);
    this.#showStatus();
    this.#main.replaceChildren(consentSheet(this.info.notice_html, this.words, accept));
  }

  #showContact(): void {
    const form = contactForm(this.conversation, this.words, (said) => {
      this.#showChat();
      this.focus();
      if (said) this.#tellSaved(said);
    });
    this.#showSheet(form);
  }

  #askRestart(): void {
    const back = () => {
      this.#showChat();
      this.focus();
    };
    const go = () => {
      this.conversation.restart();
      back();
    };
    this.#showSheet(restartSheet(this.words, go, back));
  }

  #showSheet(sheet: HTMLElement): void {
    this.#main.replaceChildren(sheet);
    sheet.querySelector<HTMLElement>("h2")?.focus();
  }

  #tellSaved(said: string): void {
    const note = h("p.saved", {}, said);
    this.#trouble.before(note);
    this.log.say(said);
    setTimeout(() => note.remove(), 8000);
  }

  #key(event: KeyboardEvent): void {
    if (this.onClose) trap(event, this.element);
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (this.#menu.close()) return;
    if (this.#main.querySelector("#sheet-title")) {
      this.#showChat();
      this.focus();
    } else this.onClose?.();
  }

  #suggestions() {
    const own = this.host.option("suggestions");
    if (!own) return this.info.suggestions;
    const questions = own.split("|").map((text) => text.trim());
    return questions.filter(Boolean).map((text) => ({ title: text, text }));
  }

  #ordered(): Message[] {
    return Array.from(this.conversation.messages.values()).sort((a, b) => a.seq - b.seq);
  }

  #title(): string {
    return this.words.of("transcript", { clinic: this.#clinic });
  }
}
