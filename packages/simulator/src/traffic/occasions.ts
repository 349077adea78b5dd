import {
	encodeBattleStatusMessage,
	encodeBattleTeamTaskMessage,
	encodeImDeleteMessage,
	encodeLightGiftMessage,
	encodeLinkMicArmies,
	encodeLinkMicBattle,
	encodeLinkMicBattleFinish,
	encodeLinkMicMethod,
	encodeLotteryDrawResultEventMessage,
	encodeLotteryEventNewMessage,
	encodeLotteryInfoSyncData,
	encodeLuckyBoxEndMessage,
	encodeLuckyBoxMessage,
	encodeLuckyBoxRewardMessage,
	encodePreviewCjRpMessage,
	encodeRoomDataSyncMessage,
	encodeUpdateFanTicketMessage,
} from "@livekeeper/douyin/wire";
import type { Person } from "./people.ts";
import { gifts } from "./phrases.ts";
import { id19 } from "./random.ts";
import { type Draft, giftPicture, Ledger, type Scene, shortNumber } from "./scene.ts";

/** Makes the room's running total: of all gifts, including those that sessions without a login don't receive. */
export function fanTicket(scene: Scene): Draft {
	const method = "WebcastUpdateFanTicketMessage";
	const count = scene.totals.tickets(scene.totalsView());
	const payload = encodeUpdateFanTicketMessage({
		common: scene.common(method),
		roomFanTicketCountText: shortNumber(count),
		roomFanTicketCount: count,
	});
	return { method, payload };
}

/** Makes a gift for a guest, as in rooms of several anchors: it is no part of the room's own total. */
function lightGift(scene: Scene, toUserId: string): Draft {
	const method = "WebcastLightGiftMessage";
	const gift = scene.random.pick(gifts);
	const count = gift.combo ? scene.random.between(1, 9) : 1;
	const payload = encodeLightGiftMessage({
		common: { ...scene.common(method), user: scene.viewer() },
		groupCount: 1,
		repeatCount: count,
		comboCount: count,
		toUserId,
		giftInfo: { giftId: gift.id, giftIcon: giftPicture(gift.id), diamondCount: gift.diamonds },
		giftStruct: { id: gift.id, name: gift.name, combo: gift.combo, diamondCount: gift.diamonds },
		sendType: 1,
		count,
	});
	return { method, payload };
}

/** Makes a message that takes the newest chat message back. */
export function imDelete(scene: Scene): Draft {
	const method = "WebcastImDeleteMessage";
	const deleteMsgIds = scene.lastChatId === "0" ? [] : [scene.lastChatId];
	return { method, payload: encodeImDeleteMessage({ common: scene.common(method), deleteMsgIds }) };
}

const boxDelaySec = 60;
const drawDelaySec = 180;

/** A box of diamonds (红包) that a viewer gives the audience. */
class LuckyBox {
	readonly #id: string;

	constructor(scene: Scene) {
		this.#id = scene.id;
	}

	sent(scene: Scene): Draft {
		const method = "WebcastLuckyBoxMessage";
		const payload = encodeLuckyBoxMessage({
			common: scene.common(method),
			diamondCount: scene.random.pick([20, 100, 500]),
			boxId: this.#id,
			sendTime: Math.floor(scene.now / 1000),
			delayTime: boxDelaySec,
			boxType: 1,
			title: "人人有份",
			user: scene.viewer(),
			boxIdStr: this.#id,
		});
		return { method, payload };
	}

	/** Makes its state when half of it is left. */
	state(scene: Scene): Draft {
		const method = "WebcastPreviewCjRpMessage";
		const payload = encodePreviewCjRpMessage({
			common: scene.common(method),
			cjrp: {
				rpOrderNo: this.#id,
				sendTime: Math.floor(scene.now / 1000),
				currency: "Diamond",
				text: "红包发放中",
				totalAmount: 100,
				leftAmount: 50,
				totalNum: 20,
				leftNum: 10,
			},
		});
		return { method, payload };
	}

