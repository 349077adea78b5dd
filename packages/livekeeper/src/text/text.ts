export const languages = ["en", "zh"] as const;

export type Language = (typeof languages)[number];

/**
 * What is said to people, in each language. Code makes texts, and hands them on as they are; only where they leave the
 * process (an HTTP answer, a terminal) one of the languages is taken. A missing translation does not compile.
 */
export type Text = Readonly<Record<Language, string>>;

/** What reads the same in each language: names, addresses, other programs' own words. */
export function verbatim(words: string): Text {
	return { en: words, zh: words };
}

/** Makes a sentence of a clause: a capital and a full stop. */
export function sentence({ en, zh }: Text): Text {
	return { en: `${en.charAt(0).toUpperCase()}${en.slice(1)}.`, zh: `${zh}。` };
}
