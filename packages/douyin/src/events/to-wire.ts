import type { LiveEvent } from "./live-event.ts";

/** `liveId` → `live_id`. */
export type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
	? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
	: "";

/** Result type of {@link toWire} for a `T`: keys in snake_case, bytes as base64. */
export type WireOf<T> = T extends Uint8Array
	? string
	: T extends readonly (infer Item)[]
		? WireOf<Item>[]
		: T extends object
			? { [Key in keyof T as Key extends string ? SnakeCase<Key> : never]: WireOf<T[Key]> }
			: T;

/** An event on the wire: plain JSON. */
export type WireEvent = WireOf<LiveEvent>;

/**
 * Converts an event to plain data for `JSON.stringify`: snake_case keys, bytes as base64, `undefined` left out.
 * @example
 * ```ts
 * import { decodeResponse, toWire } from "@livekeeper/douyin";
 * import { encodeChatMessage, encodeResponse } from "@livekeeper/douyin/wire";
 * const chat = { method: "WebcastChatMessage", msgId: "1", payload: encodeChatMessage({ content: "晚上好" }) };
 * const context = { liveId: "261378947940", roomId: "7590000000000000000", receivedAt: Date.now() };
 * const { events } = decodeResponse(encodeResponse({ messages: [chat] }), context);
 * console.log(events.map((event) => toWire(event).live_id)); // → ["261378947940"]
 * ```
 */
export function toWire<E extends LiveEvent>(event: E): WireOf<E> {
	return convertObject(event) as WireOf<E>;
}

/** Plain objects have no inherited keys. `for … in` allocates no list of them, and takes two thirds of the time. */
function convertObject(value: object): Record<string, unknown> {
	const out: Record<string, unknown> = {};
	for (const key in value) {
		const item = (value as Record<string, unknown>)[key];
		if (item !== undefined) out[snakeKey(key)] = typeof item === "object" ? convert(item) : item;
	}
	return out;
}

function convert(value: unknown): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(convert);
	if (value instanceof Uint8Array) {
		return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
	}
	return convertObject(value);
}

/** Cache of converted keys. They are keys of our own types, so it stays small. */
const snakeKeys = new Map<string, string>();

/** Converts a key to snake_case: `liveId` → `live_id`. */
export function snakeKey(key: string): string {
	const known = snakeKeys.get(key);
	if (known !== undefined) return known;
	const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	snakeKeys.set(key, snake);
	return snake;
}