	won(scene: Scene): Draft {
		const method = "WebcastLuckyBoxRewardMessage";
		const rewardedUserId = winners(scene, 10);
		const box = { boxId: this.#id, boxIdStr: this.#id };
		return { method, payload: encodeLuckyBoxRewardMessage({ common: scene.common(method), ...box, rewardedUserId }) };
	}

	ended(scene: Scene): Draft {
		const method = "WebcastLuckyBoxEndMessage";
		const box = { boxId: this.#id, boxIdStr: this.#id };
		return { method, payload: encodeLuckyBoxEndMessage({ common: scene.common(method), ...box }) };
	}
}

/** A lottery (福袋) of the anchor with diamonds. */
class Lottery {
	readonly #id: string;
	readonly #startedAtSec: number;
	#participants = 0;

	constructor(scene: Scene) {
		this.#id = scene.id;
		this.#startedAtSec = Math.floor(scene.now / 1000);
	}

	begin(scene: Scene): Draft {
		const method = "WebcastLotteryEventNewMessage";
		const payload = encodeLotteryEventNewMessage({
			common: scene.common(method),
			lotteryId: this.#id,
			lotteryStatus: 1,
			lotteryStartTime: this.#startedAtSec,
			lotteryDrawTime: this.#startedAtSec + drawDelaySec,
			prizeType: 1,
			prizeCount: 500,
			luckyCount: 5,
			awardName: "钻石",
		});
		return { method, payload };
	}

	/** Makes the current state, which the page receives together with others. */
	snapshot(scene: Scene): Draft {
		this.#participants += scene.random.between(3, 30);
		const method = "WebcastRoomDataSyncMessage";
		const payload = encodeLotteryInfoSyncData({
			lotteryId: this.#id,
			luckyCount: 5,
			candidateTotalCount: this.#participants,
			lotteryType: 1,
			prizeCount: 500,
			startTime: this.#startedAtSec,
			drawTime: this.#startedAtSec + drawDelaySec,
		});
		const sync = { roomId: scene.roomId, syncKey: "LotteryInfoSyncData", version: scene.now, payload };
		return { method, payload: encodeRoomDataSyncMessage({ common: scene.common(method), ...sync }) };
	}

	drawn(scene: Scene): Draft {
		const method = "WebcastLotteryDrawResultEventMessage";
		const drawn = { lotteryId: this.#id, userIds: winners(scene, 5) };
		return { method, payload: encodeLotteryDrawResultEventMessage({ common: scene.common(method), ...drawn }) };
	}
}

function winners(scene: Scene, max: number): string[] {
	return Array.from({ length: scene.random.between(1, max) }, () => scene.people.any(scene.random).id);
}

const durationSec = 300;
const punishSec = 60;

/**
 * A battle of the room's anchor with another one. Points are diamonds: of this room's gifts, and random on the other
 * side.
 */
class Battle {
	readonly guest: Person;
	readonly #id: string;
	readonly #startedAt: number;
	readonly #home = new Ledger();
	readonly #away = new Ledger();

	constructor(scene: Scene, number: number) {
		// The anchor of a room that is never looked up: its number is above any that a simulator has.
		this.guest = scene.people.anchor(1_000_000 + scene.random.int(1000));
		this.#id = id19(scene.seed, scene.roomId, "battle", number);
		this.#startedAt = scene.now;
		scene.battle = this.#home;
	}

	begin(scene: Scene): Draft {
		const method = "WebcastLinkMicBattleMethod";
		const userInfos = [scene.anchor, this.guest].map(({ id, nickname, user }) => ({
			key: id,
			value: { user: { userId: id, nickName: nickname, avatarThumb: user.avatarThumb } },
		}));
		const payload = encodeLinkMicBattle({ common: scene.common(method), battleSettings: this.#settings(1), userInfos });
		return { method, payload };
	}

	status(scene: Scene, status: 1 | 2 | 3): Draft {
		const method = "WebcastBattleStatusMessage";
		const payload = encodeBattleStatusMessage({
			common: scene.common(method),
			battleId: this.#id,
			status,
			duration: durationSec,
			punishDuration: punishSec,
			startTimeMs: String(this.#startedAt),
		});
		return { method, payload };
	}

	score(scene: Scene): Draft {
		if (scene.random.chance(0.6)) this.#away.give(scene.people.any(scene.random).user, scene.random.between(1, 200));
		const method = "WebcastLinkMicMethod";
		const userScores = this.#scores(scene).map(({ score, id, rank }) => ({
			score,
			userId: id,
			scoreBlurText: String(score),
			battleRank: rank,
			userIdStr: id,
		}));
		const about = { messageType: 202, channelId: this.#id, battleId: this.#id, battleIdStr: this.#id };
		return { method, payload: encodeLinkMicMethod({ common: scene.common(method), ...about, userScores }) };
	}

	/** Makes a task: gifts for which points count three times. */
	task(scene: Scene): Draft {
		const method = "WebcastBattleTeamTaskMessage";
		const info = this.#sides(scene).map(([{ id }]) => {
			const finished = scene.random.int(6);
			return { key: id, value: { targetUserCount: 5, finishUserCount: finished, valueText: `${finished}/5` } };
		});
		const teamTask = { config: { rewardBuffMultiple: 3, taskType: 1 }, info, battleId: this.#id };
		return { method, payload: encodeBattleTeamTaskMessage({ common: scene.common(method), teamTask }) };
	}

	armies(scene: Scene): Draft {
		const method = "WebcastLinkMicArmiesMethod";
		const userArmiesMap = this.#sides(scene).map(([{ id }, ledger]) => ({
			key: id,
			value: {
				userArmies: ledger.top(3).map(({ user, diamonds: score }) => ({
					userId: user.id,
					score,
					nickname: user.nickname,
					avatarThumb: user.avatarThumb,
				})),
			},
		}));
		return { method, payload: encodeLinkMicArmies({ common: scene.common(method), userArmiesMap }) };
	}

