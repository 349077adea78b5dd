import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch } from "../encoded-event.ts";
import { chats } from "../events.helpers.ts";
import { beginning, counts, positionAfter } from "./claim.ts";
import { keysOf, type LogMessage } from "./message.ts";
import { Fenced, type Outgoing, type RoomSubject, WrongSequence } from "./room-subject.ts";
import { RoomWriter } from "./room-writer.ts";

/** Outcome of an append on its way. */
type Fate = "fine" | "request lost" | "answer lost" | "late" | "before the leader knows";

/**
 * One room's messages as a server keeps them. Every call waits until the run releases it, so nodes are delayed wherever
 * they wait, for any time.
 */
class RoomOnServer {
	readonly messages: (LogMessage & { id: string })[] = [];
	readonly waiting: { node: number; go: () => void; arrive?: () => void }[] = [];
	/** Messages that will arrive at some time, after their sender has given up. */
	readonly late: (() => void)[] = [];
	readonly fates: Fate[] = [];
	#sequence = 0;

	subject(node: number): RoomSubject {
		const turn = (arrive?: () => void) =>
			new Promise<void>((go) => this.waiting.push({ node, go, ...(arrive && { arrive }) }));
		const find = async (isIt: (message: LogMessage) => boolean) => {
			await turn();
			return this.messages.find(isIt);
		};
		const messages = this.messages;
		async function* range(from: number, end: number) {
			await turn();
			yield* messages.filter(({ sequence }) => sequence >= from && sequence <= end);
		}
		return {
			newest: async () => {
				await turn();
				return this.messages.at(-1);
			},
			firstFrom: (from) => find(({ sequence }) => sequence >= from),
			at: (asked) => find(({ sequence }) => sequence === asked),
			range: (from, end) => range(from, end),
			append: async (message, expected) => {
				await turn(() => this.#store(message, expected, false));
				const fate = this.fates.shift() ?? "fine";
				if (fate === "request lost") throw new Error("no answer");
				if (fate === "late") {
					this.late.push(() => this.#store(message, expected, false));
					throw new Error("no answer");
				}
				const stored = this.#store(message, expected, fate === "before the leader knows");
				if (fate === "answer lost") throw new Error("no answer");
				if (!stored) throw new WrongSequence();
				return stored.sequence;
			},
		};
	}

	/** Ends a node's process: nothing of it continues, and messages that it has sent may still arrive. */
	ends(node: number): void {
		for (const call of this.waiting.splice(0)) {
			if (call.node !== node) this.waiting.push(call);
			else if (call.arrive) this.late.push(call.arrive);
		}
	}

	/** @param blind whether the leader has just been elected and lacks the newest message */
	#store({ id, head, cursor, body }: Outgoing, expected: number, blind: boolean): LogMessage | undefined {
		const known = this.messages.at(blind && this.messages.length > 1 ? -2 : -1);
		if ((known?.sequence ?? 0) !== expected) return undefined;
		// The server knows the ids of the last minutes.
		const twin = this.messages.find((message) => message.id === id);
		if (twin) return twin;
		this.#sequence += 1 + (this.#sequence % 3);
		const stored = { sequence: this.#sequence, before: expected, head, cursor, body, id };
		this.messages.push(stored);
		return stored;
	}
}

/** Returns the messages that every reader accepts, by the rule of `counts`. */
function counted(messages: readonly LogMessage[]): LogMessage[] {
	let position = beginning;
	return messages.filter(({ head }) => {
		if (!counts(position, head)) return false;
		position = positionAfter(head);
		return true;
	});
}

interface Owner {
	writer: RoomWriter;
	/** Number of times the node was started. */
	run: number;
	view: { number: number };
	/** Whether it is storing the upstream's next event. */
	busy: boolean;
	stored: Set<string>;
	fenced: number;
}

const steps = fc.array(
	fc.oneof(
		{
			weight: 3,
			arbitrary: fc.record({
				kind: fc.constant("say" as const),
				node: fc.nat(2),
				count: fc.integer({ min: 1, max: 4 }),
			}),
		},
		{ weight: 8, arbitrary: fc.record({ kind: fc.constant("go" as const), which: fc.nat(20) }) },
		{
			weight: 2,
			arbitrary: fc.record({ kind: fc.constant("view" as const), node: fc.nat(2), behind: fc.nat(3) }),
		},
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), node: fc.nat(2) }) },
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant("arrive" as const), which: fc.nat(5) }) },
	),
	{ minLength: 20, maxLength: 150 },
);
const fatesOf = (...fates: Fate[]) => fc.array(fc.constantFrom(...fates), { maxLength: 60 });

type Step = ReturnType<typeof steps.generate>["value"][number];

/** Errors of the nodes' clocks, ms. */
const skews = [0, 40, -40];

