import type { LiveEvent, LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
import { hash53 } from "../hash.ts";
import { whole } from "./bounded.ts";

/** Values that an event is added up and searched by; they lie in a block beside its line. */
export interface Columns {
	/** The event's person as a number of 48 bits, {@link personOf}; 0: it has none. */
	person: number;
	/** Likes of a `like`, diamonds of a `gift`, people watching of `viewers`; 0 for all others. */
	amount: number;
	/** The site's own total of a `like`; 0: it has none. */
	total: number;
	/** The service has written it itself, not the site. */
	isOfService: boolean;
	/** The broadcast that it belongs to; "": none. */
	roomId: string;
}

/** Columns of an event that is about to be stored. */
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

/** Columns of an event by its JSON. */
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

/** Tells people apart. Ids alone don't (masked users share them), so a nickname joins in where there is no `sec_uid`. */
export function userKey({ sec_uid: secUid, id, nickname }: WireOf<LiveUser>): string {
	return keyOf(secUid, id, nickname);
}

/** @param key of {@link userKey} @returns a number from 1 to 2^48 - 1, the same in every version */
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
