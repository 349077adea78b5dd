import { asTyped } from "./launch.ts";

export const languages = ["en", "zh"] as const;

export type Language = (typeof languages)[number];

/**
 * Text for people in each language. Code creates and passes on texts; a language is chosen when they leave the process:
 * in an HTTP answer, or on a terminal.
 */
export type Text = Readonly<Record<Language, string>>;

/** Returns text that is the same in each language: names, addresses, other programs' messages. */
export function verbatim(words: string): Text {
	return { en: words, zh: words };
}

/** Joins the items of a list with the comma of each language. */
export function listed(items: readonly (string | Text)[]): Text {
	return { en: allIn(items, "en").join(", "), zh: allIn(items, "zh").join("、") };
}

/** Makes a sentence of a clause: a capital and a full stop. */
export function sentence({ en, zh }: Text): Text {
	return { en: `${en.charAt(0).toUpperCase()}${en.slice(1)}.`, zh: `${zh}。` };
}

/** A value to fill into a text; if a string is expected, another text may be given. */
type Given<Value> = Value extends string
	? Value | Text
	: Value extends readonly string[]
		? readonly (string | Text)[]
		: Value;

/** A table of one language's texts, with both languages at each place. */
export type InBoth<Of> = Of extends string
	? Text
	: Of extends (...values: infer Values) => infer Made
		? (...values: { [Index in keyof Values]: Given<Values[Index]> }) => InBoth<Made>
		: Of extends object
			? { readonly [Key in keyof Of]: InBoth<Of[Key]> }
			: Of;

/**
 * Combines the tables of the two languages: each string becomes a {@link Text}, each function of values one that
 * returns a text. Commands in them become what is typed where this livekeeper was started.
 */
export function both<Of>(en: Of, zh: Of): InBoth<Of> {
	return join(en, zh) as InBoth<Of>;
}

function join(en: unknown, zh: unknown): unknown {
	if (typeof en === "string") return { en: asTyped(en), zh: asTyped(String(zh)) };
	if (typeof en === "function") {
		return (...values: unknown[]) => join(en(...allIn(values, "en")), (zh as typeof en)(...allIn(values, "zh")));
	}
	if (Array.isArray(en)) return en.map((one, index) => join(one, (zh as unknown[])[index]));
	if (typeof en !== "object" || en === null) return en;
	return Object.fromEntries(
		Object.entries(en).map(([name, one]) => [name, join(one, (zh as Record<string, unknown>)[name])]),
	);
}

/** Returns a value in one language if it is a text, or a list with texts in it; otherwise the value itself. */
export function inLanguage(value: unknown, language: Language): unknown {
	if (isText(value)) return value[language];
	return Array.isArray(value) ? allIn(value, language) : value;
}

function allIn(values: readonly unknown[], language: Language): unknown[] {
	return values.map((value) => inLanguage(value, language));
}

function isText(value: unknown): value is Text {
	return typeof value === "object" && value !== null && "en" in value && "zh" in value;
}
