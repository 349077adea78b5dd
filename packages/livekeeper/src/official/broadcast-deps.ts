import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { Logger } from "pino";
import type { OpenPlatformClient, PlatformUrls } from "./open-platform-client.ts";

export interface OfficialSourceOptions {
	log: Pick<EventLog, "append" | "flush" | "notes" | "onCommitted" | "writable">;
	urls: PlatformUrls;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
}

/** Dependencies of a pushed broadcast. */
export interface BroadcastDeps {
	client: OpenPlatformClient;
	log: Pick<EventLog, "append" | "flush" | "writable">;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Called when the remembered state has changed; resolves once it is stored. */
	remember: () => Promise<void>;
	/** Whether the room still belongs to this process; nothing is requested or stored for another's. */
	isHere: () => boolean;
}
