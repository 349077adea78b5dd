import type { RoomEvent, RoomEventType } from "@livekeeper/client";
import { type EventFilter, type RoomState, roomStates, typesOf, wantsOf } from "@livekeeper/client/filter";
import { findLiveIds } from "../rooms/find-live-ids.ts";

/** What a browser gives notice of; kept in it alone. */
export interface NoticeRules {
	/** Switched on by somebody, who was asked for the browser's permission by it. */
	enabled: boolean;
	sound: boolean;
	/** Live ids or addresses; "" for all. */
	rooms: string;
	types: RoomEventType[];
	states: RoomState[];
	words: string;
	people: string;
	/** Diamonds; "" for any. */
	minDiamonds: string;
	/** s. */
	hold: string;
}

export const defaultRules: Readonly<NoticeRules> = {
	enabled: false,
	sound: true,
	rooms: "",
	types: ["gift"],
	states: ["live", "ended", "blocked", "silent"],
	words: "",
	people: "",
	minDiamonds: "1000",
	hold: "30",
};

/** Rooms that one browser follows at most: each takes a connection, of which a browser opens 255 to a host. */
export const mostRooms = 100;

/** @returns the defaults for what was not stored, or is not what it should be */
export function readRules(stored: string | null): NoticeRules {
	const kept = parsed(stored);
	const rules: Record<string, unknown> = { ...defaultRules };
	for (const [name, value] of Object.entries(defaultRules)) {
		const given = kept[name];
		const isList = Array.isArray(value);
		if (isList ? isTexts(given) : typeof given === typeof value) rules[name] = given;
	}
	const states = (rules["states"] as RoomState[]).filter((state) => roomStates.includes(state));
	return { ...(rules as unknown as NoticeRules), states };
}

/** The same filter as a target's. */
export function filterOf({ types, states, words, people, minDiamonds }: NoticeRules): EventFilter {
	const [soughtWords, wantedPeople] = [split(words), split(people)];
	return {
		...{ types, states },
		...(soughtWords.length > 0 && { words: soughtWords }),
		...(wantedPeople.length > 0 && { people: wantedPeople }),
		...(Number(minDiamonds) > 0 && { gift: { minDiamonds: Number(minDiamonds), of: "streak" as const } }),
	};
}

/** The kinds to be read; none where nothing is asked for. */
export function typesToRead(filter: EventFilter): readonly RoomEventType[] {
	return typesOf(filter) ?? [];
}

export function wantsEvent(filter: EventFilter): (event: RoomEvent) => boolean {
	// Kinds alone are all that is asked for: those are all that is read.
	return wantsOf(filter) ?? (() => true);
}

/** Of the rooms that are kept, those that are followed, in their order. */
export function followedRooms(kept: Iterable<string>, { rooms }: Pick<NoticeRules, "rooms">): string[] {
	const asked = new Set(split(rooms).flatMap((word) => findLiveIds(word).liveIds));
	const all = rooms.trim() === "" ? [...kept] : [...kept].filter((liveId) => asked.has(liveId));
	return all.slice(0, mostRooms);
}

/** ms. */
export function holdMsOf({ hold }: Pick<NoticeRules, "hold">): number {
	const seconds = Number(hold);
	return seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : 0;
}

function split(text: string): string[] {
	return text.split(/[\s,;，；、]+/).filter(Boolean);
}

function isTexts(value: unknown): boolean {
	return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function parsed(stored: string | null): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(stored ?? "{}");
		return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		// Somebody else's, or cut short: as if nothing were stored.
		return {};
	}
}
