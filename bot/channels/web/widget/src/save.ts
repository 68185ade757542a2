/** A copy of the conversation for the visitor: on paper or as a file, without an e-mail. */

import { h } from "./dom";
import { nameOf } from "./message";
import { fill } from "./rich";
import type { Message } from "./types";
import type { Words } from "./words";

const SHEET =
  "body{font:12pt/1.5 sans-serif;margin:2cm}h1{font-size:16pt}p{margin:0 0 .5em}" +
  "section{break-inside:avoid;margin:0 0 1em}.who{font-weight:bold;margin:0}";

/** Offers the conversation as a text file. */
export function download(messages: Message[], title: string, words: Words): void {
  const blocks = messages.map((message) => {
    const sources = message.sources.map((s) =>
      ["  -", s.organisation, s.title, s.year, s.url].filter(Boolean).join(" "),
    );
    const when = new Date(message.created_at).toLocaleString(words.language);
    const said = [`${nameOf(message, words)} (${when}):`, plain(message.text)];
    if (message.footer) said.push(plain(message.footer));
    if (sources.length) said.push(`${words.of("sources")}:`, ...sources);
    return said.join("\n");
  });
  const file = new Blob([`${title}\n\n${blocks.join("\n\n")}\n`], {
    type: "text/plain;charset=utf-8",
  });
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: `${title}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Prints the conversation, without the page around it. */
export function print(messages: Message[], title: string, words: Words, beside: ShadowRoot): void {
  const frame = h("iframe.sr", { title, "aria-hidden": "true", tabindex: -1 });
  beside.append(frame);
  const page = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!page) return;
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(SHEET);
  page.document.adoptedStyleSheets = [sheet];
  page.document.title = title;
  page.document.body.append(h("h1", {}, title), ...messages.map((m) => printed(m, words)));
  page.addEventListener("afterprint", () => frame.remove());
  page.print();
}

function printed(message: Message, words: Words): HTMLElement {
  const when = new Date(message.created_at).toLocaleString(words.language);
  const section = h("section", {}, h("p.who", {}, `${nameOf(message, words)}, ${when}`));
  fill(section, message.html);
  if (message.footer_html) fill(section, message.footer_html);
  for (const source of message.sources)
    section.append(
      h("p", {}, [source.organisation, source.title, source.year].filter(Boolean).join(", ")),
    );
  return section;
}

/** Markdown as plain words: links keep what they point to only if it is a number or a page. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\((?:tel|sms):[^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)")
    .replace(/\\([\\`*_[\]<>#])/g, "$1")
    .replace(/\*\*/g, "");
}
