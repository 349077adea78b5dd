import { setTimeout as pause } from "node:timers/promises";
import type { JetStreamManager } from "@nats-io/jetstream";

const lookMs = 100;
const looks = 100;

/**
 * Has a stream kept by as many servers as are asked for, and never by fewer than before: one node that is set otherwise
 * would take copies from all.
 *
 * @returns how many keep it
 */
export async function raiseReplicas(jsm: JetStreamManager, stream: string, replicas: number): Promise<number> {
	const { config } = await jsm.streams.info(stream);
	if (config.num_replicas >= replicas) return config.num_replicas;
	await jsm.streams.update(stream, { num_replicas: replicas });
	// What it is given before its servers have a leader is lost. Where that takes long, writers retry.
	for (let look = 0; look < looks && (await jsm.streams.info(stream)).cluster?.leader === undefined; look++) {
		await pause(lookMs);
	}
	return replicas;
}
