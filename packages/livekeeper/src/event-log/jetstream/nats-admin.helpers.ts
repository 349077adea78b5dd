import { setTimeout as pause } from "node:timers/promises";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

/** What an administrator of NATS can see and delete, beside the nodes. */
export class NatsAdmin {
	readonly #urls: readonly string[];

	/** @param urls of the servers */
	constructor(urls: readonly string[]) {
		this.#urls = urls;
	}

	/** The names of the servers that lead something, with the streams and buckets that each leads. */
	leaders(): Promise<Map<string, string[]>> {
		return this.#ask(async (jsm) => {
			const leaders = new Map<string, string[]>();
			for await (const { config, cluster } of jsm.streams.list()) {
				const leader = cluster?.leader;
				if (leader) leaders.set(leader, [...(leaders.get(leader) ?? []), config.name]);
			}
			return leaders;
		});
	}

	/** Deletes a stream, or a bucket by the name of its stream (`KV_…`), with all that is in it. */
	async deleteStream(name: string): Promise<void> {
		if (!(await this.#has(name))) throw new Error(`there is no ${name}`);
		await this.#ask((jsm) => jsm.streams.delete(name));
	}

	/** Waits until the stream was made again. @throws Error after `limitMs` */
	async untilMade(name: string, limitMs = 60_000): Promise<void> {
		const endsAt = performance.now() + limitMs;
		while (!(await this.#has(name).catch(() => false))) {
			if (performance.now() > endsAt) throw new Error(`${name} was not made again`);
			await pause(200);
		}
	}

	/** Waits until every stream has a leader, and all its replicas are up to date. @throws Error after `limitMs` */
	async untilReplicated(limitMs = 60_000): Promise<void> {
		const endsAt = performance.now() + limitMs;
		for (;;) {
			const behind = await this.#behind().catch((error: unknown) => [String(error)]);
			if (behind.length === 0) return;
			if (performance.now() > endsAt) throw new Error(`NATS has not caught up: ${behind.join(", ")}`);
			await pause(200);
		}
	}

	#has(name: string): Promise<boolean> {
		return this.#ask(async (jsm) => {
			const names: string[] = [];
			for await (const found of jsm.streams.names()) names.push(found);
			return names.includes(name);
		});
	}

	#behind(): Promise<string[]> {
		return this.#ask(async (jsm) => {
			const behind: string[] = [];
			for await (const { config, cluster } of jsm.streams.list()) {
				const replicas = cluster?.replicas ?? [];
				const isWhole = cluster?.leader && replicas.every(({ current }) => current);
				if (!isWhole || replicas.length + 1 < config.num_replicas) behind.push(config.name);
			}
			return behind;
		});
	}

	async #ask<T>(question: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
		const nc = await connect({ servers: [...this.#urls], timeout: 5_000, reconnect: false });
		try {
			return await question(await jetstreamManager(nc, { timeout: 5_000 }));
		} finally {
			await nc.close();
		}
	}
}
