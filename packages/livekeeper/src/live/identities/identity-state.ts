import type { Text } from "@livekeeper/base/text";
import type { LoginStatus } from "@livekeeper/douyin";
import type { IdentityCooldown } from "@livekeeper/engine";
import { identityStateTexts } from "../../text/index.ts";
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

/**
 * How the site treats an identity. `resting`: it is in cooldown. `nothing`: it receives no messages, or no gifts.
 * `first_only`: it receives only the first gifts after connecting. `unknown`: there is no evidence.
 */
type IdentityState = "fine" | "first_only" | "nothing" | "resting" | "unknown";

/** Facts that the verdict is based on. */
export interface IdentityFacts {
	login: LoginStatus | "unreadable";
	shown: Shown;
	cooldown: IdentityCooldown | undefined;
	/** Number of consecutive sessions without a message, and their rooms. */
	emptySessions: { sessions: number; rooms: readonly string[] };
}

export interface IdentityVerdict {
	state: IdentityState;
	/** Evidence as sentences for people. */
	evidence: Text[];
	advice: Text[];
}

/** Minimum number of empty sessions: one without a message is chance, two are not. */
const minEmptySessions = 2;

/** Judges how the site treats an identity and returns the worst certain state. */
export function judgeIdentity({ login, shown, cooldown, emptySessions }: IdentityFacts): IdentityVerdict {
	const { evidence: texts, advice } = identityStateTexts;
	const worth = worthOf(shown);
	if (cooldown) {
		const why = cooldown.refused
			? texts.refused(cooldown.sessions, cooldown.rooms)
			: texts.emptySessions(cooldown.sessions, cooldown.rooms);
		return {
			state: "resting",
			evidence: [why, texts.resting(cooldown.times)],
			advice: [advice.wait, advice.fewerRooms],
		};
	}
	if (emptySessions.sessions >= minEmptySessions) {
		const evidence = [texts.emptySessions(emptySessions.sessions, emptySessions.rooms), ...worth];
		return { state: "nothing", evidence, advice: [advice.fewerRooms, advice.otherAccount] };
	}
	// Without a login the site shows no gifts to any visitor, so the identity is not the reason.
	if (login !== "logged_in") {
		const known = shown.messages.others > 0 || worth.length > 0;
		return { state: known ? "fine" : "unknown", evidence: [texts.noLogin, ...worth], advice: [advice.logIn] };
	}
	if (shown.none.length > 0) {
		return {
			state: "nothing",
			evidence: [texts.noGifts(shown.none), ...worth],
			advice: [advice.rest, advice.otherAccount],
		};
	}
	if (shown.stopped.length > 0) {
		const evidence = [texts.firstOnly(shown.stopped), ...worth];
		return { state: "first_only", evidence, advice: [advice.otherAccount, advice.several] };
	}
	if (worth.length === 0) return { state: "unknown", evidence: [texts.unknown], advice: [] };
	return { state: "fine", evidence: worth, advice: [] };
}

function worthOf({ diamonds, messages }: Shown): Text[] {
	const { evidence } = identityStateTexts;
	return [
		...(diamonds.given > 0 ? [evidence.worth(diamonds.seen / diamonds.given, diamonds.given)] : []),
		...(messages.others > 0 ? [evidence.messages(messages.shared / messages.others, messages.others)] : []),
	];
}
