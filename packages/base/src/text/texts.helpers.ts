import type { Text } from "./text.ts";

/** Words of a sentence: three in a row. Names, codes, options and commands occur alone, in pairs, or in quotes. */
const englishSentence = /\b[A-Za-z][a-z']+(?: [a-z][a-z']+){2,}/;
const han = /\p{Script=Han}|[，。；：（）“”、]/u;

function withoutQuotes(text: string): string {
	return text.replace(/`[^`]*`|"[^"]*"|https?:\S+|\/[\w/{}-]+|livekeeper [a-z]+[^\n，。]*/g, "");
}

/** Returns the faults of a text in two languages. */
function faultsOf({ en, zh }: Text): string[] {
	const faults: string[] = [];
	if (han.test(en)) faults.push("its English has Chinese");
	if (englishSentence.test(withoutQuotes(zh))) faults.push("its Chinese has an English sentence");
	// A name in both languages needs no translation.
	if (/[a-z]{3,} [a-z]{2,}/.test(en) && !han.test(zh)) faults.push("it is not translated");
	return faults.map((fault) => `${fault}: ${en} | ${zh}`);
}

/** Returns the faults of texts, each with its path. */
export const wrongOf = (texts: readonly (readonly [string, Text])[]) =>
	texts.flatMap(([path, text]) => faultsOf(text).map((fault) => `${path}: ${fault}`));

/** Stands in for any value that a text is made with: a number, a name or a list. */
const anything = Object.assign(new Number(7), { join: () => "7", map: () => ["7"] });

/** Returns the texts of a catalogue, each with its path. */
export function textsIn(value: unknown, path: string): [string, Text][] {
	if (typeof value === "function") {
		return [anything, 0, 1, undefined].flatMap((given, i): [string, Text][] => {
			try {
				const made: unknown = value(...Array.from({ length: 6 }, () => given));
				return isText(made) && !made.en.includes("undefined") ? [[`${path}(${i})`, made]] : [];
			} catch {
				// Some texts can't be made without real values.
				return [];
			}
		});
	}
	if (typeof value !== "object" || value === null) return [];
	if (isText(value)) return [[path, value]];
	return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`));
}

function isText(value: unknown): value is Text {
	const { en, zh } = (value ?? {}) as Partial<Text>;
	return typeof en === "string" && typeof zh === "string";
}

const verbs = "is|was|has|does|exists|expires|gives|holds|matches|pushes|resolves|starts|takes|turns|works";
/** A plural after the number 1. */
export const pluralOfOne = new RegExp(`(?<![\\w.:/-])1 (?:more |older |failed )?(?!(?:ms|${verbs})\\b)[a-z]{2,}s\\b`);

/** Returns the texts that count one thing in the plural, each with its path. */
export const pluralsOfOne = (texts: readonly (readonly [string, Text])[]) =>
	texts.filter(([, { en }]) => pluralOfOne.test(en)).map(([path, { en }]) => `${path}: ${en}`);
