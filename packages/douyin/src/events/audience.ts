import * as wire from "../wire/index.ts";
import { baseOf, lookTwice, type Mapper } from "./envelope.ts";
import type { FansclubEvent, MemberEvent, RankedUser } from "./live-event.ts";
import { userOf } from "./user.ts";

const like: Mapper = (payload, envelope) => {
	const m = wire.decodeLikeMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	return { ...base, type: "like", count: m.count, total: m.total };
};

const member: Mapper = (payload, envelope) => {
	const m = wire.decodeMemberMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	const event: MemberEvent = {
		...base,
		type: "member",
		memberCount: m.memberCount,
		action: m.action,
	};
	if (m.isSetToAdmin) event.setToAdmin = true;
	if (m.userEnterTipType > 0) event.enterTipType = m.userEnterTipType;
	return event;
};

const social: Mapper = (payload, envelope) => {
	const m = wire.decodeSocialMessage(payload);
	if (m.action !== 1 && m.action !== 3) return undefined;
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	if (m.action === 1) return { ...base, type: "follow", followCount: m.followCount };
	return { ...base, type: "share", shareTarget: m.shareTarget };
};

const fansclubActions: Readonly<Record<number, FansclubEvent["action"]>> = { 1: "upgrade", 2: "join" };

const fansclub: Mapper = (payload, envelope) => {
	const m = wire.decodeFansclubMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	const action = fansclubActions[m.action] ?? "other";
	return { ...base, type: "fansclub", action, code: m.action, content: m.content };
};

const viewers: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomUserSeqMessage(payload);
	const top = m.ranks.length > 0 ? m.ranks : m.seats;
	lookTwice(envelope);
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "viewers",
		online: m.total,
		total: m.totalUser,
		totalDisplay: m.totalPvForAnchor || m.totalUserStr,
		top: top.map(contributor),
	};
};

const rank: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomRankMessage(payload);
	lookTwice(envelope);
	const ranks =
		m.ranks.length > 0
			? m.ranks.map((one, index) => ranked(index + 1, one.scoreStr, one.profileHidden, one.user))
			: m.audienceRanks.map(contributor);
	return { ...baseOf(payload, envelope, m.commonCreateTime), type: "rank", ranks };
};

function contributor(one: wire.Contributor | wire.AudienceRank, index: number): RankedUser {
	const { exactlyScore, score, delta } = one;
	const shown = exactlyScore || one.scoreDescription || (score === "0" ? "" : score);
	const place = ranked(one.rank || index + 1, shown, one.isHidden, one.user);
	const value = plainNumber.test(exactlyScore) ? exactlyScore : score;
	if (value !== "0") place.value = Number(value);
	if (delta > 0) place.delta = delta;
	return place;
}

/** Matches a score that is neither masked nor shortened. */
const plainNumber = /^\d{1,15}$/;

function ranked(rank: number, score: string, hidden: boolean, wireUser: wire.User | undefined): RankedUser {
	const place: RankedUser = { rank, score };
	const user = userOf(wireUser);
	if (user) place.user = user;
	if (hidden) place.hidden = true;
	return place;
}

/** Mappers of viewers' actions other than chats and gifts, and of who the viewers are. */
export const audienceMappers = {
	WebcastLikeMessage: like,
	WebcastMemberMessage: member,
	WebcastSocialMessage: social,
	WebcastFansclubMessage: fansclub,
	WebcastRoomUserSeqMessage: viewers,
	WebcastRoomRankMessage: rank,
} satisfies Record<string, Mapper>;
