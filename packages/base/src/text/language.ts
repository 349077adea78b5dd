import type { Language } from "./text.ts";

/**
 * Returns the language of a tag such as `zh-CN` or `en`, or of a locale such as `zh_CN.UTF-8`; `undefined` for others.
 */
export function languageOfTag(tag: string): Language | undefined {
	const [, primary] = /^\s*(zh|en)(?![a-z])/i.exec(tag) ?? [];
	return primary?.toLowerCase() as Language | undefined;
}

/**
 * Returns the preferred language of an `Accept-Language` header; `undefined` if it accepts none of ours. A weight of 0
 * excludes a language; of equal weights the first counts.
 */
export function acceptedLanguage(header: string | undefined): Language | undefined {
	let best: { language: Language; weight: number } | undefined;
	for (const entry of (header ?? "").slice(0, 1000).split(",")) {
		const [tag = "", ...parameters] = entry.split(";");
		const language = languageOfTag(tag);
		const weight = weightOf(parameters);
		if (language && weight > (best?.weight ?? 0)) best = { language, weight };
	}
	return best?.language;
}

function weightOf(parameters: readonly string[]): number {
	for (const parameter of parameters) {
		const [, value] = /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter) ?? [];
		if (value !== undefined) return Math.min(1, Number(value)) || 0;
	}
	return 1;
}

/** Parts of a request that give the language: its address (`?lang=`) before its header. */
export interface Asker {
	url?: string | undefined;
	headers: { "accept-language"?: string | undefined };
}

/** Returns the language of a request; `undefined` if it asks for none of ours. */
export function askedLanguage({ url = "", headers }: Asker): Language | undefined {
	const [, lang] = /[?&]lang=([^&#]*)/.exec(url) ?? [];
	return (lang === undefined ? undefined : languageOfTag(lang)) ?? acceptedLanguage(headers["accept-language"]);
}

/** Returns the same, with English as the default. */
export function languageOf(asker: Asker): Language {
	return askedLanguage(asker) ?? "en";
}
