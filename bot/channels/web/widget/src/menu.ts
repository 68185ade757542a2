/** What is needed less often, behind one button. */

import { h, ICONS, icon } from "./dom";
import type { Word, Words } from "./words";

type Entry = "contact" | "print" | "download" | "restart";

export class Menu {
  readonly button: HTMLButtonElement;
  readonly list: HTMLElement;

  constructor(words: Words, actions: Record<Entry, () => void>) {
    this.button = h(
      "button.icon",
      {
        type: "button",
        "aria-label": words.of("menu"),
        "aria-expanded": "false",
        "aria-controls": "menu",
        click: () => this.#toggle(this.list.hidden === true),
      },
      icon(ICONS.menu),
    );
    const entries = Object.entries(actions).map(([name, act]) => {
      const click = () => {
        this.#toggle(false);
        this.button.focus();
        act();
      };
      return h("li", {}, h("button", { type: "button", click }, words.of(name as Word)));
    });
    this.list = h("ul.menu", { id: "menu", hidden: true }, ...entries);
  }

  /** Shows the button only where there is a conversation. */
  enable(isThere: boolean): void {
    this.button.hidden = !isThere;
    if (!isThere) this.#toggle(false);
  }

  /** Closes it; returns whether it was open. */
  close(): boolean {
    const wasOpen = !this.list.hidden;
    this.#toggle(false);
    if (wasOpen) this.button.focus();
    return wasOpen;
  }

  #toggle(open: boolean): void {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }
}
