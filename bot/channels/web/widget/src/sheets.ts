/** What stands in the conversation's place for a moment: the notice at first, a question back. */

import { h } from "./dom";
import { fill } from "./rich";
import type { Words } from "./words";

/** Returns the notice, with the one button that accepts it. */
export function consentSheet(notice: string, words: Words, accept: () => void): HTMLElement {
  return h(
    "div.sheet",
    {},
    // The focus begins above the notice, so that it is read before it is accepted.
    h("h2", { tabindex: -1, "data-first": true }, words.of("consent_title")),
    fill(h("div.words"), notice),
    h("button.main", { type: "button", click: accept }, words.of("consent")),
  );
}

/** Returns the question whether to start a new conversation. */
export function restartSheet(words: Words, go: () => void, back: () => void): HTMLElement {
  return h(
    "div.sheet",
    { role: "group", "aria-labelledby": "sheet-title" },
    h("h2", { id: "sheet-title", tabindex: -1 }, words.of("restart_sure")),
    h(
      "div.row.buttons",
      {},
      h("button.main", { type: "button", click: go }, words.of("restart_yes")),
      h("button", { type: "button", click: back }, words.of("cancel")),
    ),
  );
}
