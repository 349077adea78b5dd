import {
	addToTotals,
	type BroadcastTotals,
	type Gifter,
	type NumberedWireEvent,
	newTotals,
	userKey,
} from "../broadcast-summary.ts";

/** What is stored of one broadcast. */
export interface StoredTotals {
	broadcastNo: number;
	totals: string;
	users: number;
}

/** What events add to one broadcast. */
export interface Addition {
	/** With the events. */
	totals: BroadcastTotals;
	/** Without them; `undefined` for a broadcast of which nothing is stored. */
	known: StoredTotals | undefined;
	/** Those who appear in the events, with what they gave in them. */
	users: Map<string, { diamonds: number; gifter: string | null }>;
}

/**
 * Adds a room's events up into their broadcasts.
 * @param events in order of `seq`
 * @param find what is stored of a broadcast without them
 * @returns by `room_id`, in the order in which they appear
 */
export function addUp(
	events: Iterable<NumberedWireEvent>,
	find: (roomId: string) => StoredTotals | undefined,
): Map<string, Addition> {
	const additions = new Map<string, Addition>();
	for (const event of events) {
		if (event.room_id === "") continue;
		let addition = additions.get(event.room_id);
		if (!addition) {
			const known = find(event.room_id);
			const totals = known ? (JSON.parse(known.totals) as BroadcastTotals) : newTotals(event);
			addition = { totals, known, users: new Map() };
			additions.set(event.room_id, addition);
		}
		add(addition, event);
	}
	return additions;
}

/** The log's own text: it is what this program has written. */
export function* parsed(rows: Iterable<string>): Generator<NumberedWireEvent, void> {
	for (const json of rows) yield JSON.parse(json) as NumberedWireEvent;
}

function add(addition: Addition, event: NumberedWireEvent): void {
	addToTotals(addition.totals, event);
	if (!event.user) return;
	const { id, sec_uid: secUid, nickname, masked } = event.user;
	const key = userKey(event.user);
	const user = addition.users.get(key) ?? { diamonds: 0, gifter: null };
	if (event.type === "gift" && event.diamonds > 0) {
		user.diamonds += event.diamonds;
		user.gifter = JSON.stringify({ id, secUid, nickname, masked } satisfies Omit<Gifter, "diamonds">);
	}
	addition.users.set(key, user);
}
