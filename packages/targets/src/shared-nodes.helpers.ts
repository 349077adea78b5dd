import { type Clock, systemClock } from "@livekeeper/douyin";
import { chats } from "@livekeeper/log/src/event-log/events.helpers.ts";
import type { NatsServers } from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { openJetStreamEventLog } from "@livekeeper/log/src/event-log/jetstream/open.ts";
import type { SharedEventLog } from "@livekeeper/log/src/event-log/jetstream/shared-event-log.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { openSecretBox } from "@livekeeper/log/storage";
import { onTestFinished } from "vitest";
import { KvTargetStore } from "./index.ts";
import { anywhere, openOutgoings, policyOf } from "./outgoing.ts";
import type { ReceivedBody, Receiver } from "./receiver.helpers.ts";
import type { RoomOwnership } from "./service-watch.ts";
import { TargetDispatcher, type TargetOptions } from "./target-dispatcher.ts";

import { targetLogOf } from "./target-log.ts";
import type { Outgoings } from "./target-renderer.ts";
import type { TargetStore } from "./target-store.ts";
import { Targets } from "./targets.ts";

/** Ownership that a test assigns and withdraws. */
class Owned implements RoomOwnership {
	#rooms: ReadonlySet<string>;
	readonly #listeners = new Set<() => void>();

	constructor(rooms: readonly string[]) {
		this.#rooms = new Set(rooms);
	}

	set(rooms: readonly string[]): void {
		this.#rooms = new Set(rooms);
		for (const listener of this.#listeners) listener();
	}

	owns(liveId: string): boolean {
		return this.#rooms.has(liveId);
	}

	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}

const never = () => new Promise<never>(() => undefined);

/** One of several nodes: its event log, and its targets. */
export interface SharedNode {
	log: SharedEventLog;
	store: TargetStore;
	dispatcher: TargetDispatcher;
	targets: Targets;
	owned: Owned;
	/** Appends the room's events from one number to another, and waits until they are stored. */
	say(liveId: string, from: number, to: number): Promise<void>;
	/** Stops everything, as if the process died: pending calls never end. */
	kill(): void;
}

let views = 0;

export async function startNode(
	nats: NatsServers,
	{
		prefix,
		rooms = [],
		options = {},
		clock = systemClock,
	}: { prefix: string; rooms?: readonly string[]; options?: Partial<TargetOptions>; clock?: Clock },
): Promise<SharedNode> {
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: `node-${++views}`, clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: nats.servers.length === 3 ? 3 : 1, partitions: 1, prefix, groupCommitMs: 1, view: () => ++views },
		...(nats.servers.length === 3 && { timeoutMs: 1_000 }),
	});
	let dead = false;
	const mortal = <T>(value: T | Promise<T>) => Promise.resolve(value).then((result) => (dead ? never() : result));
	const store = new Proxy<TargetStore>(new KvTargetStore(log.targets), {
		get: (target, name: keyof TargetStore) => {
			const method = target[name] as (...args: unknown[]) => Promise<unknown>;
			return (...args: unknown[]) => (dead ? never() : mortal(method.apply(target, args)));
		},
	});
	const sending = openOutgoings(clock, anywhere);
	const outgoings: Outgoings = {
		to: (preset) => ({
			send: (message, how) => (dead ? never() : mortal(sending.to(preset).send(message, how))),
		}),
		close: () => sending.close(),
	};
	const owned = new Owned(rooms);
	const of = { clock, log: targetLogOf(log), store, secrets: openSecretBox("", "a test"), logger: quietLogger };
	const dispatcher = new TargetDispatcher({
		...{ ...of, outgoings, ownership: owned },
		options: { storageRetryMs: 20, drainMs: 100, ...options },
	});
	const targets = new Targets({ ...of, dispatcher, allows: (preset) => policyOf(anywhere, preset) });
	await dispatcher.start();
	onTestFinished(async () => {
		const stopped = dispatcher.stop();
		// The pending calls of a dead node never end.
		if (!dead) await stopped;
		await log.close();
	});
	return {
		...{ log, store, dispatcher, targets, owned },
		say: async (liveId, from, to) => {
			log.append({ liveId, events: chats(from, to, { liveId }) });
			await log.flush();
		},
		kill: () => {
			dead = true;
			owned.set([]);
			sending.close();
		},
	};
}

/** Returns what a receiver got of a room, with repeats dropped, and the repeats. */
export function receivedOf(receiver: Receiver, liveId: string) {
	const bodies = new Map<string, string>();
	const seqs: number[] = [];
	const repeats: ReceivedBody[] = [];
	/** Repeats that arrived after the next batch. */
	const lateRepeats: ReceivedBody[] = [];
	let newest = "";
	for (const { body } of receiver.requests) {
		const received = JSON.parse(body) as ReceivedBody;
		if (received.live_id !== liveId) continue;
		const known = bodies.get(received.delivery_id);
		bodies.set(received.delivery_id, body);
		if (known !== undefined && known !== body) throw new Error(`${received.delivery_id} stands for two bodies`);
		if (known !== undefined) repeats.push(received);
		if (known !== undefined && received.delivery_id !== newest) lateRepeats.push(received);
		if (known !== undefined) continue;
		newest = received.delivery_id;
		seqs.push(...received.events.map(({ seq }) => seq));
	}
	return { seqs, repeats, lateRepeats };
}
