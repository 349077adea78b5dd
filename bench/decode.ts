import { gunzipSync } from "node:zlib";
import { decodeFrame } from "@livekeeper/douyin";
import { decodePushFrame, decodeResponse } from "@livekeeper/douyin/wire";
import * as samples from "../packages/douyin/src/codec/samples.helpers.ts";
import { skimFrame } from "./skim.ts";

/**
 * What it costs to turn one frame into events, against the least that any decoder must do: unpack it, and step over
 * every field once. The two take turns in one process, so that the machine's noise hits both.
 *
 * Run with `npx tsx --conditions=livekeeper-source bench/decode.ts`.
 */

const ROUNDS = 41;
const ROUND_MS = 25;

const { chatMessage, memberMessage, giftMessage, busyMessages, responseOf, frameOf } = samples;
const frames: Record<string, Uint8Array> = {
	chat: frameOf(responseOf([chatMessage(1)])),
	member: frameOf(responseOf([memberMessage(1)])),
	gift: frameOf(responseOf([giftMessage(1)])),
	"20 messages": frameOf(responseOf(busyMessages())),
};

const context = { liveId: "1", roomId: samples.idOf(0), receivedAt: Date.now() };
const contenders = {
	floor: (frame: Uint8Array) => skimFrame(frame),
	unpack: (frame: Uint8Array) => gunzipSync(decodePushFrame(frame).payload).length,
	envelope: (frame: Uint8Array) => decodeResponse(gunzipSync(decodePushFrame(frame).payload)).messages.length,
	events: (frame: Uint8Array) => decodeFrame(frame, context).events.length,
} satisfies Record<string, (frame: Uint8Array) => number>;

type Contender = keyof typeof contenders;
const names = Object.keys(contenders) as Contender[];

let sink = 0;

/** µs of CPU time a call, over about {@link ROUND_MS}: time in which others had the core does not count. */
function measure(run: (frame: Uint8Array) => number, frame: Uint8Array): number {
	let calls = 0;
	let spentMicros = 0;
	const start = process.cpuUsage();
	while (spentMicros < ROUND_MS * 1000) {
		for (let i = 0; i < 50; i++) sink += run(frame);
		calls += 50;
		const { user, system } = process.cpuUsage(start);
		spentMicros = user + system;
	}
	return spentMicros / calls;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const rows: Record<string, Record<string, string | number>> = {};
for (const [name, frame] of Object.entries(frames)) {
	const times = Object.fromEntries(names.map((contender) => [contender, [] as number[]])) as Record<
		Contender,
		number[]
	>;
	const ratios: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const took = {} as Record<Contender, number>;
		for (const contender of names) took[contender] = measure(contenders[contender], frame);
		// The first rounds are the compiler's.
		if (round < 6) continue;
		for (const contender of names) times[contender].push(took[contender]);
		ratios.push(took.events / took.floor);
	}
	rows[name] = {
		bytes: frame.length,
		"floor µs": median(times.floor).toFixed(1),
		"unpack µs": median(times.unpack).toFixed(1),
		"envelope µs": median(times.envelope).toFixed(1),
		"events µs": median(times.events).toFixed(1),
		"events / floor": median(ratios).toFixed(2),
	};
}
console.table(rows);
if (sink === 0) throw new Error("nothing was decoded");
