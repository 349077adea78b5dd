import { hash53 } from "@livekeeper/base/hash";
import type { LiveEvent, LiveEventType, WireOf } from "@livekeeper/douyin";
import type { LiveService } from "../../live/index.ts";
import { deflatedFrames, type Encoding, textFrames } from "../readers/index.ts";

/** Facts of the room that messages carry beside the event. Each is "" if unknown. */
export interface RoomFacts {
	liveId: string;
	roomId: string;
	title: string;
	anchor: { id: string; nickname: string; avatar: string };
}

/** A stored event of one type. */
export type Stored<Type extends LiveEventType> = WireOf<Extract<LiveEvent, { type: Type }>>;

/**
 * Converts each kind of event to another program's message, one entry per kind. A kind without an entry, or an entry
 * that returns `undefined`, sends nothing. A message is any value that `JSON.stringify` accepts.
 */
export type MessageTable = {
	readonly [Type in LiveEventType]?: (event: Stored<Type>, room: RoomFacts) => object | undefined;
};

/** Events of one batch, encoded for listeners. */
export interface ListenerFrames {
	frames: Buffer;
	/** Whether the batch includes a gap report of the log, which no table entry converts. */
	isGap: boolean;
}

type AnyEntry = ((event: unknown, room: RoomFacts) => object | undefined) | undefined;

/** Encodes such messages as frames, once for all listeners of a room. A batch belongs to one room. */
function encoding(
	table: MessageTable,
	live: Pick<LiveService, "getRoom">,
	frames: (messages: readonly string[]) => Buffer,
): Encoding<ListenerFrames> {
	return {
		encode(events) {
			let facts: RoomFacts | undefined;
			const messages = events.flatMap(({ type, json }) => {
				const entry = table[type] as AnyEntry;
				if (!entry) return [];
				const event = JSON.parse(json) as { live_id: string };
				facts ??= roomFacts(live, event.live_id);
				const message = entry(event, facts);
				return message ? JSON.stringify(message) : [];
			});
			return { frames: frames(messages), isGap: events.some(({ type }) => type === "gap") };
		},
	};
}

export interface TableEncodings {
	plain: Encoding<ListenerFrames>;
	/** For listeners that negotiated `permessage-deflate`. */
	deflated: Encoding<ListenerFrames>;
	types: LiveEventType[];
}

/** @param live source of the rooms' facts */
export function encodingsOf(table: MessageTable, live: Pick<LiveService, "getRoom">): TableEncodings {
	return {
		plain: encoding(table, live, textFrames),
		deflated: encoding(table, live, deflatedFrames),
		types: [...(Object.keys(table) as LiveEventType[]), "gap"],
	};
}

export function roomFacts(live: Pick<LiveService, "getRoom">, liveId: string): RoomFacts {
	const { roomId = "", title = "", anchor } = live.getRoom(liveId) ?? {};
	return { liveId, roomId, title, anchor: anchor ?? { id: "", nickname: "", avatar: "" } };
}

/**
 * Returns an id as the digits of a number. The site's ids are numbers, exact past 2^53 because they stay text. Any
 * other id, such as those of the open platform, is hashed to a stable number.
 */
export function wholeNumber(id: string): string {
	return /^(0|[1-9]\d{0,19})$/.test(id) ? id : String(hash53(id));
}
