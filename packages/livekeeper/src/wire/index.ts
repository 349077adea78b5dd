export { giftCoverage, toWireCoverage } from "./coverage.ts";
export { official, toWireOfficial } from "./official.ts";
export { qualityPoint, roomQuality, toWireQualityPoint, toWireRoomQuality } from "./quality.ts";
export { reconnect, toWireReconnect } from "./reconnect.ts";
export {
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
