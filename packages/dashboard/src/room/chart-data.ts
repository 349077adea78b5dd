import type { RoomEvent, SeriesPoint } from "@livekeeper/client";

export const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** Maximum number of points drawn: one per minute of a day. */
const maxPoints = 1_440;

/** Kinds of messages that the chart distinguishes; all others count as `other`. */
export const messageKinds = ["chat", "gift", "like", "member", "other"] as const;
export type MessageKind = (typeof messageKinds)[number];

/** A series with one value for each span of time, including empty ones. */
export interface Columns {
	/** Start of each span, ms since the epoch. */
	at: number[];
	messages: Record<MessageKind, number[]>;
	/** `null` if the upstream reported none. */
	viewers: (number | null)[];
	likes: number[];
	diamonds: number[];
}

/**
 * Returns the minute in which a broadcast's charts begin, ms since the epoch. For a broadcast longer than 30 days, this
 * is a midnight (UTC) 29 to 30 days before its end, because the service returns at most 31 days at once.
 */
export function beginOf(startedAt: number, to: number): number {
	const begin = Math.floor(startedAt / minuteMs) * minuteMs;
	return to - begin < 30 * dayMs ? begin : Math.ceil(to / dayMs - 30) * dayMs;
}

/** Returns the number of minutes per point for a chart of this length. */
export function stepFor(durationMs: number): number {
	return Math.max(1, Math.ceil(durationMs / minuteMs / maxPoints));
}

/**
 * @param from start of the first span, ms since the epoch
 * @param to time by which the last span has begun, ms since the epoch
 * @param step minutes per span
 */
export function columnsOf(points: Iterable<SeriesPoint>, from: number, to: number, step: number): Columns {
	const stepMs = step * minuteMs;
	const length = Math.max(0, Math.floor((to - from) / stepMs) + 1);
	const zeros = () => new Array<number>(length).fill(0);
	const columns: Columns = {
		at: Array.from({ length }, (_, i) => from + i * stepMs),
		messages: { chat: zeros(), gift: zeros(), like: zeros(), member: zeros(), other: zeros() },
		viewers: new Array<number | null>(length).fill(null),
		likes: zeros(),
		diamonds: zeros(),
	};
	for (const { at, messages, viewers, likes, diamonds } of points) {
		const i = Math.floor((at - from) / stepMs);
		if (i < 0 || i >= length) continue;
		for (const [type, count] of Object.entries(messages)) {
			const kind = (messageKinds as readonly string[]).includes(type) ? (type as MessageKind) : "other";
			columns.messages[kind][i] = (columns.messages[kind][i] ?? 0) + count;
		}
		columns.viewers[i] = viewers;
		columns.likes[i] = likes;
		columns.diamonds[i] = diamonds;
	}
	return columns;
}

export const chartNames = ["messages", "viewers", "likes", "diamonds"] as const;
export type ChartName = (typeof chartNames)[number];

/** Returns the number of spans to draw, without the current one, which would look like a drop. */
export function drawnLength({ at }: Pick<Columns, "at">, running: boolean): number {
	return running ? Math.max(0, at.length - 1) : at.length;
}

/**
 * Returns which charts have data to show. A line needs two points: `hasSpans` says whether there are at least two
 * spans, with or without data.
 */
export function drawable(
	columns: Columns,
	running: boolean,
): { drawn: ChartName[]; empty: ChartName[]; hasSpans: boolean } {
	const length = drawnLength(columns, running);
	const hasSpans = length >= 2;
	if (!hasSpans) return { drawn: [], empty: [...chartNames], hasSpans };
	const has = (values: readonly (number | null)[]) =>
		values.slice(0, length).some((value) => value !== null && value > 0);
	const filled: Record<ChartName, boolean> = {
		messages: messageKinds.some((kind) => has(columns.messages[kind])),
		viewers: has(columns.viewers),
		likes: has(columns.likes),
		diamonds: has(columns.diamonds),
	};
	return {
		drawn: chartNames.filter((name) => filled[name]),
		empty: chartNames.filter((name) => !filled[name]),
		hasSpans,
	};
}

/**
 * Returns the range of an axis.
 * @param level whether the axis may start above 0, a quarter of its range below the lowest value
 */
export function rangeOf(least: number | null, most: number | null, level: boolean): [from: number, to: number] {
	const top = most ?? 0;
	const bottom = level ? Math.max(0, Math.floor((least ?? 0) - (top - (least ?? 0)) / 4)) : 0;
	return [bottom, Math.max(bottom + 1, top + (top - bottom) * 0.1)];
}

/** Stacks columns: each result is the sum of a column and all before it. */
export function stacked(columns: readonly number[][]): number[][] {
	let below: number[] | undefined;
	return columns.map((column) => {
		const base = below;
		below = base ? column.map((value, i) => value + (base[i] ?? 0)) : column;
		return below;
	});
}

/**
 * A period that is marked: the connection was lost, messages are missing, the service did not run, or something stood
 * out.
 */
export interface Mark {
	kind: "lost" | "gap" | "down" | "highlight";
	/** ms since the epoch. */
	from: number;
	/** `undefined` while it lasts. */
	to: number | undefined;
	/** Code of the reason for the lost connection or the gap, or what stood out in words; empty if there is none. */
	reason: string;
}

const losses = ["reconnecting", "blocked"];
/** States in which a connection is not lost: it is open, or intentionally closed. */
const ends = ["connected", "waiting", "not_found", "stopped", "idle"];

/** @param events events of the service itself, in order of `seq` */
export function marksOf(events: Iterable<RoomEvent>): Mark[] {
	const marks: Mark[] = [];
	let open: Mark | undefined;
	for (const event of events) {
		if (event.type === "gap") {
			marks.push({ kind: "gap", from: event.from, to: Math.max(event.from, event.to), reason: event.reason });
		} else if (event.type === "service_down") {
			// A loss that was open when the service stopped ends there.
			if (open) open.to = Math.max(open.from, event.from);
			open = undefined;
			marks.push({ kind: "down", from: event.from, to: Math.max(event.from, event.to), reason: "" });
		} else if (event.type === "connection" && losses.includes(event.state)) {
			// Each failed attempt reports its state again; all of them are one loss until the connection is open.
			if (open) continue;
			open = { kind: "lost", from: event.at, to: undefined, reason: event.reason };
			marks.push(open);
		} else if (event.type === "connection" && open && ends.includes(event.state)) {
			open.to = Math.max(open.from, event.at);
			open = undefined;
		}
	}
	return marks.sort((a, b) => a.from - b.from);
}
