import { hash53 } from "@livekeeper/base/hash";
import type { LiveEvent, LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
import { whole } from "./bounded.ts";

/** Values by which an event is counted and searched, stored in a block beside its line. */
export interface Columns {
	/** The event's person as a number of 48 bits, {@link personOf}; 0: none. */
	person: number;
	/** Likes of a `like`, diamonds of a `gift`, people watching of `viewers`; 0 for all other types. */
	amount: number;
	/** The site's own total of a `like`; 0: none. */
	total: number;
	/** Whether the event was written by the service itself, not by the site. */
	isOfService: boolean;
	/** Broadcast of the event; "": none. */
	roomId: string;
}

/** Returns the columns of an event that is about to be stored. */
export function columnsOf(event: LiveEvent): Columns {
	const { method, roomId } = event;
	const user = "user" in event ? event.user : undefined;
	return {
		person: user ? personOf(keyOf(user.secUid, user.id, user.nickname)) : 0,
		amount: amountOf(event),
		total: event.type === "like" ? whole(event.total) : 0,
		isOfService: method === "livekeeper",
		roomId,
	};
}

/** Derives the columns of an event from its JSON. */
export function columnsOfLine(json: string): Columns {
	const event = JSON.parse(json) as WireEvent & { user?: WireOf<LiveUser> | null };
	return {
		person: event.user ? personOf(userKey(event.user)) : 0,
		amount: amountOf(event),
		total: event.type === "like" ? whole(event.total) : 0,
		isOfService: event.method === "livekeeper",
		roomId: event.room_id,
	};
}

/**
 * Returns a key that identifies a person. Masked users share ids, so the nickname is added if there is no `sec_uid`.
 */
export function userKey({ sec_uid: secUid, id, nickname }: WireOf<LiveUser>): string {
	return keyOf(secUid, id, nickname);
}

/** @param key as returned by {@link userKey} @returns a number from 1 to 2^48 - 1, the same in every version */
export function personOf(key: string): number {
	return hash53(key) % 2 ** 48 || 1;
}

function keyOf(secUid: string, id: string, nickname: string): string {
	return secUid === "" ? `${id}:${nickname}` : secUid;
}

function amountOf(event: LiveEvent | WireEvent): number {
	if (event.type === "like") return whole(event.count);
	if (event.type === "gift") return whole(event.diamonds);
	return event.type === "viewers" ? whole(event.online) : 0;
}
