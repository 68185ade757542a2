/** The conversation on screen, and what screen readers are told of it. */

import type { Conversation } from "./conversation";
import { h } from "./dom";
import { choices, type Hands, messageItem, nameOf, waitingItem } from "./message";
import { type Choice, isUrgent, type Message } from "./types";

export class Log {
  readonly list = h("ol.list");
  readonly element: HTMLElement;
  /** What is spoken; it stays in the panel whatever is shown there. */
  readonly live: HTMLElement;
  readonly #suggestions = h("div.suggestions");
  readonly #typing = h("p.typing", { hidden: true });
  readonly #writer = h("span");
  readonly #polite = h("div.sr", { role: "status" });
  readonly #urgent = h("div.sr", { role: "alert" });
  readonly #shown = new Map<string, HTMLLIElement>();
  #saidAt = 0;

  constructor(
    private readonly conversation: Conversation,
    private readonly hands: Hands,
    private readonly suggested: Choice[],
    greeting: string,
  ) {
    const { words } = hands;
    this.element = h(
      "div.log",
      { tabindex: 0, role: "region", "aria-label": words.of("conversation") },
      h("p.greeting", {}, greeting),
      this.list,
      this.#suggestions,
      this.#typing,
    );
    this.live = h("div", {}, this.#polite, this.#urgent);
    this.#typing.append(this.#writer, h("span.dots", { "aria-hidden": "true" }, "…"));
  }

  /** Shows messages that are new; `fresh` ones are announced, once. */
  add(messages: Message[], fresh: boolean): void {
    let first: HTMLLIElement | undefined;
    for (const message of messages) {
      if (this.#shown.has(message.id)) continue;
      const item = messageItem(message, this.hands);
      this.#shown.set(message.id, item);
      const after = Array.from(this.list.children).find(
        (other) => Number((other as HTMLElement).dataset.seq ?? Infinity) > message.seq,
      );
      this.list.insertBefore(item, after ?? null);
      if (message.author !== "visitor") first ??= item;
      if (fresh && message.author !== "visitor") this.#announce(message, item);
    }
    this.refresh();
    // The start of the first reply, where a number to call would stand.
    if (first && fresh) this.#reveal(first);
    else this.end();
  }

  /** Brings what waits, what is suggested and who is writing up to date. */
  refresh(note = ""): void {
    const { memory, messages } = this.conversation;
    const arrived = new Set(Array.from(messages.values(), (m) => m.client_message_id));
    const waiting = memory.saved.outbox.filter((w) => !arrived.has(w.client_message_id));
    const ids = new Set(waiting.map((w) => w.client_message_id));
    for (const item of this.list.querySelectorAll<HTMLElement>("[data-waiting]")) {
      if (!ids.has(item.dataset.waiting ?? "")) item.remove();
      else if (note) (item.querySelector(".delivery") as HTMLElement).textContent = note;
    }
    for (const message of waiting) {
      if (this.list.querySelector(`[data-waiting="${message.client_message_id}"]`)) continue;
      const { words } = this.hands;
      this.list.append(waitingItem(message, note || words.of("sending"), words));
      this.end();
    }
    this.#suggest(waiting.length === 0);
    this.#showTyping(waiting.length > 0 && !note);
  }

  clear(): void {
    for (const item of this.#shown.values()) item.remove();
    this.#shown.clear();
    this.#polite.replaceChildren();
    this.#urgent.replaceChildren();
    this.refresh();
  }

  /** Scrolls to the end. */
  end(): void {
    const { scroller } = this;
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** What moves: the conversation, or with little height the whole panel. */
  private get scroller(): Element {
    const { element } = this;
    const moves = element.scrollHeight > element.clientHeight;
    return (!moves && element.closest(".panel")) || element;
  }

  /** Says something to screen readers that needs no place on screen. */
  say(text: string): void {
    this.#queue(this.#polite, text);
  }

  #announce(message: Message, item: HTMLElement): void {
    const spoken = Array.from(item.querySelectorAll(".words"), textOf).join(" ");
    const target = isUrgent(message) ? this.#urgent : this.#polite;
    this.#queue(target, `${nameOf(message, this.hands.words)}: ${spoken}`);
  }

  /** Each announcement is an element of its own, so that two at once are both read. */
  #queue(target: HTMLElement, text: string): void {
    if (Date.now() - this.#saidAt > 5000) target.replaceChildren();
    this.#saidAt = Date.now();
    target.append(h("p", {}, text));
  }

  #reveal(item: HTMLElement): void {
    const { scroller } = this;
    const above = item.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += above - 8;
  }

  #suggest(isQuiet: boolean): void {
    const hasSpoken = Array.from(this.conversation.messages.values()).some(
      (message) => message.kind !== "notice",
    );
    const wanted = isQuiet && !hasSpoken && this.suggested.length > 0;
    if (!wanted) this.#suggestions.replaceChildren();
    else if (!this.#suggestions.hasChildNodes()) {
      const title = this.hands.words.of("suggestions");
      this.#suggestions.append(choices(title, this.suggested, this.hands));
    }
  }

  #showTyping(botWrites: boolean): void {
    const { typing, state } = this.conversation;
    const { words } = this.hands;
    let text = "";
    if (typing) text = words.of("typing_staff", { name: typing });
    else if (botWrites && state.state === "bot") text = words.of("typing_bot");
    if (this.#typing.hidden === !text && this.#writer.textContent === text) return;
    this.#typing.hidden = !text;
    this.#writer.textContent = text;
    if (text) this.end();
  }
}

/** The words of an element, with a pause between its paragraphs. */
function textOf(element: Element): string {
  const parts = Array.from(element.children, (child) => child.textContent ?? "");
  return parts.join(" ") || (element.textContent ?? "");
}
