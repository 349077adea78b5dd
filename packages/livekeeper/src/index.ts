export { type ErrorCode, type ErrorReply, errorTable, LivekeeperError } from "@livekeeper/base/errors";
export type { RoomHealth, RoomState, StatusReason } from "@livekeeper/engine";
export { MemoryStore } from "@livekeeper/log";
export { type Config, type ConfigInput, loadConfig, parseConfig } from "./config.ts";
export { LiveService, type RoomStatus } from "./live/index.ts";
export {
	type ClientEvents,
	type JoinReply,
	type LeaveReply,
	type ServerEvents,
	type Service,
	type ServiceDeps,
	startService,
	type WireMessage,
} from "./service.ts";
export type { WireStatus } from "./wire/index.ts";
