import {
	encodeLotteryDrawResultEventMessage,
	encodeLotteryEventNewMessage,
	encodeLotteryInfoSyncData,
	encodeLuckyBoxEndMessage,
	encodeLuckyBoxMessage,
	encodeLuckyBoxRewardMessage,
	encodePreviewCjRpMessage,
	encodeRoomDataSyncMessage,
} from "@livekeeper/douyin/wire";
import type { Draft, Scene } from "./scene.ts";

const boxDelaySec = 60;
const drawDelaySec = 180;

/** A box of diamonds (红包) that a viewer gives the audience. */
export class LuckyBox {
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
export class Lottery {
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
