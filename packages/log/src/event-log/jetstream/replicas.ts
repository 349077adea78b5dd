import { type Clock, sleep } from "@livekeeper/douyin";
import type { JetStreamManager } from "@nats-io/jetstream";

const lookMs = 100;
const looks = 100;

/**
 * Raises the number of a stream's replicas to the requested one, and never lowers it: one node with other settings
 * would remove replicas for all.
 *
 * @returns the number of replicas
 */
export async function raiseReplicas(
	jsm: JetStreamManager,
	stream: string,
	replicas: number,
	clock: Clock,
): Promise<number> {
	const { config } = await jsm.streams.info(stream);
	if (config.num_replicas >= replicas) return config.num_replicas;
	await jsm.streams.update(stream, { num_replicas: replicas });
	// Messages sent before its servers have a leader are lost. If that takes long, writers retry.
	for (let look = 0; look < looks && (await jsm.streams.info(stream)).cluster?.leader === undefined; look++) {
		await sleep(clock, lookMs);
	}
	return replicas;
}
