import type { Text } from "@livekeeper/base/text";
import { noTime } from "./text/index.ts";
/** End of a time span. */
export type TimeEdge = "from" | "to";

export type TimeInput = { ok: true; ms: number } | { ok: false; text: Text };

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * Parses a time as people write it: a date, a date and time, ms since the epoch, or how long ago (`90s`, `30m`, `2h`,
 * `1d`, `1w`). A time without a zone is in the local zone of this process. A date alone means its whole day, so as `to`
 * it means the day's end. `to` is the first moment outside the span.
 */
export function parseTimeInput(input: string, edge: TimeEdge, nowMs: number): TimeInput {
	const text = input.trim();
	const ms = agoMs(text, nowMs) ?? epochMs(text) ?? calendarMs(text, edge);
	if (ms !== undefined) return { ok: true, ms };
	return { ok: false, text: noTime(shown(text), /^\d{9,10}$/.test(text) ? `${text}000` : undefined) };
}

function agoMs(text: string, nowMs: number): number | undefined {
	const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)([smhdw])$/.exec(text) ?? [];
	return amount === undefined ? undefined : Math.round(nowMs - Number(amount) * unitMs[unit as keyof typeof unitMs]);
}

/** Parses ms since the epoch. Twelve digits begin in 1973; fewer are rather seconds, a year or a typing error. */
function epochMs(text: string): number | undefined {
	return /^\d{12,14}$/.test(text) ? Number(text) : undefined;
}

const calendar =
	/^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

function calendarMs(text: string, edge: TimeEdge): number | undefined {
	const match = calendar.exec(text);
	if (!match) return undefined;
	const part = (group: number) => Number(match[group] ?? 0);
	const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
	const milli = Number((match[7] ?? "").padEnd(3, "0"));
	// Date rolls over dates that do not exist (30 February): such a date is an error here.
	const utc = Date.UTC(year, month - 1, day, hour, minute, second, milli);
	const rolled = new Date(utc).toISOString().slice(0, 10) !== `${match[1]}-${match[2]}-${match[3]}`;
	if (rolled || hour > 23 || minute > 59 || second > 59) return undefined;
	const zone = match[8];
	if (zone !== undefined) return utc - zoneMs(zone);
	const wholeDay = match[4] === undefined && edge === "to" ? 1 : 0;
	return new Date(year, month - 1, day + wholeDay, hour, minute, second, milli).getTime();
}

/** Parses a zone's offset: `+08:00` → 8 h. */
function zoneMs(zone: string): number {
	if (/^z$/i.test(zone)) return 0;
	const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
	return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

function shown(text: string): string {
	return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
