/** The interface's texts, in the visitor's language. */

import english from "./texts/en.json";

export type Word = keyof typeof english;
type Texts = Record<Word, string>;

export class Words {
  constructor(
    private readonly texts: Texts,
    readonly language: string,
  ) {}

  /**
   * Loads a language's texts; what is missing stays English.
   *
   * @param base - where the service is.
   * @param language - such as `es`.
   * @param own - the address of the clinic's own texts, if it has some.
   */
  static async load(base: string, language: string, own: string): Promise<Words> {
    const addresses = [];
    if (language !== "en") addresses.push(`${base}/widget/texts/${language}.json`);
    if (own) addresses.push(own);
    const texts: Texts = { ...english };
    let spoken = "en";
    for (const address of addresses) {
      const found = await fetched(address);
      if (!found) continue;
      for (const [name, text] of Object.entries(found))
        if (name in texts && typeof text === "string") texts[name as Word] = text;
      spoken = language;
    }
    return new Words(texts, spoken);
  }

  /** Returns a text, with what stands in braces filled in. */
  of(word: Word, fillers: Record<string, string | number> = {}): string {
    return this.texts[word].replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in fillers ? String(fillers[name]) : whole,
    );
  }

  /** Returns the time of a message, with the day if that is not today. */
  time(iso: string): string {
    const at = new Date(iso);
    const isToday = at.toDateString() === new Date().toDateString();
    const day: Intl.DateTimeFormatOptions = isToday ? {} : { month: "short", day: "numeric" };
    return at.toLocaleString(this.language, { ...day, hour: "numeric", minute: "2-digit" });
  }
}

async function fetched(address: string): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(address, {
      credentials: "omit",
      signal: AbortSignal.timeout(5000),
    });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : null;
  } catch {
    return null; // English then
  }
}
