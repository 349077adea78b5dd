import type { Act, LimitsInput, RoomOptionsInput } from "./actions.ts";
import type { Dice } from "./dice.ts";

/** The service's login for all rooms. */
export const serviceCookie = "sessionid=made-up";
/** A named identity for rooms. */
export const sharedIdentity = { name: "shared", cookie: "sessionid=made-up-shared" };

/** Draws new options for a running room. @param sessions its number of sessions, unless the change is about them */
export function drawRoomOptions(dice: Dice, room: number, sessions: number): Extract<Act, { do: "options" }> {
	const merge = (options: RoomOptionsInput) => ({ do: "options" as const, room, how: "merge" as const, options });
	const put = (options: RoomOptionsInput) => ({ do: "options" as const, room, how: "put" as const, options });
	const redundancy = sessions;
	return dice.of([
		() => merge({ pinned: dice.chance(0.6) }),
		() => merge({ redundancy: dice.whole(1, 2) }),
		() => put({ redundancy }),
		() => put({ redundancy, cookie: `sessionid=made-up-${dice.whole(1, 2)}` }),
		() => put({ redundancy, identity: sharedIdentity.name }),
		() => put({ redundancy: 2, sessions: [{ cookie: "sessionid=made-up-second" }] }),
		// A visitor: no login, and therefore no gifts.
		() => put({ redundancy, cookie: "ttwid=1%7Cmade-up" }),
	])();
}

export const noLimits: LimitsInput = { max_connections: null, max_connections_per_identity: null };

/** Draws limits that leave some of the rooms without a connection. */
export function drawLimits(dice: Dice, rooms: number): LimitsInput {
	const someRooms = () => dice.whole(1, rooms - 1);
	const [max_connections, max_connections_per_identity] = [someRooms(), someRooms()];
	return dice.of([
		{ max_connections, max_connections_per_identity: null },
		{ max_connections, max_connections_per_identity },
		{ max_connections: null, max_connections_per_identity },
	]);
}

/** Converts limits for the configuration, without those that are `null`. */
export function setLimits(limits: LimitsInput): Partial<Record<keyof LimitsInput, number>> {
	return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
}
