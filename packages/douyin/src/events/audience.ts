import * as wire from "../wire/index.ts";
import { baseOf, complete, type Mapper } from "./envelope.ts";
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
	return complete<MemberEvent>(base, { type: "member", memberCount: m.memberCount, action: m.action });
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
	return complete<ViewersEvent>(baseOf(payload, envelope, m.common), {
		type: "viewers",
		online: m.total,
		total: m.totalUser,
		totalDisplay: m.totalPvForAnchor || m.totalUserStr,
		top: top.map((one, index) =>
			ranked(one.rank || index + 1, one.exactlyScore || one.scoreDescription || scoreOf(one.score), one.user),
		),
	});
};

const rank: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomRankMessage(payload, envelope.budget);
	return complete<RankEvent>(baseOf(payload, envelope, m.common), {
		type: "rank",
		ranks: m.ranks.map((one, index) => ranked(index + 1, one.scoreStr, one.user)),
	});
};

const scoreOf = (score: string): string => (score === "0" ? "" : score);

function ranked(place: number, score: string, wireUser: wire.User | undefined): RankedUser {
	const user = userOf(wireUser);
	return user ? { rank: place, score, user } : { rank: place, score };
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
