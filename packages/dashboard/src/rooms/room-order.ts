import type { Room } from "@livekeeper/client";

export const roomOrders = ["worst", "name", "messages", "started"] as const;
export type RoomOrder = (typeof roomOrders)[number];

/**
 * Returns the live ids of rooms in display order: pinned ones come first among equals, and those of one kind keep their
 * places from second to second.
 * @param rooms in the order of their start
 * @param former the last result. Most of it is still in order, so sorting it again compares each room with its
 *   neighbours alone; if nothing has moved, it is returned itself, and nothing that shows the list is redrawn.
 */
export function ordered(
	rooms: Iterable<Room>,
	order: RoomOrder,
	locale: string,
	former: readonly string[] = [],
): readonly string[] {
	const places = new Map<string, { room: Room; started: number }>();
	for (const room of rooms) places.set(room.live_id, { room, started: places.size });
	const kept = former.flatMap((liveId) => places.get(liveId) ?? []);
	for (const { room } of kept) places.delete(room.live_id);
	const compare = comparatorOf(order, locale);
	const list = [...kept, ...places.values()].sort((a, b) => compare(a.room, b.room) || a.started - b.started);
	const isSame = list.length === former.length && list.every(({ room }, i) => room.live_id === former[i]);
	return isSame ? former : list.map(({ room }) => room.live_id);
}

function comparatorOf(order: RoomOrder, locale: string): (a: Room, b: Room) => number {
	switch (order) {
		case "worst":
			return (a, b) => a.urgency - b.urgency || Number(b.pinned) - Number(a.pinned);
		case "name":
			return (a, b) => nameOf(a).localeCompare(nameOf(b), locale);
		case "messages":
			return (a, b) => b.messages - a.messages;
		case "started":
			return () => 0;
		default:
			return order satisfies never;
	}
}

/**
 * Kinds by which a list counts its rooms, one per room. `gifts`: only gifts are missing; `other`: about to be
 * connected.
 */
export const roomKinds = ["failing", "gifts", "fine", "other", "waiting"] as const;
export type RoomKind = (typeof roomKinds)[number];

export function kindOf({ trouble, state }: Pick<Room, "trouble" | "state">): RoomKind {
	if (trouble !== null) return trouble === "gifts" ? "gifts" : "failing";
	if (state === "waiting") return "waiting";
	return state === "connected" ? "fine" : "other";
}

/** @param only a kind, or `trouble` for both kinds that need attention; anything else shows all rooms */
export function isShown(room: Pick<Room, "trouble" | "state">, only: string): boolean {
	if (only === "trouble") return room.trouble !== null;
	return !(roomKinds as readonly string[]).includes(only) || kindOf(room) === only;
}

/** Returns the room's display name. */
export function nameOf(room: Room): string {
	return room.anchor?.nickname || room.live_id;
}

/** Whether a search matches the room by name, title or id, ignoring case. */
export function matches(room: Room, search: string): boolean {
	const wanted = search.trim().toLowerCase();
	return [room.live_id, nameOf(room), room.title ?? ""].some((text) => text.toLowerCase().includes(wanted));
}

/** Returns the names of the nodes that keep rooms; empty outside a cluster. */
export function nodesOf(rooms: Iterable<Room>): string[] {
	const nodes = new Set<string>();
	for (const { node } of rooms) if (node !== null) nodes.add(node);
	return [...nodes].sort();
}
