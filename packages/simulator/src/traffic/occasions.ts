import { Battle } from "./battle.ts";
import { Lottery, LuckyBox } from "./draws.ts";
import { lightGift } from "./money.ts";
import type { Draft, Scene } from "./scene.ts";

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
