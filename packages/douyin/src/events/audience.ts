import * as wire from "../wire/index.ts";
import { baseOf, complete, lookTwice, type Mapper } from "./envelope.ts";
import type {
	FansclubEvent,
	FollowEvent,
	LikeEvent,
	MemberEvent,
	RankEvent,
	RankedUser,
	ShareEvent,
	ViewersEvent,
} from "./live-event.ts";
import { userOf } from "./user.ts";

const like: Mapper = (payload, envelope) => {
	const m = wire.decodeLikeMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	return complete<LikeEvent>(base, { type: "like", count: m.count, total: m.total });
};

const member: Mapper = (payload, envelope) => {
	const m = wire.decodeMemberMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	const event = complete<MemberEvent>(base, { type: "member", memberCount: m.memberCount, action: m.action });
	if (m.isSetToAdmin) event.setToAdmin = true;
	return event;
};

const social: Mapper = (payload, envelope) => {
	const m = wire.decodeSocialMessage(payload, envelope.budget);
	if (m.action !== 1 && m.action !== 3) return undefined;
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	if (m.action === 1) return complete<FollowEvent>(base, { type: "follow", followCount: m.followCount });
	return complete<ShareEvent>(base, { type: "share", shareTarget: m.shareTarget });
};

const fansclubActions: Readonly<Record<number, FansclubEvent["action"]>> = { 1: "upgrade", 2: "join" };

const fansclub: Mapper = (payload, envelope) => {
	const m = wire.decodeFansclubMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	const action = fansclubActions[m.action] ?? "other";
	return complete<FansclubEvent>(base, { type: "fansclub", action, content: m.content });
};

const viewers: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomUserSeqMessage(payload, envelope.budget);
	const top = m.ranks.length > 0 ? m.ranks : m.seats;
	lookTwice(envelope);
	return complete<ViewersEvent>(baseOf(payload, envelope, m.common), {
		type: "viewers",
		online: m.total,
		total: m.totalUser,
		totalDisplay: m.totalPvForAnchor || m.totalUserStr,
		top: top.map(contributor),
	});
};

const rank: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomRankMessage(payload, envelope.budget);
	lookTwice(envelope);
	const ranks =
		m.ranks.length > 0
			? m.ranks.map((one, index) => ranked(index + 1, one.scoreStr, one.profileHidden, one.user))
			: m.audienceRanks.map(contributor);
	return complete<RankEvent>(baseOf(payload, envelope, m.common), { type: "rank", ranks });
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

/** A score that is neither masked nor shortened. */
const plainNumber = /^\d{1,15}$/;

function ranked(rank: number, score: string, hidden: boolean, wireUser: wire.User | undefined): RankedUser {
	const place: RankedUser = { rank, score };
	const user = userOf(wireUser);
	if (user) place.user = user;
	if (hidden) place.hidden = true;
	return place;
}

/** What people do, other than talk and give, and who they are. */
export const audienceMappers = {
	WebcastLikeMessage: like,
	WebcastMemberMessage: member,
	WebcastSocialMessage: social,
	WebcastFansclubMessage: fansclub,
	WebcastRoomUserSeqMessage: viewers,
	WebcastRoomRankMessage: rank,
} satisfies Record<string, Mapper>;
