/** A total that the site showed: what a room, or one person in it, was given or gave so far, in a unit not known. */
export interface TotalSeen {
	/**
	 * `room_total`: the room's running total (fan tickets). `contributor`: the score of one of those who gave most.
	 * `rank`: the same from a list of its own, whose unit may be another.
	 */
	source: TotalSource;
	/** Whose it is: the giver, as gifts name them; "" for the room. */
	key: string;
	value: number;
	/** How exact the value is: of `1.2万` the last digit is worth 1000. 1 for a whole number. */
	step: number;
	/** When it was reported, ms of the upstream's time. */
	at: number;
}

/** The best first: the room's own total holds every gift, lists only those of some people. */
export const totalSources = ["room_total", "contributor", "rank"] as const;

export type TotalSource = (typeof totalSources)[number];

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, w: 1e4, 万: 1e4, m: 1e6, 亿: 1e8 };

/**
 * Reads a total as the site writes it: `1234`, `12,345`, `1.2万`, `3.4w`, `5k`, `1.1亿`, also with `+` behind it.
 * `undefined` for what is no number, such as `***`.
 */
export function parseTotal(text: string): { value: number; step: number } | undefined {
	const parts = /^(\d[\d,]*)(?:\.(\d+))?\s*([kKwWmM万亿]?)\+?$/.exec(text.trim());
	if (!parts) return undefined;
	const [, whole = "", decimals = "", unit = ""] = parts;
	const factor = units[unit.toLowerCase()] ?? 1;
	const step = Math.max(1, factor / 10 ** decimals.length);
	// 1.1 × 1e8 is not a whole number in binary.
	const value = Math.round(Number(`${whole.replaceAll(",", "")}.${decimals || "0"}`) * factor);
	return Number.isSafeInteger(value) ? { value, step } : undefined;
}
