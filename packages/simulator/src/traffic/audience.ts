import {
	encodeFansclubMessage,
	encodeLikeMessage,
	encodeMemberMessage,
	encodeRoomRankMessage,
	encodeRoomUserSeqMessage,
	encodeSocialMessage,
} from "@livekeeper/douyin/wire";
import { showsScores } from "./gift-totals.ts";
import { type Draft, type Scene, shortNumber } from "./scene.ts";

export function member(scene: Scene): Draft {
	scene.visits++;
	scene.online = Math.max(1, scene.online + scene.random.between(-2, 3));
	const user = scene.viewer();
	const method = "WebcastMemberMessage";
	const payload = encodeMemberMessage({
		common: scene.common(method),
		user,
		memberCount: scene.online,
		enterType: scene.random.pick([0, 0, 6, 35]),
		action: 1,
		userId: user.id ?? "0",
		popStr: shortNumber(scene.online),
	});
	return { method, payload };
}

export function like(scene: Scene): Draft {
	const count = scene.random.between(1, 15);
	scene.likes += count;
	const method = "WebcastLikeMessage";
	const payload = encodeLikeMessage({
		common: scene.common(method),
		count,
		total: scene.likes,
		user: scene.viewer(),
	});
	return { method, payload };
}

export function social(scene: Scene): Draft {
	const shares = scene.random.chance(0.25);
	if (!shares) scene.follows++;
	const method = "WebcastSocialMessage";
	const payload = encodeSocialMessage({
		common: scene.common(method),
		user: scene.viewer(),
		action: shares ? 3 : 1,
		followCount: scene.follows,
		...(shares ? { shareType: 1, shareTarget: scene.random.pick(["1", "3", "112"]) } : {}),
	});
	return { method, payload };
}

export function fansclub(scene: Scene): Draft {
	const joins = scene.random.chance(0.6);
	const user = scene.viewer();
	const method = "WebcastFansclubMessage";
	const content = joins
		? `恭喜 ${user.nickname} 成为 ${scene.clubName} 第 ${scene.random.between(10, 4000)} 名成员`
		: `恭喜 ${user.nickname} 升级为 ${scene.clubName} ${scene.random.between(2, 14)} 级粉丝`;
	const payload = encodeFansclubMessage({ common: scene.common(method), action: joins ? 2 : 1, content, user });
	return { method, payload };
}

/**
 * Makes the number of viewers and the top givers, with their diamonds if the room shows them. Sent every few seconds.
 */
export function viewers(scene: Scene): Draft {
	const method = "WebcastRoomUserSeqMessage";
	const ranks = contributors(scene);
	const payload = encodeRoomUserSeqMessage({
		common: scene.common(method),
		ranks,
		total: scene.online,
		popStr: shortNumber(scene.online),
		totalUser: scene.visits,
		totalUserStr: shortNumber(scene.visits),
		totalStr: shortNumber(scene.online),
		onlineUserForAnchor: String(scene.online),
		totalPvForAnchor: shortNumber(scene.visits),
	});
	return { method, payload };
}

/** Makes a list of top givers: some rooms send the one list, some the other. */
export function rank(scene: Scene): Draft {
	const method = "WebcastRoomRankMessage";
	const best = contributors(scene);
	const lists = scene.random.chance(0.5)
		? { ranks: best.map(({ user, exactlyScore }) => ({ user, scoreStr: exactlyScore })) }
		: { audienceRanks: best };
	return { method, payload: encodeRoomRankMessage({ common: scene.common(method), ...lists }) };
}

/** Returns the top givers of this broadcast, with their diamonds if the room shows them. */
function contributors(scene: Scene) {
	const best = scene.totals.top(3);
	const shown = showsScores(scene.totalsView());
	return best.map(({ user, score }, i) => ({
		score: shown ? String(score) : "",
		user,
		rank: i + 1,
		delta: shown ? (best[i - 1]?.score ?? score) - score : 0,
		scoreDescription: "",
		exactlyScore: shown ? String(score) : "",
	}));
}
