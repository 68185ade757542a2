/** Leaving at once, for people who are not safe where they are. */

import { forgetEverything, type Memory } from "./memory";

const ELSEWHERE = "https://www.weather.gov/";

/**
 * Clears this device and leaves the page.
 *
 * @param element - what shows the chat; it goes before anything else happens.
 * @param memory - what remembers; it stops, so that nothing that still runs writes again.
 * @param address - where to go; the weather by default.
 */
export function quickExit(element: HTMLElement, memory: Memory, address: string): void {
  element.remove();
  document.documentElement.style.setProperty("visibility", "hidden");
  memory.close();
  forgetEverything();
  const safe = /^https?:\/\//.test(address) ? address : ELSEWHERE;
  // In its place in the history, so that "back" does not show the chat again.
  location.replace(safe);
}
