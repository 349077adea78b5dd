import type { KnownRoom } from "../chaos/world.ts";
import type { WorldOperator } from "./operator.ts";
import type { World } from "./world.ts";

/** Time in which a node looks each new room up, ms: every way that is closed refuses once, and look-ups are paced. */
const lookedUpByOneMs = 600_000;

interface Row {
	live_id: string;
	state: string;
	kind?: string | undefined;
	reason: { code: string };
}

/**
 * Judges what one way of looking rooms up says by itself.
 * @param rooms that the service has never seen: one becomes a voice room, and the broadcast of another is over
 * @returns broken promises, as sentences
 */
export async function judgeWay(
	world: World,
	operator: WorldOperator,
	[live, voice, over]: readonly [KnownRoom, KnownRoom, KnownRoom],
): Promise<string[]> {
	const { scheduler, simulator, plan } = world;
	const lookedUpWithinMs = plan.nodes * lookedUpByOneMs;
	const [way, other] = plan.seed % 2 === 0 ? (["page", "enter"] as const) : (["enter", "page"] as const);
	// A voice room's broadcast is named by another way than the two.
	for (const on of [other, "batch"] as const)
		simulator.setFault({ fault: "way_closed", on, by: "layout", for_ms: 2 * lookedUpWithinMs });
	operator.do({ do: "limits", limits: { max_connections: null, max_connections_per_identity: null } });
	voice.room.change({ voice: true });
	over.room.end();
	for (const known of [live, voice, over]) operator.start(known);
	const expected = new Map<KnownRoom, string>([
		[live, "connected video"],
		[voice, "connected voice"],
		[over, "waiting offline"],
	]);
	let rows: Row[] = [];
	const wrong = () =>
		[...expected].flatMap(([{ liveId }, right]) => {
			const row = rows.find(({ live_id }) => live_id === liveId);
			const details = row?.state === "connected" ? (row.kind ?? "") : row?.reason.code;
			const was = `${row?.state} ${details}`.trim();
			return was === right ? [] : [`${liveId} is ${was}, not ${right}`];
		});
	const look = async () => {
		const { body } = await operator.request("GET", "/api/v1/rooms");
		({ rooms: rows } = body as { rooms: Row[] });
	};
	for (let passedMs = 0; passedMs < lookedUpWithinMs; passedMs += 30_000) {
		await scheduler.advance(25_000);
		// A room that says nothing counts as silent.
		for (const { room } of [live, voice]) room.produce(1);
		await scheduler.advance(5_000);
		await scheduler.finish(look());
		if (wrong().length === 0) return [];
		// The site may have refused a way before the night, for longer than the look-ups take.
		if (rows.some(({ state }) => state === "blocked")) operator.do({ do: "passed", solved: true });
	}
	return wrong().map((words) => `${words}, where only ${way} tells`);
}
