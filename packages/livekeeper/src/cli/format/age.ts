import type { Language } from "@livekeeper/base/text";
import { ageTexts } from "../../text/index.ts";

const units = [
	{ ms: 86_400_000, name: "d" },
	{ ms: 3_600_000, name: "h" },
	{ ms: 60_000, name: "min" },
	{ ms: 1000, name: "s" },
] as const;

/** Formats a duration in its largest whole unit: `45 s`, `3 min`, `2 h`, `5 d`. */
export function inWords(ms: number, language: Language): string {
	const unit = units.find((candidate) => ms >= candidate.ms) ?? units[3];
	return `${Math.floor(Math.max(0, ms) / unit.ms)} ${ageTexts.units[unit.name][language]}`;
}

/** Formats a past time: `12 s ago`, `just now`; `–` without a time. */
export function ago(at: number | null, now: number, language: Language): string {
	if (at === null) return "–";
	const words = inWords(now - at, language);
	return (now - at < 1000 ? ageTexts.justNow : ageTexts.ago(words))[language];
}

/** Formats a future time: `in 12 s`, `now`; `–` without a time. */
export function until(at: number | null, now: number, language: Language): string {
	if (at === null) return "–";
	const words = inWords(at - now, language);
	return (at - now < 1000 ? ageTexts.now : ageTexts.in(words))[language];
}

const byteUnits = ["bytes", "kB", "MB", "GB", "TB"];

/** Formats a size: `1.2 MB`. */
export function bytesText(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 1000 && unit < byteUnits.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 ? value : value.toFixed(1)} ${byteUnits[unit]}`;
}
