import { randomUUID } from "node:crypto";
import type { Clock } from "@livekeeper/douyin";
import {
	DiscardPolicy,
	JetStreamApiError,
	type JetStreamClient,
	type JetStreamManager,
	RetentionPolicy,
	StorageType,
} from "@nats-io/jetstream";
import { raiseReplicas } from "./replicas.ts";
import { isNotFound } from "./stream-keeper.ts";

const wrongLastSequence = 10_071;
const alreadyThere = 10_058;

/**
 * A run of the servers. While it lasts, most of them have never stopped, so nothing that they acknowledged is lost,
 * whatever they have synced to their disks. The run is a token that lies only in their memory, on as many of them as
 * keep the logs. If all were stopped together, the token is gone, and the next node to ask starts another run. The same
 * happens if most were stopped, unless a server that kept running leads this stream and gives the token back to them:
 * then only a room's owner can see that its log has become shorter (docs/cluster.md names the case).
 *
 * The newest message of a room names the run in which it was stored. In another run, messages may have followed it that
 * no server has any more.
 */
export class ServerRun {
	readonly #js: JetStreamClient;
	readonly #jsm: JetStreamManager;
	readonly #name: string;
	readonly #subject: string;
	readonly #replicas: number;
	#known = "";

	/** @throws errors of NATS */
	static async open(
		js: JetStreamClient,
		jsm: JetStreamManager,
		{ prefix, replicas, clock }: { prefix: string; replicas: number; clock: Clock },
	): Promise<ServerRun> {
		const run = new ServerRun(js, jsm, prefix, replicas);
		await run.current();
		await raiseReplicas(jsm, run.#name, replicas, clock);
		return run;
	}

	private constructor(js: JetStreamClient, jsm: JetStreamManager, prefix: string, replicas: number) {
		this.#js = js;
		this.#jsm = jsm;
		this.#name = `${prefix}-run`;
		this.#subject = `${prefix}.run`;
		this.#replicas = replicas;
	}

	/**
	 * The run as this node last knew it. Messages that it stores name this one, because their append confirmed where the
	 * room ends.
	 */
	get known(): string {
		return this.#known;
	}

	/** Asks the leader after this call. @throws errors of NATS */
	async current(): Promise<string> {
		this.#known = (await this.#read()) ?? (await this.#begin());
		return this.#known;
	}

	async #read(): Promise<string | undefined> {
		try {
			const stored = await this.#jsm.streams.getMessage(this.#name, { last_by_subj: this.#subject });
			return stored === null ? undefined : stored.string();
		} catch (error) {
			if (!isNotFound(error)) throw error;
		}
		await this.#make();
		return undefined;
	}

	async #begin(): Promise<string> {
		const token = randomUUID();
		try {
			await this.#js.publish(this.#subject, token, { expect: { lastSubjectSequence: 0 } });
		} catch (error) {
			if (!(error instanceof JetStreamApiError) || error.code !== wrongLastSequence) throw error;
		}
		// Another node may have been first, or this one with an answer that was lost.
		return (await this.#read()) ?? token;
	}

	/** Creates the stream. A single server loses it together with its memory. */
	async #make(): Promise<void> {
		try {
			await this.#jsm.streams.add({
				...{ name: this.#name, subjects: [this.#subject], num_replicas: this.#replicas },
				...{ retention: RetentionPolicy.Limits, storage: StorageType.Memory, discard: DiscardPolicy.Old },
				...{ max_msgs_per_subject: 1, allow_direct: false },
			});
		} catch (error) {
			if (!(error instanceof JetStreamApiError) || error.code !== alreadyThere) throw error;
		}
	}
}
