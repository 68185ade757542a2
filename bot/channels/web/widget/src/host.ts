/** What the loader and the app share: the custom element, as the app sees it. */

export interface Host {
  /** The element on the clinic's page. */
  readonly element: HTMLElement;
  /** Where everything is drawn; styles of the page do not reach into it. */
  readonly root: ShadowRoot;
  /** The box in the shadow root that the button stands in. */
  readonly box: HTMLElement;
  /** The button that opens the chat. */
  readonly launcher: HTMLButtonElement;
  /** Where the API is, without a slash at the end. */
  readonly base: string;
  /** The language of the interface. */
  readonly language: string;
  /** Returns a data attribute of the element or of the script. */
  option(name: string): string;
  /** Says how many messages are unread. */
  badge(count: number, label: string): void;
}

export interface App {
  open(): Promise<void>;
  close(): void;
  dispose(): void;
}

export type Mount = (host: Host) => App;

/** Where the app leaves its `Mount` for the loader. */
export const PLACE = Symbol.for("faqbot.mount");

/** The beginning of every key in the browser's storage. */
export const PREFIX = "faqbot:";

/** Returns the key under which the device remembers a conversation. */
export function slotOf(base: string, user: string): string {
  return `${PREFIX}${base}${user && `:${user}`}`;
}
