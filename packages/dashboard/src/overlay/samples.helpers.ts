import type { RoomEvent } from "@livekeeper/client";
import type { Settings } from "./parameters.ts";
import { parseSettings } from "./settings.ts";

let seq = 0;

/** Returns an event of a room with the fields that the overlay reads. */
export function event(type: string, fields: object = {}): RoomEvent {
	return { seq: ++seq, type, at: seq, user: { nickname: `u${seq}`, level: 5, avatar: "" }, ...fields } as never;
}

export const chat = (content: string, fields: object = {}) => event("chat", { content, ...fields });

/** Returns a step of a gift's streak. */
export const gift = (streak: string, count: number, price = 1, fields: object = {}) =>
	event("gift", { streak_id: streak, count, diamond_count: price, gift_name: "玫瑰", gift_image: "", ...fields });

/** Parses settings as from an address. */
export const settingsOf = (search: string): Settings => parseSettings({ search, hash: "" });