async function run(given: readonly Step[], fates: readonly Fate[]) {
	const server = new RoomOnServer();
	server.fates.push(...fates);
	const clock = new ManualClock();
	let newestView = 1;
	let said = 0;
	const owners: Owner[] = [];
	const start = (node: number) => {
		const view = { number: newestView };
		const run = (owners[node]?.run ?? 0) + 1;
		const writer = new RoomWriter({
			liveId: "a",
			subject: server.subject(node),
			claimant: () => ({ owner: `node-${node}.${run}`, view: view.number }),
			clock: { now: () => clock.now() + (skews[node] ?? 0) },
			maxChars: 100_000,
			knownEvents: 1_000,
			onFirst: async () => undefined,
		});
		owners[node] = { writer, run, view, busy: false, stored: owners[node]?.stored ?? new Set(), fenced: 0 };
	};
	for (const node of skews.keys()) start(node);
	const say = async (owner: Owner, count: number) => {
		owner.busy = true;
		const events = chats(said + 1, said + count);
		said += count;
		const batch = encodeBatch({ liveId: "a", events });
		// Like the queue, repeats the same batch until it is stored, or belongs to another node.
		for (;;) {
			try {
				await owner.writer.commit([batch]);
				for (const { id } of events) owner.stored.add(id);
				break;
			} catch (error) {
				if (!(error instanceof Fenced)) continue;
				owner.fenced++;
				break;
			}
		}
		owner.busy = false;
	};
	/** Stores in progress; a node that has ended is not waited for. */
	const storing = new Map<Owner, Promise<void>>();
	const settle = async () => {
		for (let turn = 0; turn < 12; turn++) await Promise.resolve();
	};
	const disturb = (step: Step) => {
		if (step.kind === "arrive") return server.late.splice(step.which % (server.late.length || 1), 1)[0]?.();
		if (step.kind === "go") return server.waiting.splice(step.which % (server.waiting.length || 1), 1)[0]?.go();
		const owner = owners[step.node];
		if (!owner) return;
		if (step.kind === "say" && !owner.busy) storing.set(owner, say(owner, step.count));
		if (step.kind === "restart") {
			server.ends(step.node);
			storing.delete(owner);
			start(step.node);
		}
		// A new view, the newest one, or an older one that is new to the node.
		if (step.kind === "view" && step.behind === 0) newestView++;
		if (step.kind === "view")
			owner.view.number = Math.max(owner.view.number, newestView - Math.max(0, step.behind - 1));
	};
	const drain = async () => {
		for (let turn = 0; owners.some(({ busy }) => busy); turn++) {
			if (turn === 5_000) throw new Error("a node tries for ever");
			server.waiting.shift()?.go();
			await settle();
		}
		await Promise.all(storing.values());
	};
	for (const step of given) {
		disturb(step);
		await clock.advance(1);
		await settle();
	}
	await drain();
	for (const arrive of server.late.splice(0)) arrive();
	// From now on nothing is lost: the first node learns of the newest view, and then has the room.
	server.fates.length = 0;
	const [last] = owners;
	if (!last) throw new Error("no node");
	last.view.number = ++newestView;
	for (let time = 1; time <= 2; time++) {
		last.fenced = 0;
		storing.set(last, say(last, 1));
		await drain();
	}
	expect(last.fenced).toBe(0);
	return { messages: server.messages, owners };
}

/** Expects what must hold for every log, whatever happened. */
function expectWhole(messages: readonly LogMessage[]): void {
	const log = counted(messages);
	const epochs = log.map(({ head }) => head.epoch);
	expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
	for (const epoch of new Set(epochs)) {
		const owned = log.filter(({ head }) => head.epoch === epoch);
		expect(new Set(owned.map(({ head }) => head.owner)).size).toBe(1);
		expect(owned.map(({ head }) => head.n)).toEqual(owned.map(({ head }) => head.n).toSorted((a, b) => a - b));
	}
	const views = log.map(({ head }) => head.view);
	expect(views).toEqual(views.toSorted((a, b) => a - b));
	let next = 1;
	for (const { head } of log) {
		expect(head.next - head.count).toBeGreaterThanOrEqual(next);
		next = head.next;
	}
	const ids = log.flatMap((message) => keysOf(message).map(({ id }) => id));
	expect(new Set(ids).size).toBe(ids.length);
}

function expectKept(messages: readonly LogMessage[], owners: readonly Owner[]): void {
	const log = counted(messages);
	const ids = log.flatMap((message) => keysOf(message).map(({ id }) => id));
	expect(ids.length).toBe((log.at(-1)?.head.next ?? 1) - 1);
	for (const { stored } of owners) for (const id of stored) expect(ids).toContain(id);
}

test("keeps epochs apart and stores acknowledged events without holes", async () => {
	await fc.assert(
		fc.asyncProperty(
			steps,
			fatesOf("fine", "fine", "fine", "request lost", "answer lost", "late"),
			async (given, fates) => {
				const { messages, owners } = await run(given, fates);
				expect(counted(messages)).toEqual(messages);
				expectWhole(messages);
				expectKept(messages, owners);
			},
		),
		{ numRuns: 400 },
	);
});

test("keeps epochs apart when a new leader breaks its log", async () => {
	const blind = fatesOf("fine", "fine", "answer lost", "late", "before the leader knows");
	await fc.assert(
		fc.asyncProperty(steps, blind, async (given, fates) => {
			const { messages } = await run(given, fates);
			expectWhole(messages);
		}),
		{ numRuns: 400 },
	);
});
