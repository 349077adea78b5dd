import {
	encodeBindingGiftMessage,
	encodeGiftMessage,
	type GiftMessageInit,
	type UserInit,
} from "@livekeeper/douyin/wire";
import { giftMethod, packedGiftMethod, showsTickets, streakOf } from "./gift-totals.ts";
import { type Gift, gifts } from "./phrases.ts";
import { hash32, id19 } from "./random.ts";
import { type Draft, giftPicture, type Scene } from "./scene.ts";

interface Streak {
	gift: Gift;
	user: UserInit;
	/** The anchor, or a guest. */
	toUser: UserInit;
	groupId: string;
	/** Number of gifts sent at once with each step. */
	pack: number;
	count: number;
}

const maxStreaks = 3;

/** Gifts of one broadcast: single ones, and streaks whose count grows, sometimes by more than one, until they end. */
export class GiftGivers {
	readonly #streaks: Streak[] = [];
	#groups = 0;
	#last: GiftMessageInit | undefined;

	next(scene: Scene): Draft {
		const { random } = scene;
		const continues = this.#streaks.length > 0 && (this.#streaks.length === maxStreaks || random.chance(0.75));
		const streak = continues ? this.#streaks[random.int(this.#streaks.length)] : undefined;
		if (!streak) return this.#first(scene);
		if (random.chance(0.25)) {
			// The end repeats the count of the last step.
			this.#streaks.splice(this.#streaks.indexOf(streak), 1);
			return this.#give(scene, streak, 1);
		}
		streak.count += random.chance(0.2) ? random.between(2, 4) : 1;
		return this.#give(scene, streak, 0);
	}

	/** Repeats the last gift inside another message; `undefined` before there is any. */
	packedAgain(scene: Scene): Draft | undefined {
		return this.#last && packed(scene, this.#last);
	}

	/** Makes a gift; some single gifts come only inside another message. */
	#give(scene: Scene, streak: Streak, repeatEnd: number): Draft {
		const gift = give(scene, streak, repeatEnd);
		this.#last = gift;
		const alone = !streak.gift.combo && hash32(scene.seed, scene.id, "packed") % 8 === 0;
		return alone ? packed(scene, gift) : { method: giftMethod, payload: encodeGiftMessage(gift) };
	}

	#first(scene: Scene): Draft {
		const { random } = scene;
		const gift = random.pick(gifts);
		const streak: Streak = {
			gift,
			user: scene.viewer(),
			toUser: random.chance(0.05) ? scene.viewer() : scene.anchor.user,
			groupId: gift.combo ? id19(scene.seed, scene.roomId, "group", this.#groups++) : "0",
			pack: gift.combo && random.chance(0.1) ? random.pick([5, 10, 66]) : 1,
			count: 1,
		};
		if (gift.combo) this.#streaks.push(streak);
		return this.#give(scene, streak, 0);
	}
}

function packed(scene: Scene, msg: GiftMessageInit): Draft {
	const common = scene.common(packedGiftMethod);
	return { method: packedGiftMethod, payload: encodeBindingGiftMessage({ common, msg }) };
}

/** Counts a gift, and makes its message. */
function give(scene: Scene, streak: Streak, repeatEnd: number): GiftMessageInit {
	const { gift, count, pack, user, toUser } = streak;
	const { totals, totalsView } = scene;
	const key = { id: scene.id, groupId: streak.groupId, giftId: gift.id, giver: user };
	scene.give({ streak: streakOf(key), giver: user, diamonds: gift.diamonds * count * pack });
	const image = giftPicture(gift.id);
	return {
		common: { ...scene.common(giftMethod), describe: `${user.nickname}: 送给主播 ${count}个${gift.name}` },
		giftId: gift.id,
		fanTicketCount: gift.diamonds * count * pack,
		groupCount: pack,
		repeatCount: count,
		comboCount: count,
		user,
		toUser,
		repeatEnd,
		groupId: streak.groupId,
		roomFanTicketCount: showsTickets(totalsView()) ? totals.tickets(totalsView()) : 0,
		gift: {
			image,
			id: gift.id,
			combo: gift.combo,
			type: gift.combo ? 1 : 2,
			diamondCount: gift.diamonds,
			isDisplayedOnPanel: true,
			name: gift.name,
			icon: image,
		},
		sendType: gift.combo ? 4 : 1,
		totalCount: count * pack,
		sendTime: scene.now,
		traceId: `sim-${scene.id}`,
	};
}
