export {
	type BroadcastReport,
	broadcast,
	giftKind,
	giver,
	highlight,
	type ReportFigures,
	report,
	toWireBroadcast,
	toWireGifts,
	type WireHighlight,
} from "./broadcast.ts";
export { missingBefore } from "./coverage.ts";
export { official, toWireOfficial } from "./official.ts";
export { qualityPoint, roomQuality, toWireQualityPoint, toWireRoomQuality } from "./quality.ts";
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
export { reconnect, toWireReconnect, toWireUpstream, upstream } from "./upstream.ts";
