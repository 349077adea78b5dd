import type { Given, NewTarget, RoomEventType, Target } from "@livekeeper/client";
import { findLiveIds } from "../rooms/find-live-ids.ts";

type Asked = Given<NewTarget>;

/** What the form holds while somebody fills it in. */
export interface TargetDraft {
	url: string;
	allRooms: boolean;
	rooms: string;
	allTypes: boolean;
	types: RoomEventType[];
	after: "now" | "oldest";
	secret: string;
}

/** Kinds that people ask for; a target that was made otherwise may have others. */
export const commonTypes = [
	"chat",
	"emoji_chat",
	"screen_chat",
	"gift",
	"like",
	"member",
	"follow",
	"share",
	"fansclub",
	"connection",
	"gap",
	"gifts_withheld",
	"service_down",
	"broadcast_started",
	"broadcast_ended",
] as const satisfies readonly RoomEventType[];

/** @param target to be changed; without one, a new one */
export function draftOf(target: Target | undefined): TargetDraft {
	return {
		url: urlOf(target) ?? "",
		allRooms: target === undefined || target.live_ids === "*",
		rooms: target === undefined || target.live_ids === "*" ? "" : target.live_ids.join(" "),
		allTypes: target === undefined || target.types === null,
		types: [...(target?.types ?? ["chat", "gift"])],
		after: target?.after ?? "now",
		secret: "",
	};
}

/**
 * What the service is asked for: all of a target, since what is left out would get its default.
 * @returns what is missing, where something is
 */
export function inputOf(draft: TargetDraft, target: Target | undefined): Asked | "noRooms" | "noTypes" {
	const rooms = draft.allRooms ? "*" : readRooms(draft.rooms);
	if (rooms.length === 0) return "noRooms";
	if (!draft.allTypes && draft.types.length === 0) return "noTypes";
	return {
		...(target && inputWith({ ...target, types: null }, target.enabled)),
		settings: { url: draft.url.trim(), ...(draft.secret !== "" && { secret: draft.secret }) },
		live_ids: rooms,
		...(draft.allTypes ? {} : { types: draft.types }),
		after: draft.after,
	};
}

/** Ids and addresses, each for itself. @returns none where one of them is no room */
function readRooms(text: string): string[] {
	const words = text.split(/[\s,;，；、]+/).filter(Boolean);
	const found = words.map((word) => findLiveIds(word).liveIds);
	return found.every((ids) => ids.length > 0) ? [...new Set(found.flat())] : [];
}

/** Of preset json, where it can be read. */
export function urlOf(target: Target | undefined): string | undefined {
	const url = target?.settings?.["url"];
	return typeof url === "string" ? url : undefined;
}

/** A target as it is, but enabled or not. */
export function inputWith(target: Target, enabled: boolean): Asked {
	const { name, preset, settings, live_ids, states, words, people, roles, batch, after } = target;
	const { types, pattern, gift, min_level, pace } = target;
	return {
		...{ name, preset, settings: settings ?? {}, live_ids, states, words, people, roles, batch, after, enabled },
		...withoutNulls({ types, pattern, gift, min_level }),
		pace: withoutNulls(pace),
	};
}

function withoutNulls<T extends object>(of: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
	return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null)) as never;
}
