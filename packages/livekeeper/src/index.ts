export { type Config, type ConfigInput, loadConfig, parseConfig } from "./config.ts";
export { type ErrorCode, type ErrorReply, errorTable, LivekeeperError } from "./errors.ts";
export { LiveService, type RoomStatus, type WireStatus } from "./live/index.ts";
export type { RoomHealth, RoomState, StatusReason } from "./rooms/index.ts";
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
