import type { UserInit } from "@livekeeper/douyin/wire";
import { adjectives, cities, nouns, suffixes } from "./phrases.ts";
import { hash32, id19, Random } from "./random.ts";

/** `.invalid` never resolves: a client that needs a picture asks the simulator for its path. */
const pictureHost = "https://p3.sim-douyin.invalid";

const secUidLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** An invented user, the same for the same seed and number. */
export interface Person {
	id: string;
	nickname: string;
	avatar: string;
	/** The user as the upstream sends it, without a fan club, which depends on the room. */
	user: UserInit;
}

/** Number of different users that a simulator has. They move between its rooms. */
const poolSize = 2000;

/** Users by number, made on first use. */
export class People {
	readonly #seed: number;
	readonly #made = new Map<number, Person>();

	constructor(seed: number) {
		this.#seed = seed;
	}

	/** Returns a viewer: some come often, most rarely. */
	any(random: Random): Person {
		return this.at(Math.floor(random.next() ** 2 * poolSize));
	}

	/** Returns the anchor of the room with this number. Never one of the viewers. */
	anchor(room: number): Person {
		return this.at(poolSize + room);
	}

	at(number: number): Person {
		let person = this.#made.get(number);
		if (!person) {
			person = makePerson(this.#seed, number);
			this.#made.set(number, person);
		}
		return person;
	}
}

function makePerson(seed: number, number: number): Person {
	const random = new Random(hash32(seed, "person", number));
	// The upstream masks some viewers: they share one id, and their names say nothing.
	const masked = number < poolSize && number % 97 === 96;
	const id = masked ? "111111" : id19(seed, "user", number);
	const nickname = masked ? "神秘人***" : random.pick(adjectives) + random.pick(nouns) + random.pick(suffixes);
	const uri = `100x100/aweme-avatar/sim_${hash32(seed, "avatar", number).toString(16)}`;
	const avatar = `${pictureHost}/aweme/${uri}.jpeg?from=live&x=1`;
	const level = Math.floor(random.next() ** 3 * 60);
	let secUid = "MS4wLjABAAAA";
	for (let i = 0; i < 43; i++) secUid += secUidLetters[random.int(64)];
	const user: UserInit = {
		id,
		shortId: String(hash32(seed, "short", number)),
		nickname,
		gender: random.int(3),
		level: 1,
		avatarThumb: { urlList: [avatar, avatar.replace("p3", "p11")], uri, height: 100, width: 100, avgColor: "#8CA3B8" },
		city: random.pick(cities),
		status: 1,
		followInfo: { followingCount: random.int(900), followerCount: random.int(5000), followerCountStr: "" },
		payGrade: { level, totalDiamondCount: level * 1000 },
		displayId: `sim${hash32(seed, "display", number)}`,
		secUid,
		idStr: id,
	};
	return { id, nickname, avatar, user };
}
