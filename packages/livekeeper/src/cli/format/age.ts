import { ageTexts, type Language } from "../../text/index.ts";

const units = [
	{ ms: 86_400_000, name: "d" },
	{ ms: 3_600_000, name: "h" },
	{ ms: 60_000, name: "min" },
	{ ms: 1000, name: "s" },
] as const;

/** A length of time in words, in its largest whole unit: `45 s`, `3 min`, `2 h`, `5 d`. */
export function inWords(ms: number, language: Language): string {
	const unit = units.find((candidate) => ms >= candidate.ms) ?? units[3];
	return `${Math.floor(Math.max(0, ms) / unit.ms)} ${ageTexts.units[unit.name][language]}`;
}

/** `12 s ago`, `just now`; `–` when there is no time. */
export function ago(at: number | null, now: number, language: Language): string {
	if (at === null) return "–";
	const words = inWords(now - at, language);
	return (now - at < 1000 ? ageTexts.justNow : ageTexts.ago(words))[language];
}

/** `in 12 s`, `now`; `–` when there is no time. */
export function until(at: number | null, now: number, language: Language): string {
	if (at === null) return "–";
	const words = inWords(at - now, language);
	return (at - now < 1000 ? ageTexts.now : ageTexts.in(words))[language];
}
