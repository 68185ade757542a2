/** Help that stays on screen: the numbers for an emergency, and a crisis reply's own numbers. */

import type { Conversation } from "./conversation";
import { h } from "./dom";
import { numbers } from "./message";
import { fill } from "./rich";
import { isUrgent } from "./types";
import type { Word, Words } from "./words";

/** Returns the line with the numbers, which is always there. */
export function safetyLine(words: Words): HTMLElement {
  const part = (title: Word, ...links: HTMLElement[]) =>
    h("span", {}, words.of(title), ...links.flatMap((link) => [" ", link]));
  return h(
    "p.safety",
    { role: "group", "aria-label": words.of("help") },
    part("emergency", h("a", { href: "tel:911" }, words.of("call_911"))),
    " ",
    part(
      "crisis",
      h("a", { href: "tel:988" }, words.of("call_988")),
      h("a", { href: "sms:988" }, words.of("text_988")),
    ),
  );
}

/** The numbers above the conversation: large, and in its colours, from a crisis until it is over. */
export class Safety {
  readonly element: HTMLElement;
  readonly #line: HTMLElement;
  readonly #title: HTMLElement;
  readonly #pinned: HTMLElement;
  #for = "";

  constructor(
    private readonly conversation: Conversation,
    private readonly words: Words,
    exit: HTMLElement,
  ) {
    this.#line = safetyLine(words);
    this.#title = h("p.small", { "aria-hidden": "true", hidden: true }, words.of("pinned"));
    this.#pinned = h("div.help", {
      role: "region",
      "aria-label": words.of("pinned"),
      hidden: true,
    });
    this.element = h("div.strip", {}, this.#line, this.#title, exit, this.#pinned);
  }

  /** Pins the numbers of the last crisis reply until staff have closed the case. */
  refresh(): void {
    const messages = Array.from(this.conversation.messages.values());
    const urgent = messages.filter(isUrgent).sort((a, b) => b.seq - a.seq)[0];
    const isOver =
      this.conversation.state.state === "bot" &&
      messages.some((m) => m.kind === "handoff" && m.seq > (urgent?.seq ?? 0));
    const wanted = urgent && !isOver ? urgent : null;
    if (this.#for === (wanted?.id ?? "")) return;
    this.#for = wanted?.id ?? "";
    this.#line.hidden = wanted !== null;
    this.#title.hidden = this.#pinned.hidden = wanted === null;
    this.element.classList.toggle("pinned", wanted !== null);
    if (!wanted) return;
    this.#pinned.replaceChildren(numbers(fill(h("div"), wanted.html), this.words));
  }
}