	finish(scene: Scene): Draft {
		scene.battle = undefined;
		const method = "WebcastLinkMicBattleFinishMethod";
		const payload = encodeLinkMicBattleFinish({
			common: scene.common(method),
			battleSettings: this.#settings(1),
			battleArmies: this.#sides(scene).map(([{ id }, ledger]) => ({
				anchorId: id,
				rankList: ledger.top(3).map(({ user, diamonds: score }) => ({
					userId: user.id,
					nickname: user.nickname,
					score,
					userIdStr: user.id,
				})),
				anchorIdStr: id,
			})),
			battleScores: this.#scores(scene).map(({ score, id, rank }) => ({
				score,
				userId: id,
				userIdStr: id,
				scoreBlurText: String(score),
				battleRank: rank,
			})),
			endReason: 1,
		});
		return { method, payload };
	}

	#settings(battleStatus: number) {
		return {
			battleId: this.#id,
			startTimeMs: this.#startedAt,
			duration: durationSec,
			channelId: this.#id,
			punishDuration: punishSec,
			battleStatus,
			battleIdStr: this.#id,
		};
	}

	#sides(scene: Scene): [Person, Ledger][] {
		return [
			[scene.anchor, this.#home],
			[this.guest, this.#away],
		];
	}

	#scores(scene: Scene): { id: string; score: number; rank: number }[] {
		const leads = this.#home.diamonds >= this.#away.diamonds;
		return this.#sides(scene).map(([{ id }, { diamonds: score }], i) => ({
			id,
			score,
			rank: (i === 0) === leads ? 1 : 2,
		}));
	}
}

/** Five minutes at the default rate: each has one box, one lottery and one battle, the latter for two minutes. */
const cycle = 1500;
const boxAt = 120;
const lotteryAt = 200;
const battleAt = 600;
const battleMessages = 600;

/** Events that last for many messages: battles, boxes and lotteries, each at its place in the broadcast. */
export class Occasions {
	#battle: Battle | undefined;
	#box: LuckyBox | undefined;
	#lottery: Lottery | undefined;

	/** @returns `undefined` if message `k` of the broadcast is none of them */
	next(k: number, scene: Scene): Draft | undefined {
		const at = k % cycle;
		return this.#draws(at, scene) ?? this.#fight(at, k, scene);
	}

	#draws(at: number, scene: Scene): Draft | undefined {
		if (at === boxAt) this.#box = new LuckyBox(scene);
		if (at === boxAt) return this.#box?.sent(scene);
		if (at === boxAt + 59) return this.#box?.state(scene);
		if (at === boxAt + 60) return this.#box?.won(scene);
		if (at === boxAt + 62) return this.#box?.ended(scene);
		if (at === lotteryAt) this.#lottery = new Lottery(scene);
		if (at === lotteryAt) return this.#lottery?.begin(scene);
		if (at === lotteryAt + 200) return this.#lottery?.drawn(scene);
		const drawing = at > lotteryAt && at < lotteryAt + 200;
		return drawing && at % 25 === 0 ? this.#lottery?.snapshot(scene) : undefined;
	}

	#fight(at: number, k: number, scene: Scene): Draft | undefined {
		const since = at - battleAt;
		if (since === 0) this.#battle = new Battle(scene, k);
		const battle = this.#battle;
		if (!battle || since < 0) return undefined;
		if (since === 0) return battle.begin(scene);
		if (since === 1) return battle.status(scene, 1);
		if (since === battleMessages) return battle.finish(scene);
		if (since === battleMessages + 1) return battle.status(scene, 2);
		if (since === battleMessages + 75) return battle.status(scene, 3);
		if (since > battleMessages) return undefined;
		if (since % 100 === 75) return lightGift(scene, battle.guest.id);
		if (since % 200 === 37) return battle.task(scene);
		if (since % 100 === 50) return battle.armies(scene);
		return since % 20 === 5 ? battle.score(scene) : undefined;
	}
}
