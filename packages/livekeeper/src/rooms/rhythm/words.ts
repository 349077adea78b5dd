/** A span of time as people say it: `140 s`, `40 min`, `3 h`. */
export function spanWords(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 180) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** A rate as people say it, in the largest unit that gives a number of at least 1: `12 a second`, `3 a minute`. */
export function rateWords(perMs: number): string {
	if (!(perMs > 0)) return "none";
	const units = [
		["second", 1000],
		["minute", 60_000],
		["hour", 3_600_000],
		["day", 86_400_000],
	] as const;
	const [name, unitMs] = units.find(([, ms]) => perMs * ms >= 0.95) ?? units[3];
	const count = perMs * unitMs;
	return `${count >= 1 ? Math.round(count) : "less than 1"} ${name === "hour" ? "an" : "a"} ${name}`;
}
