import type { World } from "./world.ts";

interface Way {
	way: string;
	state: string;
	sign: string | null;
}

interface Upstream {
	upstream: { exits: { ways: Way[] }[]; drift: { kind: string; name: string }[] };
}

/**
 * Judges the time before the first disturbance: everything works there, so nothing may have failed, be refused or be
 * unreadable.
 * @returns broken promises, as sentences
 */
export async function judgeCalm(world: World): Promise<string[]> {
	const { rooms, service, network, plan, limits } = world;
	const broken: string[] = [];
	if (!service) return ["The service is down before any disturbance."];
	const { body } = await service.request("GET", "/api/v1/upstream");
	const { exits, drift } = (body as Upstream).upstream;
	for (const { way, state, sign } of exits.flatMap(({ ways }) => ways)) {
		// The default is within every budget of the site; what a user raises may not be.
		if (state === "rests" && plan.options.lookups_per_minute === undefined)
			broken.push(`the way ${way} counts as refused (${sign}), and the site refuses nothing`);
	}
	for (const { kind, name } of drift) {
		// New kinds of messages, and new fields, are part of what rooms say.
		if (kind !== "method" && kind !== "field")
			broken.push(`${kind} ${name} counts as unreadable, and the site sends nothing that is`);
	}
	const isLimited = limits.max_connections !== null || limits.max_connections_per_identity !== null;
	for (const { liveId, room } of rooms) {
		const attempts = network.attempts.filter(({ roomId }) => world.liveIdOf(roomId) === liveId).length;
		if (!isLimited && !world.maySilence(liveId) && attempts !== plan.sessions)
			broken.push(`${liveId}: ${attempts} attempts for ${plan.sessions} connections, and nothing disturbs it`);
		const status = service.live.getRoom(liveId);
		const isVoice = plan.voices[rooms.findIndex((one) => one.liveId === liveId)];
		const { state = "unknown", kind, reconnectCount = 0, reason } = status ?? {};
		if (state !== "connected" && !(isLimited && state === "queued") && !world.maySilence(liveId))
			broken.push(`${liveId}: ${state} before any disturbance: ${reason?.message.en}`);
		if (reconnectCount > 0 && !world.maySilence(liveId))
			broken.push(`${liveId}: ${reconnectCount} failed attempts, and nothing disturbs it`);
		if (state === "connected" && room.live && (kind === "voice") !== isVoice)
			broken.push(`${liveId}: is reported as a ${kind} room`);
	}
	return broken;
}
