import type { RoomEvent, RoomEventType } from "@livekeeper/client";
import { type EventFilter, eventCheckOf, type RoomState, roomStates, typesOf } from "@livekeeper/client/filter";
import { findLiveIds } from "../rooms/find-live-ids.ts";

/** The notices that this browser shows; stored only in this browser. */
export interface NoticeRules {
	/** Switched on by the user, who was asked for the browser's permission then. */
	enabled: boolean;
	sound: boolean;
	/** Live ids or addresses; empty for all rooms. */
	rooms: string;
	types: RoomEventType[];
	states: RoomState[];
	words: string;
	people: string;
	/** Minimum value in diamonds; empty for any. */
	minDiamonds: string;
	/** Seconds that a state has to last. */
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

/**
 * Maximum number of rooms that one browser follows: each takes a connection, and a browser opens at most 255 to a host.
 */
export const maxRooms = 100;

/** @returns the stored rules, with defaults for missing or invalid fields */
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

/** Returns these rules as an event filter of the kind that targets use. */
export function filterOf({ types, states, words, people, minDiamonds }: NoticeRules): EventFilter {
	const [soughtWords, wantedPeople] = [split(words), split(people)];
	return {
		...{ types, states },
		...(soughtWords.length > 0 && { words: soughtWords }),
		...(wantedPeople.length > 0 && { people: wantedPeople }),
		...(Number(minDiamonds) > 0 && { gift: { minDiamonds: Number(minDiamonds), of: "streak" as const } }),
	};
}

/** Returns the event types to read; empty if no event can match. */
export function typesToRead(filter: EventFilter): readonly RoomEventType[] {
	return typesOf(filter) ?? [];
}

export function wantsEvent(filter: EventFilter): (event: RoomEvent) => boolean {
	// A filter by type alone needs no check, because only those types are read.
	return eventCheckOf(filter) ?? (() => true);
}

/** Returns the kept rooms that are followed, in their order. */
export function followedRooms(kept: Iterable<string>, { rooms }: Pick<NoticeRules, "rooms">): string[] {
	const asked = new Set(split(rooms).flatMap((word) => findLiveIds(word).liveIds));
	const all = rooms.trim() === "" ? [...kept] : [...kept].filter((liveId) => asked.has(liveId));
	return all.slice(0, maxRooms);
}

/** Returns the time that a state has to last, ms. */
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
		// Written by something else or truncated: treated as if nothing were stored.
		return {};
	}
}
