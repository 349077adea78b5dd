const units = [
	{ ms: 86_400_000, name: "d" },
	{ ms: 3_600_000, name: "h" },
	{ ms: 60_000, name: "min" },
	{ ms: 1000, name: "s" },
] as const;

/** A length of time in words, in its largest whole unit: `45 s`, `3 min`, `2 h`, `5 d`. */
export function inWords(ms: number): string {
	const unit = units.find((candidate) => ms >= candidate.ms) ?? { ms: 1000, name: "s" };
	return `${Math.floor(Math.max(0, ms) / unit.ms)} ${unit.name}`;
}

/** `12 s ago`, `just now`; `–` when there is no time. */
export function ago(at: number | null, now: number): string {
	if (at === null) return "–";
	return now - at < 1000 ? "just now" : `${inWords(now - at)} ago`;
}

/** `in 12 s`, `now`; `–` when there is no time. */
export function until(at: number | null, now: number): string {
	if (at === null) return "–";
	return at - now < 1000 ? "now" : `in ${inWords(at - now)}`;
}
