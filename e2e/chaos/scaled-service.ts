import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ConfigInput, parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import { WholeClock } from "../kit/tick-clock.ts";

/** What the process is told on its command line, as JSON. */
export interface ScaledServiceSettings {
	config: ConfigInput;
	/** What its clock shows at first; after that it receives the time. `undefined`: the machine's own time. */
	clockMs: number | undefined;
}

/** What it answers to `"probe"`. */
export interface Probe {
	/** Memory in use after a garbage collection. */
	heapUsed: number;
	rss: number;
	/** What keeps the process alive, by kind. */
	resources: Record<string, number>;
	/** How late the event loop was since the last probe, ms. */
	loopDelay: { p50: number; p99: number; max: number };
}

/** What it says. */
export type Said = "listening" | "advanced" | { probe: Probe };

/** What it receives: a request to measure itself, or the current time. */
export type Told = "probe" | { time: number };

/** The service in a process of its own that can be killed, on a clock that its parent moves. */
const settings = JSON.parse(process.argv[2] ?? "{}") as ScaledServiceSettings;
const clock = settings.clockMs === undefined ? undefined : new WholeClock(settings.clockMs);
process.on("message", (told: Told) => {
	if (told === "probe") say({ probe: probe() });
	else void advanceTo(told.time);
});

function say(said: Said): void {
	// A parent that has gone does not wait for it.
	if (process.connected) process.send?.(said, undefined, undefined, () => undefined);
}

async function advanceTo(time: number): Promise<void> {
	await clock?.advance(time - clock.now());
	say("advanced");
}

const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();

function probe(): Probe {
	const inMs = (nanoseconds: number) => nanoseconds / 1e6;
	const loopDelay = { p50: inMs(delays.percentile(50)), p99: inMs(delays.percentile(99)), max: inMs(delays.max) };
	globalThis.gc?.();
	delays.reset();
	const { heapUsed, rss } = process.memoryUsage();
	const resources: Record<string, number> = {};
	for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
	return { heapUsed, rss, resources, loopDelay };
}

const service = await startService(parseConfig(settings.config), {
	...(clock && { clock }),
	logger: pino({ level: "warn" }),
});
// Who runs it has died: nobody would end it.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("SIGTERM", async () => {
	await service.stop();
	process.off("disconnect", orphaned);
	process.disconnect();
});
say("listening");
