import { DouyinLiveClient } from "@livekeeper/douyin";
import { firstRoom } from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";

/** Follows a room through a cut. @returns the room's ids of the received messages, and of those that it sent */
export async function followedThroughCut(simulator: Simulator): Promise<{ came: string[]; said: readonly string[] }> {
	const room = firstRoom(simulator);
	room.produce(5);
	const client = new DouyinLiveClient(room.liveId, { baseUrl: simulator.url, cookie: "sessionid=made-up" });
	const came: string[] = [];
	const total = 45;
	for await (const event of client.events()) {
		if (event.method === "livekeeper") continue;
		const known = new Set(room.generatedIds());
		came.push([event.id, event.envelopeId ?? ""].find((id) => known.has(id)) ?? `unknown ${event.id}`);
		if (came.length === 5) room.produce(20);
		if (came.length === 25) {
			room.setFault({ fault: "cut" });
			room.produce(20);
		}
		if (came.length === total) break;
	}
	return { came, said: room.generatedIds() };
}
