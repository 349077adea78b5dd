import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@livekeeper/douyin";
import { anonymous, type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import { freePort } from "../../packages/base/src/free-port.helpers.ts";
import { ChaosService } from "../chaos/chaos-service.ts";
import { ownPrefix } from "../kit/leftovers.ts";
import { TickClock } from "../kit/tick-clock.ts";
import {
	type Judged,
	judge,
	type Reported,
	type ReportedCoverage,
	type ReportedWithheld,
	type Truth,
} from "./judge.ts";
import { type BroadcastPlan, type CoveragePlan, calmAtFirstMs } from "./plan.ts";

/** Maximum speed relative to real time; the disk always runs in real time. */
const factor = 50;
/** Interval at which the simulator sends messages, ms; similar to the site's. */
const tickMs = 500;
/** Polling interval of all rooms' status during the initial calm, ms. */
const lookEveryMs = 2_000;
/** Time from the last disturbance to the end of the broadcasts, so rooms can recover, ms. */
const calmAtLastMs = 30_000;
/** Time within which a room without messages learns from its page that the broadcast is over, ms. */
const endedWithinMs = 900_000;

interface Followed {
	plan: BroadcastPlan;
	room: SimulatedRoom;
	/** Identity as which the site knows it. */
	identity: string;
	looks: ReportedCoverage[];
}

/** Runs all broadcasts of a plan at once, in one simulator and one service. @param onDoing called with each step */
export async function runPlan(plan: CoveragePlan, onDoing: (what: string) => void = () => undefined) {
	const clock = new TickClock(factor);
	const folder = mkdtempSync(join(tmpdir(), ownPrefix("livekeeper-coverage-")));
	const simulator = await startSimulator({
		rooms: plan.broadcasts.length,
		seed: plan.seed,
		strict: true,
		tickMs,
		clock,
		port: 0,
	});
	const service = new ChaosService(
		{
			port: await freePort(),
			data_dir: folder,
			upstream_url: simulator.url,
			rate_limit: 0,
			starts_per_second: 200,
			lookups_per_minute: 100_000,
			group_commit_ms: 100,
		},
		clock,
	);
	clock.start();
	try {
		service.spawn();
		await service.untilListening();
		const all = plan.broadcasts.map((broadcast, i) => prepare(simulator, broadcast, i));
		for (const followed of all) await follow(service, followed);
		onDoing(`${all.length} broadcasts are followed`);
		await happen({ plan, clock, service, all, onDoing });
		onDoing("the end");
		for (const { room } of all) room.end();
		await untilEnded({ clock, service, all });
		const judged: Judged[] = [];
		for (const followed of all) {
			const reported = await reportedBy(service, followed);
			judged.push(judge(followed.plan, truthOf(followed, reported), reported));
		}
		return judged;
	} finally {
		await service.close();
		await clock.stop();
		await simulator.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

function prepare(simulator: Simulator, plan: BroadcastPlan, i: number): Followed {
	const room = simulator.rooms[i];
	if (!room) throw new Error(`There is no room for broadcast ${i}.`);
	room.change({ rate: plan.rate, totals: plan.totals });
	const identity = plan.rules ? `login-${i}` : anonymous;
	if (plan.rules) simulator.identities.set(identity, plan.rules);
	return { plan, room, identity, looks: [] };
}

async function follow(service: ChaosService, { room: { liveId }, identity }: Followed): Promise<void> {
	const body = identity === anonymous ? {} : { cookie: `sessionid=${identity}` };
	await ask(service, "PUT", `/api/v1/rooms/${liveId}`, body);
}

interface Running {
	plan: CoveragePlan;
	clock: TickClock;
	service: ChaosService;
	all: Followed[];
	onDoing: (what: string) => void;
}

async function happen(running: Running): Promise<void> {
	const { plan, clock, service, all, onDoing } = running;
	const startedAt = clock.now();
	const untilTime = (at: number) => sleep(clock, Math.max(0, startedAt + at - clock.now()));
	const look = async () => {
		for (let at = lookEveryMs; at < calmAtFirstMs; at += lookEveryMs) {
			await untilTime(at);
			await lookAt(service, all);
		}
	};
	const restart = async () => {
		for (const { at, signal, downMs } of plan.restarts) {
			await untilTime(at);
			onDoing(`${signal} after ${Math.round(at / 1000)} s`);
			await service.stop(signal);
			await sleep(clock, downMs);
			service.spawn();
			await service.untilListening();
		}
	};
	const cut = async ({ plan: { cuts }, room }: Followed) => {
		for (const { at, faults } of cuts) {
			await untilTime(at);
			for (const fault of faults) room.setFault(fault);
		}
	};
	await Promise.all([look(), restart(), ...all.map(cut), untilTime(plan.spanMs)]);
	await sleep(clock, calmAtLastMs);
}

async function lookAt(service: ChaosService, all: readonly Followed[]): Promise<void> {
	const { rooms } = await ask<{ rooms: { live_id: string; gift_coverage: ReportedCoverage }[] }>(
		service,
		"GET",
		"/api/v1/rooms",
	);
	const reported = new Map(rooms.map(({ live_id, gift_coverage }) => [live_id, gift_coverage]));
	for (const { room, looks } of all) {
		const coverage = reported.get(room.liveId);
		if (coverage) looks.push(coverage);
	}
}

interface Summary {
	room_id: string;
	ended_at: number | null;
	gift_coverage: ReportedCoverage;
}

async function summaryOf(service: ChaosService, { room }: Followed): Promise<Summary | undefined> {
	const path = `/api/v1/rooms/${room.liveId}/broadcasts`;
	const { broadcasts } = await ask<{ broadcasts: Summary[] }>(service, "GET", path);
	return broadcasts.find(({ room_id }) => room_id === room.roomId);
}

async function untilEnded({ clock, service, all }: Pick<Running, "clock" | "service" | "all">): Promise<void> {
	const lateAt = clock.now() + endedWithinMs;
	let open = [...all];
	for (;;) {
		const ended = await Promise.all(open.map(async (one) => (await summaryOf(service, one))?.ended_at ?? null));
		open = open.filter((_, i) => ended[i] === null);
		// A broadcast without any message has nothing to end.
		open = open.filter(({ plan }) => plan.mode !== "no messages");
		if (open.length === 0) break;
		if (clock.now() > lateAt) throw new Error(`Not reported as over: ${open.map(({ room }) => room.liveId)}`);
		await sleep(clock, 5_000);
	}
	// Waits until the final reports are stored.
	await sleep(clock, 5_000);
}

function truthOf({ room, identity }: Followed, { status: { from, to }, gifts, totals }: Reported): Truth {
	const ids = new Set(gifts);
	const arrived = (id: string) => ids.has(id);
	// The service's clock is slightly behind the site's, so the position of a total's message determines what it covered.
	const [first, last] = [totals.get(from ?? 0), totals.get(to ?? 0)];
	const held = first && last && ([first.id, last.id] as const);
	return {
		whole: room.giftWorth(identity, { arrived }),
		listened: room.giftWorth(identity, { between: [-Infinity, last?.at ?? to ?? Infinity], arrived }),
		judged: room.giftWorth(identity, {
			...(held ? { messages: held } : { between: [from ?? -Infinity, to ?? Infinity] }),
			arrived,
		}),
		gifts: room.truth()?.gifts ?? 0,
	};
}

async function reportedBy(service: ChaosService, followed: Followed): Promise<Reported> {
	const path = `/api/v1/rooms/${followed.room.liveId}`;
	const { room } = await ask<{ room: { gift_coverage: ReportedCoverage } }>(service, "GET", path);
	const summary = (await summaryOf(service, followed))?.gift_coverage;
	const page = (query: string) =>
		ask<{ events: (ReportedWithheld & { id: string; at: number })[] }>(service, "GET", `${path}/events?${query}`);
	const { events: withheld } = await page("types=gifts_withheld&limit=5000");
	const { events: gifts } = await page("types=gift&limit=5000");
	const types = room.gift_coverage.source === "room_total" ? "gift,fan_ticket" : "viewers,rank";
	const { events: totals } = await page(`types=${types}&limit=5000`);
	const { events: first } = await page("limit=50");
	return {
		status: room.gift_coverage,
		summary: summary ?? room.gift_coverage,
		withheld,
		listenedFrom: first[0]?.received_at ?? 0,
		gifts: gifts.map(({ id }) => id),
		totals: new Map(totals.map(({ id, at, received_at }) => [Math.min(at, received_at), { id, at }])),
		looks: followed.looks,
	};
}

async function ask<T>(service: ChaosService, method: string, path: string, body?: unknown): Promise<T> {
	const answer = await service.request(method, path, body);
	if (answer.status === 200 || answer.status === 201) return answer.body as T;
	throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
