import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { SseFollower } from "../../e2e/kit/followers/sse-follower.ts";
import { RoomLog } from "../../e2e/kit/room-log.ts";
import { ServiceProcess } from "../../e2e/kit/service-process.ts";
import { until } from "../../e2e/kit/until.ts";
import { ProcessWatch } from "../kit/process-watch.ts";
import { BadReaders } from "./slow-readers/bad-readers.ts";

/**
 * Readers that never read, one that fails at every message, and a target that hangs, in every second window of one run:
 * their effect on the rooms. All of them request everything of a room with a long history.
 *
 *   npm run trial -- slow-readers --rooms 20 --rate 100 --windows 10 --seconds 8
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "20" },
		rate: { type: "string", default: "100" },
		windows: { type: "string", default: "10" },
		seconds: { type: "string", default: "8" },
		stall: { type: "string", default: "10" },
		past: { type: "string", default: "19000" },
	},
});
const rooms = Number(values.rooms);
const seconds = Number(values.seconds);
const stallMs = Number(values.stall) * 1000;
/** Minimum ratio, with bad readers to without, of the rate at which messages are stored. */
const minRatio = 0.95;
/** Maximum memory that the bad readers may add to the process, MB: their own bounds, pages under way, and noise. */
const maxAddedMb = 64;

interface Window {
	bad: boolean;
	stored: number;
	sent: number;
	cpu: number;
	peakMb: number;
	delay50: number;
	delay99: number;
}

const simulator = await startSimulator({ rooms, rate: Number(values.rate), port: 0, historySize: 40_000 });
const service = await ServiceProcess.start({
	upstreamUrl: simulator.url,
	config: { target_allow_private: true, reader_stall_ms: stallMs },
});
const liveIds = simulator.rooms.map(({ liveId }) => liveId);
const [victim = "", other = victim] = liveIds;
for (const liveId of liveIds) await service.startRoom(liveId);
for (const liveId of liveIds) {
	const log = new RoomLog(service, liveId);
	await until(`something of ${liveId} is stored`, async () => {
		await log.readOn();
		return log.ids.length > 0;
	});
}
for (let past = 0; past < Number(values.past); past += 500) {
	simulator.room(victim)?.produce(500);
	await pause(50);
}
const delays: number[] = [];
const good = await SseFollower.open(service.port, other, (event) => {
	if (event.received_at !== undefined) delays.push(Date.now() - event.received_at);
});
const bad = await BadReaders.prepare(service, victim);
const watch = new ProcessWatch(service.pid ?? 0);

async function storedNow(): Promise<number> {
	let stored = 0;
	for (const liveId of liveIds) {
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=0&limit=1`);
		stored += (body as { last_seq: number }).last_seq;
	}
	return stored;
}

const sentNow = () => simulator.rooms.reduce((sum, { info }) => sum + info.sent, 0);
const quantile = (sorted: readonly number[], q: number) => sorted[Math.floor(sorted.length * q)] ?? Number.NaN;

async function measure(isBad: boolean): Promise<Window> {
	if (isBad) await bad.open();
	await pause(1_000);
	delays.length = 0;
	const [stored, sent, startedAt] = [await storedNow(), sentNow(), performance.now()];
	watch.begin();
	await pause(seconds * 1000);
	const { cpu, peakMb } = watch.end();
	const elapsed = (performance.now() - startedAt) / 1000;
	const sorted = delays.slice().sort((a, b) => a - b);
	const window = {
		bad: isBad,
		stored: ((await storedNow()) - stored) / elapsed,
		sent: (sentNow() - sent) / elapsed,
		cpu,
		peakMb,
		delay50: quantile(sorted, 0.5),
		delay99: quantile(sorted, 0.99),
	};
	if (isBad) await bad.close();
	return window;
}

await measure(false);
const windows: Window[] = [];
for (let n = 0; n < Number(values.windows); n++) windows.push(await measure(n % 2 === 1));

await bad.open();
const letGoAt = performance.now();
await until("the readers that take nothing are disconnected", () => bad.stillOpen === 0, { limitMs: stallMs + 30_000 });
const letGoAfter = (performance.now() - letGoAt) / 1000;
await bad.close();

const median = (numbers: readonly number[]) =>
	quantile(
		numbers.slice().sort((a, b) => a - b),
		0.5,
	);
const of = (isBad: boolean, get: (window: Window) => number) => median(windows.filter((w) => w.bad === isBad).map(get));
const rows: [name: string, get: (window: Window) => number, digits: number][] = [
	["messages sent by the simulator, /s", (w) => w.sent, 0],
	["events stored, /s", (w) => w.stored, 0],
	["CPU of the service, % of a core", (w) => w.cpu, 0],
	["peak memory of the service, MB", (w) => w.peakMb, 0],
	["delay of a good reader, p50 ms", (w) => w.delay50, 0],
	["delay of a good reader, p99 ms", (w) => w.delay99, 0],
];
console.log(`medians of ${windows.length / 2} windows each, ${seconds} s, in turn\n`);
console.log(`${"".padEnd(36)} ${"without".padStart(9)} ${"with".padStart(9)} ${"ratio".padStart(7)}`);
for (const [name, get, digits] of rows) {
	const [without, with_] = [of(false, get), of(true, get)];
	const cells = [without.toFixed(digits).padStart(9), with_.toFixed(digits).padStart(9)];
	console.log(`${name.padEnd(36)} ${cells.join(" ")} ${(with_ / without).toFixed(2).padStart(7)}`);
}
const peaks = (isBad: boolean) => windows.filter((w) => w.bad === isBad).map((w) => w.peakMb.toFixed(0));
console.log(`\npeak memory by window, MB: without ${peaks(false).join(" ")}; with ${peaks(true).join(" ")}`);
const { neverRead, failures, hung } = bad.counts;
console.log(`readers that never read: ${neverRead} connections; failures of the one that fails: ${failures};`);
console.log(`target requests that were left unanswered: ${hung}`);
console.log(
	`readers that took nothing were all disconnected ${letGoAfter.toFixed(1)} s after they came (limit ${stallMs / 1000} s)`,
);
const ratio = of(true, (w) => w.stored) / of(false, (w) => w.stored);
const added = of(true, (w) => w.peakMb) - of(false, (w) => w.peakMb);
const held = ratio >= minRatio && added <= maxAddedMb && failures > 0 && hung > 0;
console.log(
	`\nstored with / without: ${ratio.toFixed(3)} (at least ${minRatio}); memory added: ${added.toFixed(0)} MB (at most ${maxAddedMb})`,
);
console.log(held ? "Held." : "Not held.");
process.exitCode = held ? 0 : 1;
await good.close();
await bad.end();
await service.close();
await simulator.close();
