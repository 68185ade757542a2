/** Where the visitor writes. */

import { h, ICONS, icon } from "./dom";
import type { Words } from "./words";

export class Composer {
  readonly input: HTMLTextAreaElement;
  readonly element: HTMLElement;
  readonly #error: HTMLElement;

  constructor(
    words: Words,
    private readonly send: (text: string) => void,
  ) {
    this.input = h("textarea", {
      id: "text",
      rows: 1,
      placeholder: words.of("placeholder"),
      "aria-describedby": "error",
      enterkeyhint: "send",
      autocomplete: "off",
      input: () => this.#grow(),
      keydown: (event) => this.#key(event as KeyboardEvent),
    });
    this.#error = h("p.error", { id: "error", role: "alert" });
    this.element = h(
      "form.composer",
      { submit: (event) => this.#submit(event), novalidate: true },
      h("label.sr", { for: "text" }, words.of("message")),
      h(
        "div.row",
        {},
        this.input,
        h("button.send", { type: "submit", "aria-label": words.of("send") }, icon(ICONS.send)),
      ),
      this.#error,
    );
  }

  /** Puts words back that were not taken, with the reason. */
  giveBack(text: string, reason: string): void {
    this.input.value = [text, this.input.value].filter(Boolean).join("\n");
    this.#error.textContent = reason;
    this.#grow();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.input.value;
    if (!text.trim()) return;
    this.#error.textContent = "";
    this.input.value = "";
    this.#grow();
    this.send(text);
    this.input.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
  }

  #grow(): void {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
