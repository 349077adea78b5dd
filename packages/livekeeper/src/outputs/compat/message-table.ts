import type { LiveEvent, LiveEventType, WireOf } from "@livekeeper/douyin";
import type { LiveService } from "../../live/index.ts";
import { deflatedFrames, type Encoding, textFrames } from "../readers/index.ts";

/** What another program's messages say of the room beside the event. Each is "" where it isn't known. */
export interface RoomFacts {
	liveId: string;
	roomId: string;
	title: string;
	anchor: { id: string; nickname: string; avatar: string };
}

/** A stored event of one type. */
export type Stored<Type extends LiveEventType> = WireOf<Extract<LiveEvent, { type: Type }>>;

/**
 * How another program says each kind of event: one entry for a kind. What has no entry, and for what an entry makes
 * `undefined`, is not said at all. A message is what `JSON.stringify` takes.
 */
export type MessageTable = {
	readonly [Type in LiveEventType]?: (event: Stored<Type>, room: RoomFacts) => object | undefined;
};

/** Events of one batch, as they go to a listener. */
export interface ListenerFrames {
	frames: Buffer;
	/** Among them the log reports that something is missing, which no entry of a table says. */
	isGap: boolean;
}

type AnyEntry = ((event: unknown, room: RoomFacts) => object | undefined) | undefined;

/** Frames of such messages, made once for all listeners of a room. A batch is of one room. */
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
	/** For listeners that have agreed on `permessage-deflate`. */
	deflated: Encoding<ListenerFrames>;
	types: LiveEventType[];
}

/** @param live where what is known of the rooms comes from */
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
