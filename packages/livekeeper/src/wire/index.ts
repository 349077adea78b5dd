export { broadcast, giftKind, giver, toWireBroadcast, toWireGifts } from "./broadcast.ts";
export { missingBefore } from "./coverage.ts";
export { official, toWireOfficial } from "./official.ts";
export { qualityPoint, roomQuality, toWireQualityPoint, toWireRoomQuality } from "./quality.ts";
export { reconnect, toWireReconnect } from "./reconnect.ts";
export { type BroadcastReport, highlight, type ReportFigures, report, type WireHighlight } from "./report.ts";
export {
	isShowable,
	reason,
	reasonCode,
	room,
	roomHealth,
	roomPriority,
	roomReply,
	roomState,
	toWireReason,
	toWireStatus,
	type WireStatus,
} from "./room.ts";
export { toWireUpstream, upstream } from "./upstream.ts";
