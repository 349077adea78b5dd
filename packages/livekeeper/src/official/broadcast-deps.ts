import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { EventLog } from "../event-log/index.ts";
import type { OpenPlatformClient, PlatformUrls } from "./open-platform-client.ts";

export interface OfficialSourceOptions {
	log: Pick<EventLog, "append" | "flush" | "notes" | "onCommitted" | "writable">;
	urls: PlatformUrls;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
}

/** What a broadcast that is pushed needs. */
export interface BroadcastDeps {
	client: OpenPlatformClient;
	log: Pick<EventLog, "append" | "flush" | "writable">;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Is called when what is remembered has changed; resolves once it is stored. */
	remember: () => Promise<void>;
	/** Whether the room is still this process's: nothing is asked or stored of another's. */
	isHere: () => boolean;
}
