import { setTimeout as pause } from "node:timers/promises";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { faultOf } from "./faults.ts";
import { isNotFound } from "./stream-keeper.ts";

/** Maximum wait for expected events, ms: it only guards against hanging. */
const hangMs = 600_000;

/** Lists and deletes streams like an administrator of NATS, beside the nodes. */
export class NatsAdmin {
	readonly #urls: readonly string[];

	/** @param urls of the servers */
	constructor(urls: readonly string[]) {
		this.#urls = urls;
	}

	/**
	 * Returns the streams and buckets that each server leads, by the server's name.
	 * @throws errors of NATS if no server has answered after `limitMs`
	 */
	leaders(limitMs = hangMs): Promise<Map<string, string[]>> {
		return this.#ask(limitMs, async (jsm) => {
			const leaders = new Map<string, string[]>();
			for await (const { config, cluster } of jsm.streams.list()) {
				const leader = cluster?.leader;
				if (leader) leaders.set(leader, [...(leaders.get(leader) ?? []), config.name]);
			}
			return leaders;
		});
	}

	/** Deletes a stream, or a bucket by the name of its stream (`KV_…`), with all its content. */
	async deleteStream(name: string): Promise<void> {
		if (!(await this.#has(name))) throw new Error(`there is no ${name}`);
		let attempts = 0;
		await this.#ask(hangMs, async (jsm) => {
			attempts++;
			await jsm.streams.delete(name).catch((error: unknown) => {
				// The answer to an earlier attempt was lost.
				if (attempts === 1 || !isNotFound(error)) throw error;
			});
		});
	}

	/** Waits until the stream exists again. @throws Error after `limitMs` */
	async untilMade(name: string, limitMs = hangMs): Promise<void> {
		const endsAt = performance.now() + limitMs;
		while (!(await this.#has(name).catch(() => false))) {
			if (performance.now() > endsAt) throw new Error(`${name} was not made again`);
			await pause(200);
		}
	}

	/** Waits until every stream has a leader, and all its replicas are up to date. @throws Error after `limitMs` */
	async untilReplicated(limitMs = hangMs): Promise<void> {
		const endsAt = performance.now() + limitMs;
		for (;;) {
			const behind = await this.#behind().catch((error: unknown) => [String(error)]);
			if (behind.length === 0) return;
			if (performance.now() > endsAt) throw new Error(`NATS has not caught up: ${behind.join(", ")}`);
			await pause(200);
		}
	}

	#has(name: string): Promise<boolean> {
		return this.#ask(hangMs, async (jsm) => {
			const names: string[] = [];
			for await (const found of jsm.streams.names()) names.push(found);
			return names.includes(name);
		});
	}

	#behind(): Promise<string[]> {
		return this.#ask(hangMs, async (jsm) => {
			const behind: string[] = [];
			for await (const { config, cluster } of jsm.streams.list()) {
				const replicas = cluster?.replicas ?? [];
				const isWhole = cluster?.leader && replicas.every(({ current }) => current);
				if (!isWhole || replicas.length + 1 < config.num_replicas) behind.push(config.name);
			}
			return behind;
		});
	}

	/** Retries while no server answers, as during an election; the duration depends on the machine. */
	async #ask<T>(limitMs: number, question: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
		for (const endsAt = performance.now() + limitMs; ; await pause(200)) {
			let nc: NatsConnection | undefined;
			try {
				nc = await connect({ servers: [...this.#urls], timeout: 5_000, reconnect: false });
				return await question(await jetstreamManager(nc, { timeout: 5_000 }));
			} catch (error) {
				if (faultOf(error) !== "unreachable" || performance.now() > endsAt) throw error;
			} finally {
				await nc?.close();
			}
		}
	}
}
