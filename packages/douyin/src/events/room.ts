import * as wire from "../wire/index.ts";
import { baseOf, complete, type Mapper } from "./envelope.ts";
import type { BannerEvent, ControlEvent, IntroEvent, NoticeEvent, ProductEvent, RoomStatsEvent } from "./live-event.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

const roomStats: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomStatsMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common);
	const { displayLong: display, displayValue: value, total } = m;
	return complete<RoomStatsEvent>(base, { type: "room_stats", display, value, total });
};

const controlActions: Readonly<Record<number, ControlEvent["action"]>> = { 1: "pause", 2: "resume", 3: "end" };

const control: Mapper = (payload, envelope) => {
	const m = wire.decodeControlMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common);
	const action = controlActions[m.action] ?? "other";
	return complete<ControlEvent>(base, { type: "control", action, code: m.action, tips: m.tips });
};

const roomNotice: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomMessage(payload, envelope.budget);
	const content = m.content || renderText(m.common?.displayText);
	return complete<NoticeEvent>(baseOf(payload, envelope, m.common), { type: "notice", content });
};

const commonText: Mapper = (payload, envelope) => {
	const m = wire.decodeCommonTextMessage(payload, envelope.budget);
	const content = renderText(m.common?.displayText);
	// The kind carries other things than text too: what would be an empty notice passes on as it came.
	if (content === "") return undefined;
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	return complete<NoticeEvent>(base, { type: "notice", content });
};

const intro: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomIntroMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	return complete<IntroEvent>(base, { type: "intro", content: m.intro });
};

const banner: Mapper = (payload, envelope) => {
	const m = wire.decodeInRoomBannerMessage(payload, envelope.budget);
	return complete<BannerEvent>(baseOf(payload, envelope, m.common), { type: "banner", extra: m.extra });
};

const productChange: Mapper = (payload, envelope) => {
	const m = wire.decodeProductChangeMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, undefined, m.updateTimestamp);
	return complete<ProductEvent>(base, { type: "product", content: m.updateToast, total: m.total });
};

const liveShopping: Mapper = (payload, envelope) => {
	const m = wire.decodeLiveShoppingMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, undefined, m.updateTimestamp);
	return complete<ProductEvent>(base, { type: "product", content: "", total: m.promotionsNum });
};

/** What the room says of itself. */
export const roomMappers = {
	WebcastRoomStatsMessage: roomStats,
	WebcastControlMessage: control,
	WebcastRoomMessage: roomNotice,
	WebcastCommonTextMessage: commonText,
	WebcastRoomIntroMessage: intro,
	WebcastInRoomBannerMessage: banner,
	WebcastProductChangeMessage: productChange,
	WebcastLiveShoppingMessage: liveShopping,
} satisfies Record<string, Mapper>;
