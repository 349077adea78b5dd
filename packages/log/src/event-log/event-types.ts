import type { LiveEventType, ServiceEvent } from "@livekeeper/douyin";

/** Number of each type in a block. They are stored: a new type gets the next number, and no number is reused. */
const codes = {
	chat: 0,
	emoji_chat: 1,
	screen_chat: 2,
	gift: 3,
	light_gift: 4,
	fan_ticket: 5,
	like: 6,
	member: 7,
	follow: 8,
	share: 9,
	fansclub: 10,
	room_stats: 11,
	viewers: 12,
	rank: 13,
	control: 14,
	notice: 15,
	intro: 16,
	banner: 17,
	product: 18,
	pk_started: 19,
	pk_score: 20,
	pk_ended: 21,
	lucky_box: 22,
	lottery: 23,
	message_deleted: 24,
	raw: 25,
	connection: 26,
	gap: 27,
	gifts_withheld: 28,
	service_down: 29,
	broadcast_started: 30,
	broadcast_ended: 31,
	chat_likes: 32,
	guest_score: 33,
	leaderboard: 34,
	topic: 35,
	page_update: 36,
	pk_task: 37,
	seats: 38,
	link_score: 39,
} as const satisfies Record<LiveEventType, number>;

const types = Object.keys(codes) as LiveEventType[];

export const codeOf = (type: LiveEventType): number => codes[type];

/** @returns `undefined` for a code without a type */
export const typeOf = (code: number): LiveEventType | undefined => types[code];

/** Returns a set of types as a number, one bit each. JavaScript's bitwise operators can't handle more than 32 types. */
export function typeSet(given: Iterable<LiveEventType>): number {
	let set = 0;
	for (const type of new Set(given)) set += 2 ** codes[type];
	return set;
}

/** Returns the types of events in the form of {@link typeSet}. */
export function typesOf(events: readonly { type: LiveEventType }[]): number {
	let set = 0;
	let last: LiveEventType | undefined;
	for (const { type } of events) {
		// Most events have the type of the one before.
		if (type === last) continue;
		last = type;
		const bit = 2 ** codes[type];
		if (Math.floor(set / bit) % 2 === 0) set += bit;
	}
	return set;
}

/**
 * Types of events that the service itself writes into a room's log. They are rare, and the store indexes each of them.
 */
const serviceTypes = {
	connection: true,
	gap: true,
	gifts_withheld: true,
	service_down: true,
	broadcast_started: true,
	broadcast_ended: true,
} as const satisfies Record<ServiceEvent["type"], true>;

export const isOfService = (type: LiveEventType): type is ServiceEvent["type"] => Object.hasOwn(serviceTypes, type);
