/** The form for contact details. */

import { Refused } from "./api";
import type { Conversation } from "./conversation";
import { h } from "./dom";
import type { Word, Words } from "./words";

const METHODS: [string, Word][] = [
  ["phone", "phone"],
  ["text", "text"],
  ["email", "email"],
];

/**
 * Returns the form.
 *
 * @param done - called when it is over, with what to say then.
 */
export function contactForm(
  conversation: Conversation,
  words: Words,
  done: (said: string) => void,
): HTMLElement {
  const suit = () => {
    const kind = method.value === "email" ? "email" : "tel";
    value.setAttribute("autocomplete", kind);
    value.inputMode = kind;
  };
  const method = h(
    "select",
    { id: "method", change: suit },
    ...METHODS.map(([value, word]) => h("option", { value }, words.of(word))),
  );
  const value = h("input", {
    id: "value",
    required: true,
    maxlength: 200,
    "aria-describedby": "value-error",
  });
  suit();
  const time = h("input", { id: "time", maxlength: 200, autocomplete: "off" });
  const error = h("p.error", { id: "value-error", role: "alert" });
  const fail = (reason: string) => {
    error.textContent = reason;
    value.setAttribute("aria-invalid", "true");
    value.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    error.textContent = "";
    if (!value.value.trim()) return fail(words.of("value_missing"));
    const best_time = time.value.trim() || undefined;
    const contact = { method: method.value, value: value.value.trim(), best_time };
    try {
      await conversation.leaveContact(contact);
      done(words.of("contact_saved"));
    } catch (problem) {
      const reason = problem instanceof Refused ? problem.detail : "";
      fail(reason || words.of("not_saved"));
    }
  };
  return h(
    "form.sheet",
    { submit, novalidate: true, "aria-labelledby": "sheet-title" },
    h("h2", { id: "sheet-title", tabindex: -1 }, words.of("contact")),
    h("p", {}, words.of("contact_intro")),
    h("label", { for: "method" }, words.of("method")),
    method,
    h("label", { for: "value" }, words.of("value")),
    value,
    error,
    h("label", { for: "time" }, words.of("best_time")),
    time,
    h(
      "div.row.buttons",
      {},
      h("button.main", { type: "submit" }, words.of("save")),
      h("button", { type: "button", click: () => done("") }, words.of("cancel")),
    ),
  );
}
