import { setImmediate as nextTurn } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, inject, it } from "vitest";
import { DouyinError } from "../errors.ts";
import { moneyCases } from "../events/money-cases.helpers.ts";
import { heldBytes } from "../held-bytes.helpers.ts";
import { seeded } from "../testing/index.ts";
import { decodeFrame, decodeResponse } from "./index.ts";
import {
	busyMessages,
	chatMessage,
	frameOf,
	giftMessage,
	memberMessage,
	otherMessage,
	responseOf,
} from "./samples.helpers.ts";

const SEED = 20_260_101;
const MUTANTS = 8_000 * inject("rounds");
const MAX_INFLATED_BYTES = 256 * 1024;

/** Returns whole numbers from 0 to below the given one, the same in each run. */
function randomFrom(seed: number): (below: number) => number {
	const next = seeded(seed);
	return (below) => Math.floor(next() * below);
}

type Random = ReturnType<typeof randomFrom>;
type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const LONG_LENGTH = Buffer.from("ffffffff7f", "hex");
const ENDLESS_VARINT = Buffer.from("ffffffffffffffffffffffff", "hex");

const insert = (bytes: Uint8Array, at: number, what: Uint8Array) =>
	Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);

const mutations: Mutation[] = [
	function flipBits(bytes, random) {
		const out = Buffer.from(bytes);
		for (let left = 1 + random(8); left > 0 && out.length > 0; left--) {
			const at = random(out.length);
			out[at] = (out[at] ?? 0) ^ (1 << random(8));
		}
		return out;
	},
	function setBytes(bytes, random) {
		const out = Buffer.from(bytes);
		for (let left = 1 + random(4); left > 0 && out.length > 0; left--) out[random(out.length)] = random(256);
		return out;
	},
	(bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
	(bytes, random) => bytes.subarray(random(bytes.length + 1)),
	function splice(bytes, random, other) {
		return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]);
	},
	(bytes, random) => insert(bytes, random(bytes.length + 1), random(2) === 0 ? LONG_LENGTH : ENDLESS_VARINT),
	function repeat(bytes, random) {
		const from = random(bytes.length + 1);
		return insert(bytes, from, bytes.subarray(from, from + random(200)));
	},
	function removeSome(bytes, random) {
		const from = random(bytes.length + 1);
		return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(20))]);
	},
];

function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
	const mutation = mutations[random(mutations.length)];
	if (!mutation) throw new Error("no such mutation");
	return mutation(bytes, random, other);
}

const responses = [
	responseOf([chatMessage(1)]),
	responseOf([memberMessage(2)]),
	responseOf([giftMessage(3, 7)]),
	responseOf([otherMessage(4), chatMessage(5)]),
	responseOf(busyMessages().slice(0, 4)),
	responseOf(moneyCases.map(([method, payload], index) => ({ method, payload, msgId: String(index + 10) }))),
];
const packedFrames = responses.map((response) => frameOf(response));

const pick = <T>(items: readonly T[], random: Random): T => {
	const item = items[random(items.length)];
	if (item === undefined) throw new Error("nothing to pick from");
	return item;
};

/** Places of the damage: the frame as it comes, a plain frame, or the content of an intact gzip. */
const mutants: ((random: Random) => Uint8Array)[] = [
	(random) => mutate(pick(packedFrames, random), random, pick(packedFrames, random)),
	(random) => mutate(frameOf(pick(responses, random), "none"), random, pick(responses, random)),
	(random) => frameOf(mutate(pick(responses, random), random, pick(responses, random)), "none"),
	(random) => frameOf(mutate(pick(responses, random), random, pick(responses, random)), "gzip"),
];

describe("decodeFrame and decodeResponse", () => {
	it(`decode or reject ${MUTANTS} damaged frames without hanging or leaking`, async () => {
		const random = randomFrom(SEED);
		const context = {
			liveId: "1",
			roomId: "2",
			receivedAt: 1_767_225_600_000,
			maxInflatedBytes: MAX_INFLATED_BYTES,
		};
		const seen = { read: 0, refused: 0, problems: 0 };
		const held: number[] = [];
		for (let i = 0; i < MUTANTS; i++) {
			// Frames come in turns of the event loop, in which Node frees the memory of its zlib streams.
			if (i % 500 === 0) await nextTurn();
			// By the first look Node, V8 and the tables have allocated most of what they take once.
			if (i % (MUTANTS / 4) === MUTANTS / 10) held.push(await heldBytes());
			// Repacking takes most of the time: every tenth mutant is repacked, the others take turns.
			const bytes = pick(i % 10 === 0 ? mutants.slice(3) : mutants.slice(0, 3), random)(random);
			try {
				const frame = decodeFrame(bytes, context);
				seen.read++;
				seen.problems += frame.problems.length;
			} catch (error) {
				if (!(error instanceof DouyinError) || error.reason !== "bad_frame") {
					throw new Error(`frame ${i}: ${Buffer.from(bytes).toString("base64")}`, { cause: error });
				}
				seen.refused++;
			}
		}
		// Each outcome must occur, or the damage is not of the intended kinds.
		expect(seen.read).toBeGreaterThan(MUTANTS / 10);
		expect(seen.refused).toBeGreaterThan(MUTANTS / 10);
		expect(seen.problems).toBeGreaterThan(MUTANTS / 200);
		// Nothing of a frame is kept except a gift's streak, which one frame in 800 has: 26 bytes of each frame of a
		// long run would show. What V8 allocates once may come late, but not in each third of the time.
		const growth = held.slice(1).map((bytes, i) => bytes - (held[i] ?? 0));
		expect(growth).toHaveLength(3);
		expect(Math.min(...growth)).toBeLessThan(256 * 1024);
	});

	it("decode or reject damaged answers of im/fetch", () => {
		const random = randomFrom(SEED + 1);
		const context = { liveId: "1", roomId: "2", receivedAt: 1 };
		let refused = 0;
		for (let i = 0; i < 2_000 * inject("rounds"); i++) {
			try {
				decodeResponse(mutate(pick(responses, random), random, pick(responses, random)), context);
			} catch (error) {
				expect(error).toMatchObject({ name: "DouyinError", reason: "bad_frame" });
				refused++;
			}
		}
		expect(refused).toBeGreaterThan(200 * inject("rounds"));
	});

	it("unpack an undamaged frame to its original content", () => {
		// The mutants depend on this: a sample that was broken from the start would prove nothing.
		for (const response of responses) expect(gunzipSync(gzipSync(response)).equals(response)).toBe(true);
	});
});
