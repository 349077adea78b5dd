import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answer, Receiver } from "./receiver.helpers.ts";
import { type Life, World } from "./service.helpers.ts";

let receiver: Receiver;
beforeAll(async () => {
	receiver = await Receiver.listen();
});
afterAll(() => receiver.close());

type Fate = "ok" | "500" | "429" | "cut" | "cut after acceptance";
const fates: fc.Arbitrary<Fate[]> = fc.array(
	fc.constantFrom<Fate>("ok", "ok", "500", "429", "cut", "cut after acceptance"),
	{ maxLength: 30 },
);
const steps = fc.array(
	fc.oneof(
		{ weight: 5, arbitrary: fc.record({ room: fc.constantFrom("a", "b"), events: fc.integer({ min: 1, max: 9 }) }) },
		{ weight: 2, arbitrary: fc.constant("time" as const) },
		{ weight: 1, arbitrary: fc.constant("restart" as const) },
	),
	{ minLength: 1, maxLength: 12 },
);

/** Events kept by a receiver that checks the delivery ids and drops repeats. */
class Ledger {
	readonly seqs = new Map<string, number[]>();
	readonly #bodies = new Map<string, string>();

	accept(body: string): void {
		const { live_id, delivery_id, events } = JSON.parse(body) as {
			live_id: string;
			delivery_id: string;
			events: { seq: number }[];
		};
		const known = this.#bodies.get(delivery_id);
		if (known !== undefined) {
			expect(body).toBe(known);
			return;
		}
		this.#bodies.set(delivery_id, body);
		const room = this.seqs.get(live_id) ?? [];
		this.seqs.set(live_id, [...room, ...events.map(({ seq }) => seq)]);
	}
}

test("delivers exactly the log in order, despite failures and restarts", async () => {
	await fc.assert(
		fc.asyncProperty(fates, steps, fc.integer({ min: 1, max: 5 }), async (pattern, script, maxEvents) => {
			const world = new World();
			const ledger = new Ledger();
			const left = [...pattern];
			receiver.behaviour = (response, request, n) => {
				const fate = left.shift() ?? "ok";
				if (fate === "ok" || fate === "cut after acceptance") ledger.accept(request.body);
				if (fate.startsWith("cut")) response.destroy();
				else answer(fate === "ok" ? 200 : Number(fate), { "retry-after": "3" })(response, request, n);
			};
			// No dead letters; another test covers them.
			const options = { maxAttempts: 1_000, pauseAfterFailures: 4 };
			let life: Life = await world.start(options);
			const batch = { max_events: maxEvents };
			await life.targets.create({ settings: { url: receiver.url }, live_ids: "*", batch });
			const logged = new Map<string, number>();
			for (const step of script) {
				if (step === "time") await world.clock.advance(700);
				else if (step === "restart") {
					await life.stop();
					life = await world.start(options);
				} else {
					world.log.append(step.room, step.events);
					logged.set(step.room, (logged.get(step.room) ?? 0) + step.events);
				}
			}
			const complete = () => [...logged].every(([room, last]) => (ledger.seqs.get(room)?.at(-1) ?? 0) >= last);
			await world.until(life, complete);
			for (const [room, last] of logged) {
				expect(ledger.seqs.get(room)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
			}
			await life.stop();
		}),
		{ numRuns: 60 },
	);
});

const lives = fc.array(
	fc.record({
		says: fc.integer({ min: 1, max: 12 }),
		/** Number of the newest events that the log loses then. */
		loses: fc.integer({ min: 0, max: 12 }),
		/** Share of the lost events that the upstream repeats, and the events before and between them. */
		again: fc.double({ min: 0, max: 1, noNaN: true }),
		between: fc.integer({ min: 0, max: 3 }),
	}),
	{ minLength: 1, maxLength: 4 },
);

test("repeats nothing after the log has lost its end", async () => {
	await fc.assert(
		fc.asyncProperty(fates, lives, fc.integer({ min: 1, max: 5 }), async (pattern, script, maxEvents) => {
			const world = new World();
			const accepted: string[] = [];
			const keys = new Set<unknown>();
			const left = [...pattern];
			receiver.behaviour = (response, request, n) => {
				const fate = left.shift() ?? "ok";
				const { delivery_id, events } = JSON.parse(request.body) as { delivery_id: string; events: { id: string }[] };
				const isTaken = fate === "ok" || fate === "cut after acceptance";
				if (isTaken && !keys.has(delivery_id)) accepted.push(...events.map(({ id }) => id));
				if (isTaken) keys.add(delivery_id);
				if (fate.startsWith("cut")) response.destroy();
				else answer(fate === "ok" ? 200 : Number(fate), { "retry-after": "3" })(response, request, n);
			};
			const options = { maxAttempts: 1_000, pauseAfterFailures: 4 };
			let life: Life = await world.start(options);
			const input = { settings: { url: receiver.url }, live_ids: "*" as const, batch: { max_events: maxEvents } };
			const { target } = await life.targets.create(input);
			let said = 0;
			let kept: { id: string; seq: number }[] = [];
			const say = async (ids: readonly string[]) => {
				for (const id of ids) {
					world.log.record("a", { id, type: "chat", method: "m", received_at: Number(id), content: id });
					kept.push({ id, seq: await world.log.lastSeq("a") });
				}
			};
			const next = (count: number) => Array.from({ length: count }, () => String(++said));
			const caughtUp = async () => (await life.targets.get(target.id, "en")).rooms.every(({ lag }) => lag === 0);
			for (const { says, loses, again, between } of script) {
				await say(next(says));
				await world.until(life, async () => accepted.includes(String(said)) && (await caughtUp()));
				await life.stop();
				const lost = loses === 0 ? [] : kept.slice(-loses);
				kept = kept.slice(0, kept.length - lost.length);
				if (lost.length > 0) world.log.cut("a", kept.at(-1)?.seq ?? 0);
				life = await world.start(options);
				for (const [index, { id }] of lost.slice(Math.floor(lost.length * (1 - again))).entries()) {
					await say([...(index % 2 === 0 ? next(between) : []), id]);
				}
				await say(next(1));
				await world.until(life, async () => accepted.includes(String(said)) && (await caughtUp()));
			}
			expect(accepted.toSorted((a, b) => Number(a) - Number(b))).toEqual(
				Array.from({ length: said }, (_, n) => String(n + 1)),
			);
			await life.stop();
		}),
		{ numRuns: 40 },
	);
});
