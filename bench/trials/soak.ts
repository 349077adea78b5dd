import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { sleep, systemClock } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { drawSteps } from "../../e2e/chaos/disturbances.ts";
import { Driver } from "../../e2e/chaos/driver.ts";
import { truthOf, untilBack, untilNothingIsLeft } from "../../e2e/chaos/ending.ts";
import { judge } from "../../e2e/chaos/judge.ts";
import { noLimits } from "../../e2e/chaos/option-draws.ts";
import type { Plan } from "../../e2e/chaos/plan.ts";
import { closeReaders, openReaders } from "../../e2e/chaos/readers.ts";
import { Referee } from "../../e2e/chaos/referee.ts";
import type { Probe } from "../../e2e/chaos/scaled-service.ts";
import { interval, type Trend, trendOf } from "../../e2e/chaos/trend.ts";
import { World } from "../../e2e/chaos/world.ts";
import { RoomLog } from "../../e2e/kit/room-log.ts";
import { until } from "../../e2e/kit/until.ts";

/**
 * Many rooms under chaos in one service process, for long, in real time: memory must stay flat, and after all rooms are
 * stopped nothing may be left of them. In the end every room's log is compared with the sent messages.
 *
 *   npm run trial -- soak --minutes 30 --rooms 300
 */
const { values } = parseArgs({
	options: {
		minutes: { type: "string", default: "30" },
		rooms: { type: "string", default: "300" },
		rate: { type: "string", default: "1" },
		/** Number of messages that each room sends first, undisturbed, to fill the service's memory of a room. */
		fill: { type: "string", default: "4200" },
		/** Mean time between two disturbances, s. */
		pace: { type: "string", default: "2" },
		/** Time between two measurements, s. */
		sample: { type: "string", default: "10" },
		/** Share of the time that counts as warm-up. */
		warm: { type: "string", default: "0.3" },
		seed: { type: "string", default: "1" },
	},
});
const rooms = Number(values.rooms);
const spanMs = Number(values.minutes) * 60_000;
const seed = Number(values.seed);
const fill = Number(values.fill);
const fillRate = 8;
const sampleMs = Number(values.sample) * 1000;
/** Maximum lower end of the interval of growth that still counts as flat, MB per hour. */
const flatMb = 0;

interface Sample {
	atMs: number;
	probe: Probe;
	fds: number;
}

const scope = { spanMs, sessions: 1, rates: Array.from({ length: rooms }, () => Number(values.rate)) };
const plan: Plan = {
	seed,
	...scope,
	factor: 1,
	limits: noLimits,
	// Hundreds of rooms at once are more than the real site lets one address ask about in half an hour.
	site: "kind",
	voices: [],
	isHelped: true,
	// Rooms keep as many messages as the longest outage may hold.
	historySize: 3_000,
	options: { starts_per_second: 20, max_rooms: rooms, lookups_per_minute: 100_000 },
	steps: drawSteps(seeded(seed), {
		...scope,
		paceMs: Number(values.pace) * 1000,
		// One process, on a healthy disk, from beginning to end; and not all rooms refused for five minutes at once.
		allows: (action) =>
			!["service", "disk", "limits"].includes(action.do) &&
			!(action.do === "ban" && action.group === "push") &&
			!(action.do === "fault" && /blocked|captcha/.test(action.spec.fault) && action.room === undefined),
	}),
};

const fdsOf = (pid: number | undefined) => readdirSync(`/proc/${pid}/fd`).length;
const megabytes = (bytes: number) => bytes / 2 ** 20;

const world = await World.begin(plan);
const { service } = world;
service.spawn();
await service.untilListening();
const before = await service.probe();
const fdsBefore = fdsOf(service.pid);
await world.startRooms();
const readers = await openReaders(service.port, world.liveIds, world);
const driver = new Driver(world, readers);
const referee = new Referee(world, { lookMs: 1_000 });
referee.start();
console.log(
	`${rooms} rooms say ${fill} messages each, then ${plan.steps.length} disturbances in ${values.minutes} minutes`,
);
await fillRooms();

