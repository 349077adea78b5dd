export type { Encoding, EndReason, ReaderSink } from "./reader.ts";
export { eventText, parseReadRequest } from "./reader.ts";
export type { BufferAccount } from "./reader-budget.ts";
export { type Party, partyOf } from "./reader-budget.ts";
export { ReaderHub, type ReadFrom } from "./reader-hub.ts";
export { SharedPlaces } from "./shared-places.ts";
export {
	deflatedFrames,
	ignoreReset,
	ReaderWebSocketServer,
	refuseUpgrade,
	takenBytes,
	textFrames,
	type UpgradeAccess,
	watchOver,
} from "./websockets.ts";
