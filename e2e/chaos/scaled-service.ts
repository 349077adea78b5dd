import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ConfigInput, parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import { WholeClock } from "../kit/tick-clock.ts";

/** Command-line argument of the process, as JSON. */
export interface ScaledServiceSettings {
	config: ConfigInput;
	/** Initial time of its clock, which then follows messages; `undefined` for the machine's own time. */
	clockMs: number | undefined;
}

/** Answer to `"probe"`. */
export interface Probe {
	/** Heap in use after a garbage collection, bytes. */
	heapUsed: number;
	rss: number;
	/** Resources that keep the process alive, by kind. */
	resources: Record<string, number>;
	/** Delay of the event loop since the last probe, ms. */
	loopDelay: { p50: number; p99: number; max: number };
}

/** Messages from the process. */
export type Said = "listening" | "advanced" | { probe: Probe };

/** Messages to the process: a request to measure itself, or the current time. */
export type Command = "probe" | { time: number };

/** The service in a process of its own that can be killed, on a clock controlled by its parent. */
const settings = JSON.parse(process.argv[2] ?? "{}") as ScaledServiceSettings;
const clock = settings.clockMs === undefined ? undefined : new WholeClock(settings.clockMs);
process.on("message", (command: Command) => {
	if (command === "probe") say({ probe: probe() });
	else void advanceTo(command.time);
});

function say(said: Said): void {
	// A parent that is gone no longer waits for the message.
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
// The parent has died, so no one else would end this process.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("SIGTERM", async () => {
	await service.stop();
	process.off("disconnect", orphaned);
	process.disconnect();
});
say("listening");
