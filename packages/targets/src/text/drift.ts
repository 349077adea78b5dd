import type { Text } from "@livekeeper/base/text";
import { timeOf } from "@livekeeper/base/text/local-time";
import { siteTexts } from "./catalogue.ts";

/** Kinds of drift that are reported together. */
interface Changed {
	/** ms since the epoch. */
	readonly since: number;
	readonly entries: readonly { readonly kind: keyof typeof siteTexts.drift; readonly name: string }[];
}

/** Maximum number of names that a sentence lists of one kind. */
const maxNames = 5;

/** Describes what the site seems to have changed, and since when. */
export function changedText({ since, entries }: Changed): Text {
	const kinds = [...new Set(entries.map(({ kind }) => kind))];
	const parts = kinds.map((kind) => {
		const names = entries.filter((entry) => entry.kind === kind).map(({ name }) => name);
		const shown = names.slice(0, maxNames);
		return siteTexts.drift[kind](names.length, shown, names.length - shown.length);
	});
	return siteTexts.changed(parts, { en: timeOf(since, "en"), zh: timeOf(since, "zh") });
}
