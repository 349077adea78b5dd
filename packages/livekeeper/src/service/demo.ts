import { startSimulator } from "@livekeeper/simulator";

/** A simulated Douyin in this process. */
export interface Demo {
	url: string;
	liveIds: readonly string[];
	/** That of a logged-in account, so that gifts are seen. */
	cookie: string;
	close(): Promise<void>;
}

/** Three rooms that talk, on a free port. */
export async function startDemo(): Promise<Demo> {
	const simulator = await startSimulator({ port: 0, rooms: 3, rate: 5, seed: 1 });
	return {
		url: simulator.url,
		liveIds: simulator.rooms.map((room) => room.liveId),
		cookie: "sessionid=demo",
		close: () => simulator.close(),
	};
}
