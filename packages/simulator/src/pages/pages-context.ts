import type { Clock } from "@livekeeper/douyin";
import type { FaultBoard } from "../faults/fault-board.ts";
import type { Identities } from "../identities.ts";
import type { Logins } from "../logins.ts";
import type { RoomSet } from "../rooms/room-set.ts";
import type { Site } from "../site/site.ts";
import type { IdMode } from "../traffic/message-ids.ts";

/** How `im/fetch` names the push socket's host: not at all, as `host:port`, or as a `ws://` URL. */
export const pushServerStyles = ["none", "host", "url"] as const;
export type PushServerStyle = (typeof pushServerStyles)[number];

export interface PagesContext {
	clock: Clock;
	rooms: RoomSet;
	faults: FaultBoard;
	identities: Identities;
	logins: Logins;
	site: Site;
	seed: number;
	pushServer: PushServerStyle;
	ids: IdMode;
	/** Returns a number for each answer of `im/fetch`, which no connection has. */
	nextReceiver: () => number;
}
