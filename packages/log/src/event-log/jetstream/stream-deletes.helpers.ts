import { connect, type NatsConnection } from "@nats-io/transport-node";
import { z } from "zod";

const advisories = "$JS.EVENT.ADVISORY.API";
const deletion = "$JS.API.STREAM.DELETE.";
/** A request to JetStream, as reported by its server. */
const advisory = z.object({ id: z.string(), subject: z.string(), client: z.object({ name: z.string() }).partial() });

/**
 * Records the streams that nodes had NATS delete, as reported by the servers. Each server is watched, so that one may
 * be away.
 */
export class StreamDeletes {
	readonly #connections: readonly NatsConnection[];
	/** Subjects of the requests, by the id of the report, which is the same on all servers. */
	readonly #requests = new Map<string, string>();

	static async watch(servers: readonly string[]): Promise<StreamDeletes> {
		const options = { maxReconnectAttempts: -1, reconnectTimeWait: 100, ignoreClusterUpdates: true };
		return new StreamDeletes(await Promise.all(servers.map((url) => connect({ ...options, servers: [url] }))));
	}

	private constructor(connections: readonly NatsConnection[]) {
		this.#connections = connections;
		for (const nc of connections) {
			nc.subscribe(advisories, {
				callback: (_, message) => {
					const { id, subject, client } = advisory.parse(message.json());
					const isNode = client.name?.startsWith("livekeeper ") ?? false;
					if (isNode && subject.startsWith(deletion)) this.#requests.set(id, subject);
				},
			});
		}
	}

	/** Names of the streams, one for each request. */
	get streams(): string[] {
		return Array.from(this.#requests.values(), (subject) => subject.slice(deletion.length));
	}

	async close(): Promise<void> {
		await Promise.all(this.#connections.map((nc) => nc.close()));
	}
}
