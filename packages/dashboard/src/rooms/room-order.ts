import type { Room } from "@livekeeper/client";

export const roomOrders = ["worst", "name", "messages", "started"] as const;
export type RoomOrder = (typeof roomOrders)[number];

/** How much a room wants to be looked at: 0 is the worst. */
export function urgency({ state, health, identity, login_warning: warning }: Room): number {
	switch (state) {
		case "blocked":
			return 0;
		case "not_found":
			return 1;
		case "reconnecting":
			return 2;
		case "connected":
			if (health === "silent") return 3;
			if (health === "degraded") return 4;
			if (warning !== null || identity === "expired") return 5;
			return health === "quiet" ? 8 : 9;
		case "queued":
			return 6;
		case "connecting":
		case "resolving":
			return 7;
		default:
			return 10;
	}
}

/** Whether something is wrong that should not be: a room that is offline, quiet, or just connecting is not failing. */
export function isFailing(room: Room): boolean {
	return urgency(room) <= 5;
}

/** Rooms as they are listed: pinned ones first among equals, and those of one kind stay in place from second to second. */
export function ordered(rooms: Iterable<Room>, order: RoomOrder, locale: string): Room[] {
	const list = [...rooms];
	switch (order) {
		case "worst":
			return list.sort((a, b) => urgency(a) - urgency(b) || Number(b.pinned) - Number(a.pinned));
		case "name":
			return list.sort((a, b) => nameOf(a).localeCompare(nameOf(b), locale));
		case "messages":
			return list.sort((a, b) => b.messages - a.messages);
		case "started":
			return list;
		default:
			return order satisfies never;
	}
}

/** What people call the room. */
export function nameOf(room: Room): string {
	return room.anchor?.nickname || room.live_id;
}

/** Whether a search finds the room: by name, title or id, in any case. */
export function matches(room: Room, search: string): boolean {
	const wanted = search.trim().toLowerCase();
	return [room.live_id, nameOf(room), room.title ?? ""].some((text) => text.toLowerCase().includes(wanted));
}
