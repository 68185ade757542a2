/**
 * Rebuilds the API's safe HTML from a short list of elements, piece by piece.
 *
 * The server has cleaned it already. Here nothing is handed to the browser's parser, so that no
 * mistake on the way there can become an element, an attribute or a script.
 */

const TAGS = new Set(["p", "br", "ul", "ol", "li", "strong", "em", "a"]);
const SAFE_LINK = /^(https:\/\/|tel:|sms:)/;
const PIECES = /<(\/?)([a-z]+)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>|<|[^<]+/gi;
const HREF = /\shref="([^"]*)"/i;
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** Appends the words and the allowed elements of `html` to `to`. */
export function fill<T extends HTMLElement>(to: T, html: string): T {
  const open: HTMLElement[] = [to];
  for (const [piece, closing, name, attributes] of html.matchAll(PIECES)) {
    const inner = open[open.length - 1] as HTMLElement;
    const tag = name?.toLowerCase() ?? "";
    if (!name) inner.append(decode(piece));
    else if (!TAGS.has(tag)) continue;
    else if (closing) close(open, tag);
    else {
      const made = element(tag, attributes ?? "");
      inner.append(made);
      if (tag !== "br") open.push(made);
    }
  }
  return to;
}

/** Whether an address may become a link. */
export const isSafeLink = (address: string): boolean => SAFE_LINK.test(address);

function element(tag: string, attributes: string): HTMLElement {
  const made = document.createElement(tag);
  if (tag !== "a") return made;
  const address = decode(attributes.match(HREF)?.[1] ?? "");
  if (!isSafeLink(address)) return document.createElement("span");
  made.setAttribute("href", address);
  if (address.startsWith("https:")) {
    made.setAttribute("target", "_blank");
    made.setAttribute("rel", "noopener noreferrer");
  }
  return made;
}

function close(open: HTMLElement[], tag: string): void {
  for (let depth = open.length - 1; depth > 0; depth -= 1) {
    const name = open[depth]?.localName;
    if (name === tag || (tag === "a" && name === "span")) {
      open.length = depth;
      return;
    }
  }
}

function decode(text: string): string {
  return text.replace(
    /&(#x?)?([a-z0-9]+);/gi,
    (whole, number: string | undefined, name: string) => {
      if (!number) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = Number.parseInt(name, number === "#" ? 10 : 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
