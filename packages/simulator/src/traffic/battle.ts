import {
	encodeBattleStatusMessage,
	encodeBattleTeamTaskMessage,
	encodeLinkMicArmies,
	encodeLinkMicBattle,
	encodeLinkMicBattleFinish,
	encodeLinkMicMethod,
} from "@livekeeper/douyin/wire";
import type { Person } from "./people.ts";
import { id19 } from "./random.ts";
import { type Draft, Ledger, type Scene } from "./scene.ts";

const durationSec = 300;
const punishSec = 60;

/**
 * A battle of the room's anchor with another one. Points are diamonds: of this room's gifts, and random on the other
 * side.
 */
export class Battle {
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