const samples: Sample[] = [];
const measuring = new AbortController();
const startedAt = Date.now();
const measured = (async () => {
	while (!measuring.signal.aborted) {
		await sleep(systemClock, sampleMs, measuring.signal);
		const sample = { atMs: Date.now() - startedAt, probe: await service.probe(), fds: fdsOf(service.pid) };
		samples.push(sample);
		const { heapUsed, rss, loopDelay } = sample.probe;
		const [heap, resident, late] = [megabytes(heapUsed), megabytes(rss), loopDelay.p99].map((n) => n.toFixed(1));
		console.log(`${(sample.atMs / 1000).toFixed(0)} s: heap ${heap} MB, rss ${resident} MB, loop p99 ${late} ms`);
	}
})();
await driver.run();
measuring.abort();
await measured;
await driver.calm();
const calmAt = Date.now();
const logs = world.liveIds.map((liveId) => new RoomLog(service, liveId));
const broken: string[] = [];
const noting = (wait: Promise<unknown>) => wait.catch((error: Error) => broken.push(error.message));
await noting(untilBack(world, driver.operator, logs));
const backSeconds = (Date.now() - calmAt) / 1000;
await referee.stop();
const verdicts = world.rooms.map((known, i) => judge(truthOf(known, world), logs[i]?.events ?? []));
broken.push(
	...referee.broken,
	...verdicts.flatMap((verdict) => verdict.broken),
	...service.errors.map(({ line }) => line),
);
await closeReaders(readers);
let fdsAfter = 0;
await noting(
	untilNothingIsLeft(world, before, () => {
		fdsAfter = fdsOf(service.pid);
		return fdsAfter <= fdsBefore;
	}),
);
await world.end();

async function fillRooms(): Promise<void> {
	const setRates = (rate: number) => {
		for (const { room } of world.rooms) room.change({ rate });
	};
	setRates(fillRate);
	await until(
		"every room has said its first messages",
		() => world.rooms.every(({ room }) => room.info.generated >= fill),
		{
			limitMs: (fill / fillRate) * 10_000,
		},
	);
	setRates(Number(values.rate));
}

const warm = samples.filter(({ atMs }) => atMs >= spanMs * Number(values.warm));
const trend = (of: (sample: Sample) => number) => trendOf(warm.map((sample) => [sample.atMs / 3_600_000, of(sample)]));
const heap = trend(({ probe }) => megabytes(probe.heapUsed));
const rss = trend(({ probe }) => megabytes(probe.rss));
const fds = trend((sample) => sample.fds);
const isFlat = (of: Trend) => interval(of)[0] <= flatMb;
const words = (of: Trend, unit: string) => {
	const [low, high] = interval(of).map((end) => end.toFixed(1));
	return `${of.mean.toFixed(1)} ${unit}, ${low} to ${high} an hour: ${isFlat(of) ? "flat" : "NOT FLAT"}`;
};
const sum = (of: (verdict: (typeof verdicts)[number]) => number) => verdicts.reduce((n, verdict) => n + of(verdict), 0);
const worst = (of: (probe: Probe) => number) => Math.max(...samples.map(({ probe }) => of(probe))).toFixed(0);
const middle = samples.map(({ probe }) => probe.loopDelay.p99).sort((a, b) => a - b)[samples.length >> 1];
const rows: [string, string | number][] = [
	["rooms, minutes, disturbances", `${rooms}, ${values.minutes}, ${plan.steps.length}`],
	["messages in the logs", sum((v) => v.messages)],
	["gap events, missing and reported", `${sum((v) => v.gaps)}, ${sum((v) => v.reported)}`],
	["handshakes tried", world.book.attempts.length],
	["all back after, s", backSeconds.toFixed(0)],
	["heap after gc", words(heap, "MB")],
	["resident memory", words(rss, "MB")],
	["open files", words(fds, "files")],
	["files before, and after all rooms were stopped", `${fdsBefore}, ${fdsAfter}`],
	[
		"event loop late, p99 of 10 s: middle, worst, ms",
		`${middle?.toFixed(0)}, ${worst((probe) => probe.loopDelay.p99)}`,
	],
	["broken promises", broken.length],
];
for (const [name, value] of rows) console.log(`${name.padEnd(50)} ${value}`);
for (const line of broken) console.log(`  ✗ ${line}`);
process.exitCode = broken.length === 0 && [heap, rss, fds].every(isFlat) ? 0 : 1;
