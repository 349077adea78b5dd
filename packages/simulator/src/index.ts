export { SimulatorError, type SimulatorErrorCode, simulatorErrorCodes } from "./errors.ts";
export {
	type Closing,
	type Fault,
	type FaultKind,
	type FaultSpec,
	type FaultTarget,
	faultKinds,
} from "./faults/fault-board.ts";

export {
	anonymous,
	type GiftRule,
	type IdentityDefaults,
	type IdentityInfo,
	type IdentityRules,
	type MessageRule,
	type RiskControl,
} from "./identities.ts";
export type { AppChange, AppSettings, MsgType, PushFaults, TaskTruth } from "./open-platform/index.ts";
export type { PushServerStyle } from "./pages/pages-context.ts";
export type { ConnectionInfo, PushSocket, View } from "./push/push-connection.ts";
export type { PageState, StartTraffic } from "./rooms/room.ts";
export type { RoomLinks } from "./rooms/room-links.ts";
export { liveIdOf } from "./rooms/room-set.ts";
export type { GiftWorth, GiftWorthOptions, SentTo } from "./rooms/sent-log.ts";
export type { RoomChange, RoomInfo, RoomTruth, SimulatedRoom } from "./simulated-room.ts";
export type { NewRoom, Simulator, SiteAnswer, SiteRequest } from "./simulator.ts";
export type { AddressInfo, CallsInfo, SiteSettings } from "./site/site.ts";
export { Site } from "./site/site.ts";
export { type RefusalSign, SiteBudget, type SiteWindow } from "./site/site-budget.ts";
export { type CallGroup, type SiteKind, siteKinds, siteWindows, type Way, ways } from "./site/site-rules.ts";
export { type SimulatorOptions, startSimulator } from "./start-simulator.ts";

export { type TotalsView, totalsShown } from "./traffic/gift-totals.ts";
export { type IdMode, idModes } from "./traffic/message-ids.ts";
