import type { LiveRoomStatus } from "../room-host.ts";

/** One of an identity's sessions: the room, and the index of its connection, from 0. */
export interface IdentitySession {
	status: LiveRoomStatus;
	source: number;
}

/**
 * Gifts that an identity receives in the rooms that use it. Values are in diamonds; `given` and `others` are the
 * reference totals.
 */
export interface Shown {
	diamonds: { seen: number; given: number };
	messages: { shared: number; others: number };
	/**
	 * Gifts per hour that it receives in all these rooms, and that all sessions of the same rooms receive; `undefined` if
	 * unknown.
	 */
	giftsPerHour: number | undefined;
	giftsPerHourOfAll: number | undefined;
	/** Rooms in which the first gifts came, and then none. */
	stopped: string[];
	/** Rooms in which no gift came although there were some. */
	none: string[];
}

/** Number of consecutive gifts shown to others and not to it that rules out coincidence. */
const minMissed = 12;
/** Minimum ratio of those to the gifts it received. */
const missedTimes = 4;
const hourMs = 3_600_000;
/** Minimum time of observation before gifts per hour are reported, ms. */
const minMs = hourMs / 4;

/** Aggregates what an identity's sessions receive, compared with other sessions if a room has several. */
export function shownTo(sessions: readonly IdentitySession[]): Shown {
	const shown: Shown = {
		diamonds: { seen: 0, given: 0 },
		messages: { shared: 0, others: 0 },
		giftsPerHour: undefined,
		giftsPerHourOfAll: undefined,
		stopped: [],
		none: [],
	};
	for (const { status, source } of sessions) {
		if (status.connections && status.compared) addBeside(shown, status, source);
		else if (!status.connections) addAlone(shown, status);
	}
	return shown;
}

function addAlone(shown: Shown, { liveId, activity }: LiveRoomStatus): void {
	const { coverage, seen, missing, pattern } = activity.coverage;
	if (coverage !== undefined) {
		shown.diamonds.seen += seen;
		shown.diamonds.given += seen + missing;
		if (pattern === "stopped") shown.stopped.push(liveId);
		if (pattern === "none") shown.none.push(liveId);
	}
	addGifts(shown, activity.giftsPerHour, activity.giftsPerHour);
}

function addBeside(shown: Shown, status: LiveRoomStatus, source: number): void {
	const { liveId, compared: all, activity } = status;
	const compared = status.connections?.filter(({ kind }) => kind === "socket")[source]?.compared;
	if (!compared || !all) return;
	const { diamonds, messages } = compared;
	shown.messages.others += messages.others;
	shown.messages.shared += messages.others * (messages.coverage ?? 0);
	const { coverage } = activity.coverage;
	// By the room's own totals if there are any, otherwise by what others received.
	if (coverage !== undefined && coverage > 0) {
		shown.diamonds.seen += diamonds.brought;
		shown.diamonds.given += all.diamonds.total / coverage;
	} else {
		shown.diamonds.seen += diamonds.others * (diamonds.coverage ?? 0);
		shown.diamonds.given += diamonds.others;
	}
	if (diamonds.missedInARow >= Math.max(minMissed, missedTimes * compared.gifts)) {
		(diamonds.brought > 0 ? shown.stopped : shown.none).push(liveId);
	}
	addGifts(shown, perHour(compared.gifts, compared.stoodMs), perHour(all.gifts, all.forMs));
}

function addGifts(shown: Shown, own: number | undefined, all: number | undefined): void {
	if (own === undefined || all === undefined) return;
	shown.giftsPerHour = (shown.giftsPerHour ?? 0) + own;
	shown.giftsPerHourOfAll = (shown.giftsPerHourOfAll ?? 0) + all;
}

function perHour(gifts: number, overMs: number): number | undefined {
	return overMs < minMs ? undefined : (gifts * hourMs) / overMs;
}
