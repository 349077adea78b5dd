import type { Mark } from "../block.ts";
import { plus } from "../bounded.ts";
import {
	addToTotals,
	type BroadcastTotals,
	type Gifter,
	type NumberedWireEvent,
	newTotals,
	userKey,
} from "../broadcast-summary.ts";
import { addToKinds, type GiftKind } from "../charts.ts";
import type { Piece } from "./room-blocks.ts";
import type { BroadcastRow } from "./sound-sums.ts";

/** What events add to one broadcast. */
export interface Addition {
	/** With the events. */
	totals: BroadcastTotals;
	/** Without them; `undefined` for a broadcast of which nothing is stored. */
	known: BroadcastRow | undefined;
	/** Those who appear in the events, with what they gave in them. */
	users: Map<string, { diamonds: number; gifter: string | null }>;
	/** Gifts in the events, by their ids. */
	kinds: Map<string, GiftKind>;
}

/** Sums as they are stored; `undefined` where they can't be read. */
export function totalsFrom(text: string): BroadcastTotals | undefined {
	const totals = fromJson<BroadcastTotals>(text);
	return typeof totals?.messages === "object" && Number.isFinite(totals.startedAt) ? totals : undefined;
}

/** What a column of JSON holds; `undefined` where that can't be read. */
export function fromJson<T extends object>(text: string): T | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? (value as T) : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Adds a room's events up into their broadcasts. Those that a broadcast has counted already are passed over.
 * @param events in order of `seq`
 * @param find what is stored of a broadcast without them
 * @param onBad called with an event that can't be counted, which is then left out; default: what it throws is thrown
 * @returns by `room_id`, in the order in which they appear
 */
export function addUp(
	events: Iterable<NumberedWireEvent>,
	find: (roomId: string) => BroadcastRow | undefined,
	onBad?: (event: NumberedWireEvent) => void,
): Map<string, Addition> {
	const additions = new Map<string, Addition>();
	for (const event of events) {
		if (event.room_id === "") continue;
		let addition = additions.get(event.room_id);
		if (!addition) {
			const known = find(event.room_id);
			const totals = (known && totalsFrom(known.totals)) ?? newTotals(event);
			addition = { totals, known, users: new Map(), kinds: new Map() };
			additions.set(event.room_id, addition);
		}
		// It may be counted again, where another broadcast of the room is.
		if (addition.known && event.seq <= addition.known.lastSeq) continue;
		try {
			add(addition, event);
		} catch (error) {
			if (!onBad) throw error;
			onBad(event);
		}
	}
	return additions;
}

/** Events of blocks. The log's own text: it is what this program has written. */
export function* parsed(
	pieces: Iterable<Piece>,
	isWanted?: (mark: Mark) => boolean,
): Generator<NumberedWireEvent, void> {
	for (const { block, from, to } of pieces) {
		for (const { json } of block.events(from, to, isWanted)) yield JSON.parse(json) as NumberedWireEvent;
	}
}

function add(addition: Addition, event: NumberedWireEvent): void {
	addToTotals(addition.totals, event);
	if (event.type === "gift") addToKinds(addition.kinds, event);
	if (!event.user) return;
	const { id, sec_uid: secUid, nickname, masked } = event.user;
	const key = userKey(event.user);
	const user = addition.users.get(key) ?? { diamonds: 0, gifter: null };
	if (event.type === "gift" && event.diamonds > 0) {
		user.diamonds = plus(user.diamonds, event.diamonds);
		user.gifter = JSON.stringify({ id, secUid, nickname, masked } satisfies Omit<Gifter, "diamonds">);
	}
	addition.users.set(key, user);
}
