/** Building elements. Words of others become text nodes; no markup is ever parsed by the browser. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | number | ((event: Event) => void) | undefined>;

/**
 * Makes an element.
 *
 * @param name - a tag with classes, such as `p.note`.
 * @param attributes - attributes; a function is a listener for the event of that name.
 * @param children - elements and texts.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K | `${K}.${string}`,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag as K);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Returns a picture of one path, which screen readers pass over. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  send: "M4 12h14M12 5l7 7-7 7",
  exit: "M14 4h5v16h-5M4 12h10M10 8l4 4-4 4",
  phone:
    "M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z",
  text: "M4 5h16v11H9l-5 4z",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21a8 8 0 0 1 16 0",
};

/** Keeps the focus inside: after the last element comes the first one. */
export function trap(event: KeyboardEvent, inside: HTMLElement): void {
  if (event.key !== "Tab") return;
  const reachable = focusable(inside);
  const [first, last] = [reachable[0], reachable[reachable.length - 1]];
  const root = inside.getRootNode() as ShadowRoot;
  const now = root.activeElement;
  if (!first || !last) return;
  if (event.shiftKey && (now === first || now === inside)) last.focus();
  else if (!event.shiftKey && now === last) first.focus();
  else return;
  event.preventDefault();
}

function focusable(inside: HTMLElement): HTMLElement[] {
  const wanted = "a[href],button,textarea,input,select,summary,[tabindex='0']";
  return Array.from(inside.querySelectorAll<HTMLElement>(wanted)).filter(
    (element) => !element.hasAttribute("disabled") && element.getClientRects().length > 0,
  );
}
