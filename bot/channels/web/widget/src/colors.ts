/** Colours that can be read, whatever accent a clinic chooses (WCAG 2.2, 1.4.3 and 1.4.11). */

type Rgb = readonly [number, number, number];

const ENOUGH = 4.5;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The least favourable surfaces that the accent stands on as text, light and dark. */
const SURFACES: readonly [Rgb, Rgb] = [
  [227, 238, 240],
  [38, 58, 64],
];

/** Puts an accent and the colours that go with it on the box. */
export function paint(box: HTMLElement, accent: string, dark: boolean): void {
  const color = parse(box, accent);
  if (!color) return;
  const on = contrast(color, WHITE) >= ENOUGH ? WHITE : BLACK;
  const target = dark ? WHITE : BLACK;
  let text = color;
  for (let step = 1; contrast(text, SURFACES[dark ? 1 : 0]) < ENOUGH && step <= 10; step += 1)
    text = mix(color, target, step / 10);
  const set = (name: string, value: Rgb) => box.style.setProperty(name, `rgb(${value.join(" ")})`);
  set("--accent", color);
  set("--on-accent", on);
  set("--accent-text", text);
}

function parse(box: HTMLElement, value: string): Rgb | null {
  const probe = document.createElement("i");
  probe.style.color = value;
  if (!probe.style.color) return null;
  box.append(probe);
  // A colour of another space, such as oklch(), stays in that space: then it is not ours to read.
  const shown = getComputedStyle(probe).color;
  const [r, g, b] = ((shown.startsWith("rgb") && shown.match(/[\d.]+/g)) || []).map(Number);
  probe.remove();
  return r === undefined || g === undefined || b === undefined ? null : [r, g, b];
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [part(0), part(1), part(2)];
}

function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
