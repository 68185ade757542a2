/** One message on screen. */

import { h, ICONS, icon } from "./dom";
import { fill, isSafeLink } from "./rich";
import { type Choice, isUrgent, type Message, type Source, type Waiting } from "./types";
import type { Word, Words } from "./words";

export interface Hands {
  words: Words;
  say(text: string): void;
  rate(messageId: string, rating: "up" | "down"): Promise<void>;
}

/** Returns who says something. */
export function nameOf(message: Message, words: Words): string {
  if (message.author === "visitor") return words.of("you");
  if (message.author === "staff") return words.of("staff", { name: message.staff_name ?? "" });
  return words.of("bot");
}

/** Returns a message with everything that belongs to it. */
export function messageItem(message: Message, hands: Hands): HTMLLIElement {
  const { words } = hands;
  const urgent = isUrgent(message);
  const item = h("li", {
    class: `message ${message.author}${urgent ? " urgent" : ""}`,
    "data-id": message.id,
    "data-seq": message.seq,
  });
  const time = h("time", { datetime: message.created_at }, words.time(message.created_at));
  item.append(h("p.who", {}, nameOf(message, words), " ", time));
  if (message.draft) item.append(h("p.draft", {}, words.of("draft")));
  const body = fill(h("div.words"), message.html);
  item.append(body);
  if (message.footer_html) item.append(fill(h("div.words.under"), message.footer_html));
  if (message.sources.length) item.append(sourceList(message.sources, words));
  if (message.kind === "answer") item.append(rating(message.id, hands));
  if (message.buttons.length) {
    const title = message.kind === "clarify" ? "choices" : "follow_ups";
    item.append(choices(words.of(title), message.buttons, hands));
  }
  return item;
}

/** Returns a message that was written here and is on its way. */
export function waitingItem(waiting: Waiting, note: string, words: Words): HTMLLIElement {
  const text = h("div.words", {}, h("p.typed", {}, waiting.text));
  return h(
    "li.message.visitor.waiting",
    { "data-waiting": waiting.client_message_id },
    h("p.who", {}, words.of("you")),
    text,
    h("p.delivery", {}, note),
  );
}

/** Returns large links: for the numbers that an urgent reply names, in its order, then the others. */
export function numbers(body: HTMLElement, words: Words): HTMLElement {
  const known: Record<string, [Word, string][]> = {
    "tel:988": [
      ["call_988", "tel:988"],
      ["text_988", "sms:988"],
    ],
    "tel:911": [["call_911", "tel:911"]],
  };
  const named = Array.from(body.querySelectorAll("a"), (link) => link.getAttribute("href") ?? "");
  const ordered = [...new Set([...named, ...Object.keys(known)])];
  const wanted = ordered.flatMap((address) => known[address] ?? []);
  const links = wanted.map(([word, href]) => {
    const drawn = icon(href.startsWith("sms:") ? ICONS.text : ICONS.phone);
    return h("a.number", { href }, drawn, words.of(word));
  });
  return h("div.numbers", {}, ...links);
}

/** Returns buttons that send their text, under a title. */
export function choices(title: string, offered: Choice[], hands: Hands): HTMLElement {
  const buttons = offered.map((choice) =>
    h("button.choice", { type: "button", click: () => hands.say(choice.text) }, choice.title),
  );
  return h(
    "div.choices",
    { role: "group", "aria-label": title },
    h("p.small", { "aria-hidden": "true" }, title),
    ...buttons,
  );
}

function sourceList(sources: Source[], words: Words): HTMLElement {
  const items = sources.map((source) => {
    const parts = [source.organisation, source.title, source.year].filter(Boolean).join(", ");
    if (!source.url || !isSafeLink(source.url)) return h("li", {}, parts);
    const link = { href: source.url, rel: "noopener noreferrer", target: "_blank" };
    return h("li", {}, h("a", link, parts));
  });
  return h("div.under", {}, h("p.small", {}, words.of("sources")), h("ul", {}, ...items));
}

function rating(messageId: string, hands: Hands): HTMLElement {
  const { words } = hands;
  const question = h("span", { role: "status" }, words.of("helpful"));
  const buttons = (["up", "down"] as const).map((value) =>
    h(
      "button.rate",
      {
        type: "button",
        "aria-pressed": "false",
        click: async (event: Event) => {
          const pressed = event.currentTarget;
          try {
            await hands.rate(messageId, value);
            question.textContent = words.of("thanks");
            for (const button of buttons)
              button.setAttribute("aria-pressed", String(button === pressed));
          } catch {
            question.textContent = words.of("not_saved");
          }
        },
      },
      words.of(value === "up" ? "yes" : "no"),
    ),
  );
  return h(
    "div.rating",
    { role: "group", "aria-label": words.of("helpful") },
    question,
    ...buttons,
  );
}
