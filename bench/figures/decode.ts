import { decodeFrame, toWire } from "@livekeeper/douyin";
import * as samples from "../../packages/douyin/src/codec/samples.helpers.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { ownCpu } from "../kit/cpu.ts";
import { protobufjsDecoder } from "../kit/protobufjs.ts";
import { skimFrame } from "../kit/skim.ts";

const { chatMessage, memberMessage, giftMessage, busyMessages, responseOf, frameOf } = samples;

const kinds = {
	chat: { messages: [chatMessage(1)], goal: 1.2, calls: 500 },
	member: { messages: [memberMessage(1)], goal: 1.2, calls: 500 },
	gift: { messages: [giftMessage(1)], goal: 1.2, calls: 300 },
	batch: { messages: busyMessages(), goal: 1.4, calls: 60 },
};

const context = { liveId: "1", roomId: samples.idOf(0), receivedAt: 1_767_225_600_000 };
const unit = "µs of CPU a frame";

function figuresOf(kind: string, goal: number): Figure[] {
	const frame = kind === "batch" ? "a frame of 20 messages" : `a frame with one ${kind} message`;
	const shared = { measure: "cpu", unit, better: "lower", of: "decoder" } as const;
	const floor = "unpack it, with the size known, and step over every field (F)";
	return [
		{ ...shared, name: `decode ${kind}`, what: `${frame} to events ÷ ${floor}`, dividedBy: "floor", goal, ci: true },
		{
			...shared,
			...{ name: `decode ${kind}, protobufjs`, what: `${frame} to events ÷ protobufjs to objects of the same fields` },
			...{ dividedBy: "protobufjs", ci: true },
		},
		{
			...shared,
			...{ name: `${kind} to line`, what: `${frame} to the JSON lines that are stored ÷ F` },
			...{ of: "to lines", dividedBy: "floor", ci: true },
		},
	];
}

export const decodeBenches = Object.entries(kinds).map(([kind, { messages, goal, calls }]): Bench => {
	return {
		name: `decode-${kind}`,
		figures: figuresOf(kind, goal),
		rounds: 40,
		warmUps: 12,
		async prepare(scale) {
			const frame = frameOf(responseOf(messages));
			const byLibrary = protobufjsDecoder();
			assertSame(frame, byLibrary);
			const times = Math.ceil(calls * scale);
			let fields = 0;
			return {
				sides: {
					decoder: () => measure(times, () => decodeFrame(frame, context).events.length),
					"to lines": () =>
						measure(times, () => {
							const { events } = decodeFrame(frame, context);
							for (const event of events) fields += JSON.stringify(toWire(event)).length;
							return events.length;
						}),
					floor: () =>
						measure(times, () => {
							let count = 0;
							fields += skimFrame(frame, () => {
								count++;
							});
							return count;
						}),
					protobufjs: () => measure(times, () => byLibrary(frame).length),
				},
				close: () => {
					if (fields === 0) throw new Error("no field was stepped over");
				},
			};
		},
	};
});

async function measure(calls: number, run: () => number): Promise<Measured> {
	let messages = 0;
	const ms = await ownCpu(() => {
		for (let call = 0; call < calls; call++) messages += run();
	});
	return { did: { messages }, took: { cpu: (ms * 1000) / calls } };
}

/** Checks that both read the same: the ids, and the author of each chat. @throws Error */
function assertSame(frame: Uint8Array, byLibrary: ReturnType<typeof protobufjsDecoder>): void {
	const { events, problems } = decodeFrame(frame, context);
	const theirs = byLibrary(frame);
	const own = events.map((event) => [event.id, "user" in event ? event.user?.nickname : undefined]);
	const other = theirs.map(({ id, payload }) => [id, (payload as { user?: { nickname?: string } }).user?.nickname]);
	if (problems.length > 0 || JSON.stringify(own) !== JSON.stringify(other)) {
		throw new Error(`protobufjs reads something else: ${JSON.stringify(other)} in place of ${JSON.stringify(own)}`);
	}
}
