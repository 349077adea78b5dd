import type { Clock } from "@livekeeper/douyin";
import { ClientFollower } from "../kit/followers/client-follower.ts";
import type { Follower } from "../kit/followers/follower.ts";
import { SocketIoFollower } from "../kit/followers/socket-io-follower.ts";
import { SseFollower } from "../kit/followers/sse-follower.ts";
import { WebsocketFollower } from "../kit/followers/websocket-follower.ts";
import { Network } from "./network.ts";

const openings: readonly ((port: number, liveId: string) => Promise<Follower>)[] = [
	(port, liveId) => SocketIoFollower.open(port, liveId, true),
	(port, liveId) => SseFollower.open(port, liveId),
	(port, liveId) => WebsocketFollower.open(port, liveId, false),
	(port, liveId) => ClientFollower.open(port, liveId),
];

/** Number of readers of a run: one of each kind. */
export const readerKinds = openings.length;

/** A reader that follows one room from its first event, over its own network. */
export interface Reader {
	liveId: string;
	follower: Follower;
	network: Network;
}

/** @param liveIds the rooms, distributed among the readers */
export async function openReaders(
	port: number,
	liveIds: readonly string[],
	deps: { clock: Clock; random: () => number },
): Promise<Reader[]> {
	const readers: Reader[] = [];
	for (const [i, open] of openings.entries()) {
		const liveId = liveIds[i % liveIds.length] ?? "";
		const network = await Network.open({ target: port, ...deps });
		readers.push({ liveId, follower: await open(network.port, liveId), network });
	}
	return readers;
}

export async function closeReaders(readers: readonly Reader[]): Promise<void> {
	for (const { follower, network } of readers) {
		await follower.close();
		await network.close();
	}
}
