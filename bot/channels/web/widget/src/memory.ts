/** What this device remembers: the conversation, its token, and what waits to be sent. */

import { PREFIX, slotOf } from "./host";
import type { Waiting } from "./types";

export interface Saved {
  id: string | null;
  token: string | null;
  /** Whether the notice was accepted on this device. */
  consent: boolean;
  /** The `seq` of the last message that was shown while the chat was open. */
  seen: number;
  outbox: Waiting[];
}

const NOTHING: Saved = { id: null, token: null, consent: false, seen: 0, outbox: [] };

export class Memory {
  readonly key: string;
  #storage: Storage | null;
  #kept: Saved = { ...NOTHING };

  /**
   * A verified visitor's conversation is remembered for as long as the tab lives only: they get it
   * again by who they are, and whoever uses the device next must not.
   */
  constructor(base: string, user: string) {
    this.key = slotOf(base, user);
    this.#storage = storage(user ? "sessionStorage" : "localStorage");
  }

  /** Whether tabs share what is remembered. */
  get isShared(): boolean {
    return this.#storage !== null;
  }

  /** What is remembered now; another tab may have changed it. */
  get saved(): Saved {
    try {
      const text = this.#storage?.getItem(this.key);
      if (this.#storage) this.#kept = { ...NOTHING, ...JSON.parse(text || "{}") };
    } catch {
      // Damaged or closed: what this page knows goes on.
    }
    return this.#kept;
  }

  keep(change: Partial<Saved>): void {
    this.#kept = { ...this.saved, ...change };
    try {
      this.#storage?.setItem(this.key, JSON.stringify(this.#kept));
    } catch {
      this.#storage = null; // full or closed: the conversation lives as long as the page
    }
  }

  /** Remembers nothing from now on. */
  close(): void {
    this.#storage = null;
    this.#kept = { ...NOTHING };
  }

  /** Calls back when another tab changed what is remembered. */
  onChange(changed: () => void, signal: AbortSignal): void {
    const hear = (event: StorageEvent) => {
      if (event.key === this.key || event.key === null) changed();
    };
    addEventListener("storage", hear, { signal });
  }
}

/** Removes every conversation from this device. */
export function forgetEverything(): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    const kept = storage(name);
    if (!kept) continue;
    const keys = Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? "");
    for (const key of keys) if (key.startsWith(PREFIX)) kept.removeItem(key);
  }
}

function storage(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}

export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without TLS
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
