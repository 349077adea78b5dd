/** A total that the site showed: the amount received in a room, or given by one user, so far, in an unknown unit. */
export interface TotalSeen {
	/**
	 * `room_total`: the room's running total (fan tickets). `contributor`: the score of a top contributor. `rank`: the
	 * same from another list, whose unit may differ.
	 */
	source: TotalSource;
	/** The giver, as gifts name them; "" for the room. */
	key: string;
	value: number;
	/** Precision of the value: for `1.2万` the last digit is worth 1000. 1 for a whole number. */
	step: number;
	/** Time of the report, ms of the upstream's time. */
	at: number;
}

/** Sources, best first: the room's own total includes every gift, lists only those of some users. */
export const totalSources = ["room_total", "contributor", "rank"] as const;

export type TotalSource = (typeof totalSources)[number];

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, w: 1e4, 万: 1e4, m: 1e6, 亿: 1e8 };

/**
 * Reads a total as the site writes it: `1234`, `12,345`, `1.2万`, `3.4w`, `5k`, `1.1亿`, also followed by `+`.
 * `undefined` for a text that is not a number, such as `***`.
 * @example
 * ```ts
 * import { parseTotal } from "@livekeeper/douyin";
 * console.log(parseTotal("1.2万")); // → { value: 12000, step: 1000 }
 * console.log(parseTotal("***")); // → undefined
 * ```
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
