import * as wire from "../wire/index.ts";
import { baseOf, type Envelope, lookTwice, type Mapper, orRaw } from "./envelope.ts";
import type { EventBase, LinkScore, Seat, SeatsEvent } from "./live-event.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

/** Field numbers are those of the site's own schema; `link.proto` says which were checked against payloads. */

type SeatsAbout = Pick<SeatsEvent, "action"> & Partial<Omit<SeatsEvent, keyof EventBase>>;

function seats(base: EventBase, about: SeatsAbout): SeatsEvent {
	const nothing = {
		type: "seats",
		code: 0,
		linkerId: "0",
		seats: [] as Seat[],
		operatorId: "0",
		targetId: "0",
	} as const;
	return { ...base, ...nothing, ...about };
}

/** Maps contents that say who is linked, of some seventy; a message with another content becomes `raw`. */
const link = orRaw((payload, envelope) => {
	const m = wire.decodeLinkMessage(payload);
	const about = linkContent(m);
	if (!about) return undefined;
	const base = baseOf(payload, envelope, m.commonCreateTime);
	return seats(base, { code: m.messageType, linkerId: m.linkerId, ...about });
});

function linkContent(m: wire.LinkMessage): SeatsAbout | undefined {
	const { enterContent: enter, leaveContent: leave, updateUserContent: update } = m;
	if (enter) return { action: "entered", targetId: enter.userId, seats: seatsOf(enter.linkedUsers) };
	if (leave) return { action: "left", targetId: leave.userId, seats: seatsOf(leave.linkedUsers) };
	if (m.kickOutContent) return { action: "removed", operatorId: m.kickOutContent.fromUserId };
	if (m.sysKickOutContent) return { action: "removed", targetId: m.sysKickOutContent.userId };
	if (update) {
		const { fromUserId: operatorId, toUserId: targetId } = update;
		return { action: "updated", operatorId, targetId, seats: seatsOf(update.linkedUsers) };
	}
	const list = m.linkedListChangeContent;
	if (list) return { action: "list", seats: seatsOf(list.linkedUsers) };
	const lock = m.lockPositionContentLockedPositions;
	if (lock) return { action: lock.status === 0 ? "unlocked" : "locked", position: lock.position };
	const waiting = m.audienceWaitingListChangeTotalWaitingCnt;
	return waiting > 0 ? { action: "waiting", waiting } : undefined;
}

function seatsOf(linked: readonly wire.LinkedUser[]): Seat[] {
	return linked.map((one) => {
		const seat: Seat = { position: one.userPosition, title: one.contentLinkmicContentHostName };
		if (one.silenceStatus !== 0) seat.muted = true;
		if (one.linkType === 2) seat.voiceOnly = true;
		const user = userOf(one.user);
		if (user) seat.user = user;
		return seat;
	});
}

/** Maps the whole list of seats, which the page keeps in sync. @param payload of `RoomLinkMicSyncData` */
export function syncedSeats(base: EventBase, payload: Uint8Array, { budget }: Envelope): SeatsEvent {
	const { linkedUsers } = wire.decodeRoomLinkMicSyncData(payload, budget);
	return seats(base, { action: "list", seats: seatsOf(linkedUsers) });
}

const silence = orRaw((payload, envelope) => {
	const m = wire.decodeAnchorLinkmicSilenceMessage(payload);
	const { silenceAction: code } = m;
	if (code !== 1 && code !== 2) return undefined;
	const base = baseOf(payload, envelope, m.commonCreateTime);
	const who = { operatorId: m.fromUserId || "0", targetId: m.toUserId || "0" };
	return seats(base, { action: code === 1 ? "muted" : "unmuted", code, ...who });
});

const residentGuest = orRaw((payload, envelope) => {
	const m = wire.decodeResidentGuestMessage(payload);
	const base = baseOf(payload, envelope, m.common?.createTime);
	const content = renderText(m.common?.displayText);
	if (content.trim() !== "") {
		lookTwice(envelope);
		return { ...base, type: "notice", content };
	}
	if (m.msgType === 0) return undefined;
	const allowed = m.guestAllowContentAllow || m.linkmicRoomAllowContentAllow;
	return seats(base, { action: "guests", code: m.msgType, allowed });
});

const interactionScore = orRaw((payload, envelope) => {
	const m = wire.decodeProfitInteractionScoreMessage(payload);
	if (m.anchorInfos.length === 0) return undefined;
	lookTwice(envelope);
	const scores = m.anchorInfos.map(({ key: id, valueScore: display }): LinkScore => {
		const score = display === "" ? 0 : shownNumber(display);
		return score === undefined ? { id, name: "", display } : { id, name: "", score, display };
	});
	return { ...baseOf(payload, envelope, m.commonCreateTime), type: "link_score", channelId: m.channelId, scores };
});

const playModeScore = orRaw((payload, envelope) => {
	const m = wire.decodeLinkmicPlayModeUpdateScoreMessage(payload);
	const receiver = userOf(m.toUser);
	if (m.hotScore === 0 && m.toUserId === "0" && !receiver) return undefined;
	const score: LinkScore = {
		id: m.toUserId === "0" ? (receiver?.id ?? "0") : m.toUserId,
		name: receiver?.nickname ?? "",
		display: "",
		added: m.hotScore,
	};
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.fromUser));
	return { ...base, type: "link_score", channelId: "0", scores: [score] };
});

/** Parses a text of digits alone; `undefined` for one that is shortened, blurred or empty. */
export function shownNumber(text: string): number | undefined {
	return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Mappers of seats and of points of linked users, outside of battles. */
export const linkMappers = {
	WebcastLinkMessage: link,
	WebcastAnchorLinkmicSilenceMessage: silence,
	WebcastResidentGuestMessage: residentGuest,
	WebcastProfitInteractionScoreMessage: interactionScore,
	WebcastLinkmicPlayModeUpdateScoreMessage: playModeScore,
} satisfies Record<string, Mapper>;
